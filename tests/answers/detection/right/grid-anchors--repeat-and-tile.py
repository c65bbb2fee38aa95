# task: grid-anchors
# how: numbers the anchors and takes the indices apart
def grid_anchors(rows, columns, stride, scales, ratios):
    shape = (rows, columns, len(scales), len(ratios))
    i, j, k, m = np.unravel_index(np.arange(np.prod(shape)), shape)
    x, y = stride * (j + 0.5), stride * (i + 0.5)
    height = np.array(scales)[k] / np.sqrt(np.array(ratios)[m])
    width = np.array(scales)[k] ** 2 / height
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
