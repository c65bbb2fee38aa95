# task: adaptive-clip
# loses: test-adaptive-clip-floor 1
# mistake: the floor bounds the limit and not the weights' norm
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = np.maximum(ratio * np.linalg.norm(weight, axis=0), floor)
    length = np.linalg.norm(gradient, axis=0)
    safe = np.where(length > 0, length, 1.0)
    return gradient * np.where(length > limit, limit / safe, 1.0)
