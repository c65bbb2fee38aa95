# task: adaptive-clip
# loses: test-adaptive-clip-units 2, test-adaptive-clip-floor 1, test-adaptive-clip-untouched 1
# mistake: takes the norms over the rows
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.maximum(np.linalg.norm(weight, axis=1, keepdims=True), floor)
    length = np.linalg.norm(gradient, axis=1, keepdims=True)
    safe = np.where(length > 0, length, 1.0)
    return gradient * np.where(length > limit, limit / safe, 1.0)
