# task: soft-targets
# loses: test-soft-targets-together 1
# mistake: the mixed targets are smoothed once more
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    if partner is None:
        return targets
    share = np.reshape(share, (-1, 1))  # one number, or one a row
    mixed = share * targets + (1 - share) * targets[partner]
    return (1 - smoothing) * mixed + smoothing / classes
