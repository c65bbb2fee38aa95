# task: pairwise-iou
# how: clips the end to the start, and divides by 1 where the union is empty
def pairwise_iou(a, b):
    x0, y0, x1, y1 = a.T[:, :, None]
    u0, v0, u1, v1 = b.T[:, None, :]
    left, top = np.maximum(x0, u0), np.maximum(y0, v0)
    right, bottom = np.maximum(np.minimum(x1, u1), left), np.maximum(np.minimum(y1, v1), top)
    both = (right - left) * (bottom - top)
    union = (x1 - x0) * (y1 - y0) + (u1 - u0) * (v1 - v0) - both
    return both / np.where(union == 0, 1, union)
