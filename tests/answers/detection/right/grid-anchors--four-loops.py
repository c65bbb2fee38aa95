# task: grid-anchors
# how: a loop for each of the four lists
def grid_anchors(rows, columns, stride, scales, ratios):
    boxes = []
    for i in range(rows):
        for j in range(columns):
            x, y = (j + 0.5) * stride, (i + 0.5) * stride
            for s in scales:
                for r in ratios:
                    h = s / r**0.5
                    w = h * r
                    boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return np.array(boxes)
