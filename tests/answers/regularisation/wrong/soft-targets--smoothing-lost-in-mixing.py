# task: soft-targets
# loses: test-soft-targets-together 1
# mistake: the partner's label is not smoothed
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    if partner is None:
        return targets
    share = np.reshape(share, (-1, 1))  # one number, or one a row
    return share * targets + (1 - share) * np.eye(classes)[labels][partner]
