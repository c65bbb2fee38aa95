# task: draw-weights
# loses: test-draw-weights-random 1
# mistake: normal instead of uniform numbers of the right variance
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(2 / ((1 + slope**2) * fan))
    return rng.normal(0, bound, size=shape)
