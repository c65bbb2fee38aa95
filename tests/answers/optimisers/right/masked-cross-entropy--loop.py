# task: masked-cross-entropy
# how: one position at a time, logaddexp
def masked_cross_entropy(logits, labels, ignore=-100):
    gradient, total, n = np.zeros(logits.shape), 0.0, 0
    for place in np.ndindex(labels.shape):
        label = labels[place]
        if label == ignore:
            continue
        log_p = logits[place] - np.logaddexp.reduce(logits[place])
        gradient[place] = np.exp(log_p)
        gradient[place][label] -= 1
        total, n = total - log_p[label], n + 1
    return total / max(n, 1), gradient / max(n, 1)
