# task: grid-anchors
# loses: test-grid-anchors-size 1
# mistake: only the width is multiplied by the ratio, so that the area changes
def grid_anchors(rows, columns, stride, scales, ratios):
    """Return the anchors (x0, y0, x1, y1) of a grid, cell by cell."""
    sizes = [(s * r, s) for s in scales for r in ratios]
    half = np.array(sizes) / 2  # (anchors of a cell, 2): half the width and half the height
    y, x = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    middle = stride * (np.stack([x.ravel(), y.ravel()], axis=1) + 0.5)
    middle = middle[:, None, :]  # (cells, 1, 2)
    boxes = np.concatenate([middle - half, middle + half], axis=2)
    return boxes.reshape(-1, 4)
