# task: soft-targets
# loses: test-soft-targets-smoothing 1, test-soft-targets-together 1
# mistake: the smoothing is spread over the other classes only
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = np.where(np.eye(classes)[labels] > 0, 1 - smoothing, smoothing / (classes - 1))
    if partner is None:
        return targets
    share = np.reshape(share, (-1, 1))  # one number, or one a row
    return share * targets + (1 - share) * targets[partner]
