# task: coral
# loses: test-coral-covariance 1, test-coral-eps 1
# mistake: takes Cholesky factors for the roots
def coral(source, target, eps):
    """Return the source with the mean and covariance of the target."""

    def power(x, p):
        values, vectors = np.linalg.eigh(np.cov(x.T) + eps * np.eye(x.shape[1]))
        return (vectors * values**p) @ vectors.T

    def factor(x):
        return np.linalg.cholesky(power(x, 1.0))

    whitened = np.linalg.solve(factor(source), (source - source.mean(axis=0)).T).T
    return whitened @ factor(target).T + target.mean(axis=0)
