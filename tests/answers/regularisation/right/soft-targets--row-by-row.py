# task: soft-targets
# how: one row at a time, in lists
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    rows = []
    for label in labels:
        row = [smoothing / classes] * classes
        row[int(label)] += 1 - smoothing
        rows.append(row)
    if partner is None:
        return np.array(rows)
    shares = np.ones(len(rows)) * share
    pairs = zip(rows, partner, shares, strict=True)
    return np.array([s * np.array(row) + (1 - s) * np.array(rows[j]) for row, j, s in pairs])
