# task: draw-weights
# loses: test-draw-weights-random 1
# mistake: draws from a generator of its own, so the same seed is never the same twice
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return np.random.default_rng().uniform(-bound, bound, size=shape)
