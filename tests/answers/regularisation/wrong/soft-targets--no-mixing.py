# task: soft-targets
# loses: test-soft-targets-mixup 1, test-soft-targets-together 1
# mistake: partner is ignored
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    return targets
    share = np.reshape(share, (-1, 1))  # one number, or one a row
    return share * targets + (1 - share) * targets[partner]
