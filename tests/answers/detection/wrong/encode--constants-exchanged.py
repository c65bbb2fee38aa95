# task: encode
# loses: test-encode-place 1, test-encode-size 1, test-decode 1
# mistake: 0.2 for the place, 0.1 for the size
def encode(boxes, anchors):
    """Return the offsets of every box from its anchor, an array (n, 4)."""
    size, anchor_size = boxes[:, 2:] - boxes[:, :2], anchors[:, 2:] - anchors[:, :2]
    way = (boxes[:, :2] + boxes[:, 2:]) / 2 - (anchors[:, :2] + anchors[:, 2:]) / 2
    return np.concatenate([way / anchor_size / 0.2, np.log(size / anchor_size) / 0.1], axis=1)


def decode(offsets, anchors):
    """Return the boxes (x0, y0, x1, y1) that have these offsets, an array (n, 4)."""
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    middle = (anchors[:, :2] + anchors[:, 2:]) / 2 + 0.2 * offsets[:, :2] * anchor_size
    half = anchor_size * np.exp(0.1 * offsets[:, 2:]) / 2
    return np.concatenate([middle - half, middle + half], axis=1)
