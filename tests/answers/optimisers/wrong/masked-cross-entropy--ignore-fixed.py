# task: masked-cross-entropy
# loses: test-masked-cross-entropy-value 2
# mistake: -100 is written into the code; the argument ignore is not used
def masked_cross_entropy(logits, labels, ignore=-100):
    counted = labels >= 0
    one_hot = np.eye(logits.shape[2])[np.where(counted, labels, 0) % logits.shape[2]]
    shifted = logits - logits.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    mask = counted[:, :, None] / max(counted.sum(), 1)
    return -np.sum(mask * one_hot * log_p), mask * (np.exp(log_p) - one_hot)
