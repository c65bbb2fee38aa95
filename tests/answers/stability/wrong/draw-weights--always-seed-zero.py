# task: draw-weights
# loses: test-draw-weights-random 1
# mistake: makes a generator with a fixed seed: every layer gets the same weights
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return np.random.default_rng(0).uniform(-bound, bound, size=shape)
