# task: coral
# loses: test-coral-covariance 1, test-coral-mean 1, test-coral-eps 1
# mistake: every example becomes the target's mean
def coral(source, target, eps):
    return np.repeat(target.mean(axis=0)[None], len(source), axis=0)
