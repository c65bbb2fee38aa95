# task: coral
# loses: test-coral-covariance 1, test-coral-eps 1
# mistake: gives the target the source's covariance factor: the two exponents are exchanged
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, 0.5)
    return whitened @ power(target, -0.5) + target.mean(axis=0)
