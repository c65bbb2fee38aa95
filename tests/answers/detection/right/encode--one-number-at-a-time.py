# task: encode
# how: unpacks the columns
def encode(boxes, anchors):
    x0, y0, x1, y1 = boxes.T
    u0, v0, u1, v1 = anchors.T
    width, height = u1 - u0, v1 - v0
    dx = 5 * (x0 + x1 - u0 - u1) / width
    dy = 5 * (y0 + y1 - v0 - v1) / height
    return np.stack([dx, dy, 5 * np.log((x1 - x0) / width), 5 * np.log((y1 - y0) / height)], 1)


def decode(offsets, anchors):
    dx, dy, dw, dh = offsets.T
    u0, v0, u1, v1 = anchors.T
    width, height = (u1 - u0) * np.exp(dw / 5), (v1 - v0) * np.exp(dh / 5)
    x0 = (u0 + u1) / 2 + dx * (u1 - u0) / 10 - width / 2
    y0 = (v0 + v1) / 2 + dy * (v1 - v0) / 10 - height / 2
    return np.column_stack([x0, y0, x0 + width, y0 + height])
