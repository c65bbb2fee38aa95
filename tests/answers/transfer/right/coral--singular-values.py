# task: coral
# how: roots from the singular values of the centred data
def coral(source, target, eps):
    def parts(x):
        centred = x - x.mean(axis=0)
        scatter = centred.T @ centred / (len(x) - 1)
        q, values, _ = np.linalg.svd(scatter + eps * np.eye(x.shape[1]), hermitian=True)
        return q, np.sqrt(values)

    (qs, s), (qt, t) = parts(source), parts(target)
    matrix = qs @ np.diag(1 / s) @ qs.T @ qt @ np.diag(t) @ qt.T
    return (source - source.mean(0)) @ matrix + target.mean(0)
