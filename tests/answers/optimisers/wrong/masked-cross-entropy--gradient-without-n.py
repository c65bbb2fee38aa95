# task: masked-cross-entropy
# loses: test-masked-cross-entropy-gradient 2
# mistake: the gradient is of the sum
def masked_cross_entropy(logits, labels, ignore=-100):
    counted = labels != ignore
    one_hot = np.eye(logits.shape[2])[np.where(counted, labels, 0)]
    shifted = logits - logits.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    mask = counted[:, :, None]
    loss = -np.sum(mask * one_hot * log_p) / max(counted.sum(), 1)
    return loss, mask * (np.exp(log_p) - one_hot)
