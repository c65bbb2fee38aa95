# task: coral
# loses: test-coral-mean 1
# mistake: the target's mean is not added
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, -0.5)
    return whitened @ power(target, 0.5)
