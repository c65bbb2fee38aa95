# task: soft-targets
# loses: test-soft-targets-smoothing 1, test-soft-targets-together 1
# mistake: the one-hot part is not reduced
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = np.eye(classes)[labels] + smoothing / classes
    if partner is None:
        return targets
    share = np.reshape(share, (-1, 1))  # one number, or one a row
    return share * targets + (1 - share) * targets[partner]
