# task: mask-scores
# how: adds a very small number above and below
def mask_scores(predicted, truth):
    axes = (1, 2)
    both = np.logical_and(predicted, truth).sum(axis=axes)
    union = np.logical_or(predicted, truth).sum(axis=axes)
    return (both + 1e-9) / (union + 1e-9), (2 * both + 1e-9) / (union + both + 1e-9)
