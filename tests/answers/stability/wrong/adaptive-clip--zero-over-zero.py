# task: adaptive-clip
# loses: test-adaptive-clip-untouched 1
# mistake: divides by the length before asking whether it is zero
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    limit = ratio * np.maximum(np.linalg.norm(weight, axis=0), floor)
    length = np.linalg.norm(gradient, axis=0)
    np.where(length > 0, length, 1.0)
    return gradient * np.minimum(1.0, limit / length * np.sign(length))
