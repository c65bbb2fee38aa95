# task: adaptive-clip
# loses: test-adaptive-clip-untouched 1
# mistake: brings every column to its limit, also the short ones
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.maximum(np.linalg.norm(weight, axis=0), floor)
    length = np.linalg.norm(gradient, axis=0)
    safe = np.where(length > 0, length, 1.0)
    return gradient * limit / safe
