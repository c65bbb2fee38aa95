# task: group-norm
# how: one group of one example at a time
def group_norm(x, gamma, beta, groups, upstream, epsilon=1e-5):
    size = x.shape[2] // groups
    normal, d_x = np.zeros(x.shape), np.zeros(x.shape)
    for i in range(len(x)):
        for first in range(0, x.shape[2], size):
            place = (i, slice(None), slice(first, first + size))
            root = np.sqrt(x[place].var() + epsilon)
            normal[place] = n = (x[place] - x[place].mean()) / root
            g = upstream[place] * gamma[first : first + size]
            d_x[place] = (g - g.mean() - n * (g * n).mean()) / root
    return normal * gamma + beta, d_x, (normal * upstream).sum((0, 1)), upstream.sum((0, 1))
