# task: coral
# loses: test-coral-covariance 1, test-coral-eps 1
# mistake: whitens the source, and does not colour it as the target
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, -0.5)
    return whitened + target.mean(axis=0)
