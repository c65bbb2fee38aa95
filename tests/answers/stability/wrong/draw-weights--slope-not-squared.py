# task: draw-weights
# loses: test-draw-weights-slope 1
# mistake: 1 + a for 1 + a², which is the same at 0 and 1 only
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope) * fan))
    return rng.uniform(-bound, bound, size=shape)
