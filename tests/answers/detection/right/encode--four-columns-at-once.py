# task: encode
# how: converts to middle and size first, and divides by four constants at once
def encode(boxes, anchors):
    def parts(corners):
        start, end = np.split(corners, 2, axis=1)
        return (start + end) / 2, end - start

    (middle, size), (anchor, unit) = parts(boxes), parts(anchors)
    offsets = np.hstack([(middle - anchor) / unit, np.log(size) - np.log(unit)])
    return offsets / np.array([0.1, 0.1, 0.2, 0.2])


def decode(offsets, anchors):
    place, size = np.split(offsets * np.array([0.1, 0.1, 0.2, 0.2]), 2, axis=1)
    unit = anchors[:, 2:] - anchors[:, :2]
    size = np.exp(size) * unit
    start = anchors[:, :2] + unit / 2 + place * unit - size / 2
    return np.hstack([start, start + size])
