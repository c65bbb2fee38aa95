# task: masked-cross-entropy
# loses: test-masked-cross-entropy-value 2, test-masked-cross-entropy-gradient 2
# mistake: the label ignored is used as an index modulo the classes
def masked_cross_entropy(logits, labels, ignore=-100):
    one_hot = np.eye(logits.shape[2])[labels % logits.shape[2]]
    shifted = logits - logits.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    n = labels.size
    return -np.sum(one_hot * log_p) / n, (np.exp(log_p) - one_hot) / n
