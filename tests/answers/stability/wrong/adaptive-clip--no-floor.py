# task: adaptive-clip
# loses: test-adaptive-clip-floor 1
# mistake: units with zero weights can never move
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.linalg.norm(weight, axis=0)
    length = np.linalg.norm(gradient, axis=0)
    safe = np.where(length > 0, length, 1.0)
    return gradient * np.where(length > limit, limit / safe, 1.0)
