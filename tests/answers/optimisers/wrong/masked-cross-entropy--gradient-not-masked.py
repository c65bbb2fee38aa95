# task: masked-cross-entropy
# loses: test-masked-cross-entropy-gradient 2
# mistake: positions without a label pass back a gradient
def masked_cross_entropy(logits, labels, ignore=-100):
    counted = labels != ignore
    one_hot = np.eye(logits.shape[2])[np.where(counted, labels, 0)]
    shifted = logits - logits.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    n = max(counted.sum(), 1)
    loss = -np.sum(counted[:, :, None] * one_hot * log_p) / n
    return loss, (np.exp(log_p) - counted[:, :, None] * one_hot) / n
