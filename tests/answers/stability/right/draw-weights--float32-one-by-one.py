# task: draw-weights
# how: a loop over the outputs, in single precision
def draw_weights(shape, slope, mode, rng):
    fan = shape[1] if mode == "fan_in" else shape[0]
    for length in shape[2:]:
        fan *= length
    bound = np.sqrt(6 / (fan * (1 + slope * slope)))
    rows = [rng.uniform(-bound, bound, size=shape[1:]) for _ in range(shape[0])]
    return np.stack(rows).astype(np.float32)
