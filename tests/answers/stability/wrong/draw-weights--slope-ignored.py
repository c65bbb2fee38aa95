# task: draw-weights
# loses: test-draw-weights-slope 1
# mistake: uses ReLU's gain whatever the slope is
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / (fan))
    return rng.uniform(-bound, bound, size=shape)
