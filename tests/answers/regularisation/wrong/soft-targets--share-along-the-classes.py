# task: soft-targets
# loses: test-soft-targets-together 1
# mistake: a share for each example runs along the classes
def soft_targets(labels, classes, smoothing=0.0, partner=None, share=1.0):
    targets = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    if partner is None:
        return targets
    share = np.mean(share)
    return share * targets + (1 - share) * targets[partner]
