# task: adaptive-clip
# how: a loop over the units
def adaptive_clip(weight, gradient, ratio, floor=1e-3):
    clipped = np.array(gradient, dtype=float)
    for j in range(weight.shape[1]):
        limit = ratio * max(np.linalg.norm(weight[:, j]), floor)
        length = np.linalg.norm(gradient[:, j])
        if length > limit:
            clipped[:, j] *= limit / length
    return clipped
