# task: masked-cross-entropy
# how: only the labelled rows are computed
def masked_cross_entropy(logits, labels, ignore=-100):
    counted = labels != ignore
    gradient = np.zeros(logits.shape)
    if not counted.any():
        return 0.0, gradient
    rows, y = logits[counted], labels[counted]
    shifted = rows - rows.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    at = np.arange(len(y)), y
    d = np.exp(log_p)
    loss = -log_p[at].mean()
    d[at] -= 1
    gradient[counted] = d / len(y)
    return loss, gradient
