# task: coral
# loses: test-coral-eps 1
# mistake: the small eps is missing
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, -0.5)
    return whitened @ power(target, 0.5) + target.mean(axis=0)
