# task: adaptive-clip
# loses: test-adaptive-clip-units 2, test-adaptive-clip-floor 1, test-adaptive-clip-untouched 1
# mistake: the limit is the ratio itself, whatever the weights are
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.ones(weight.shape[1])
    length = np.linalg.norm(gradient, axis=0)
    safe = np.where(length > 0, length, 1.0)
    return gradient * np.where(length > limit, limit / safe, 1.0)
