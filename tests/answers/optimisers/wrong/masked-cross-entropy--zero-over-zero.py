# task: masked-cross-entropy
# loses: test-masked-cross-entropy-value 2, test-masked-cross-entropy-gradient 2
# mistake: no label at all: 0/0
def masked_cross_entropy(logits, labels, ignore=-100):
    counted = labels != ignore
    one_hot = np.eye(logits.shape[2])[np.where(counted, labels, 0)]
    shifted = logits - logits.max(axis=2, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    n = counted.sum()
    mask = np.where(counted[:, :, None], 1.0, 0.0)
    with np.errstate(all="ignore"):
        return -np.sum(mask * one_hot * log_p) / n, mask * (np.exp(log_p) - one_hot) / n
