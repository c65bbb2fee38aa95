# task: group-norm
# loses: test-group-norm-gradient-x 3
# mistake: gamma multiplies the bracket instead of the upstream gradient
def group_norm(x, gamma, beta, groups, upstream, epsilon=1e-5):
    batch, length, channels = x.shape
    cut = (batch, length, groups, channels // groups)
    over = {"axis": (1, 3), "keepdims": True}  # all positions, and the channels of a group
    grouped = x.reshape(cut)
    scale = 1 / np.sqrt(grouped.var(**over) + epsilon)
    normal = (grouped - grouped.mean(**over)) * scale
    flat = normal.reshape(x.shape)

    d_normal = upstream.reshape(cut)
    along = (d_normal * normal).mean(**over)
    d_x = scale * (d_normal - d_normal.mean(**over) - normal * along)
    d_gamma = (upstream * flat).sum(axis=(0, 1))
    return gamma * flat + beta, d_x.reshape(x.shape) * gamma, d_gamma, upstream.sum(axis=(0, 1))
