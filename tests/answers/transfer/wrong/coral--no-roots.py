# task: coral
# loses: test-coral-covariance 1, test-coral-eps 1
# mistake: the matrices themselves in place of their roots
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    whitened = (source - source.mean(axis=0)) @ power(source, -1.0)
    return whitened @ power(target, 1.0) + target.mean(axis=0)
