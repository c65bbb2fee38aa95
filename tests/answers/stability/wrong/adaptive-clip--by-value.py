# task: adaptive-clip
# loses: test-adaptive-clip-units 2, test-adaptive-clip-floor 1, test-adaptive-clip-untouched 1
# mistake: cuts every entry at its column's limit
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.maximum(np.linalg.norm(weight, axis=0), floor)
    length = np.linalg.norm(gradient, axis=0)
    np.where(length > 0, length, 1.0)
    return np.clip(gradient, -limit, limit)
