# task: adaptive-clip
# how: divides by the larger of the length and the limit
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.sqrt(np.maximum((weight * weight).sum(axis=0), floor**2))
    length = np.sqrt((gradient * gradient).sum(axis=0))
    return gradient * limit / np.maximum(length, limit)
