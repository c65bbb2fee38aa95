# task: coral
# loses: test-coral-covariance 1
# mistake: scales every feature by itself
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.diag(x.var(axis=0, ddof=1)) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, -0.5)
    return whitened @ power(target, 0.5) + target.mean(axis=0)
