# task: draw-weights
# loses: test-draw-weights-convolution 1
# mistake: counts the channels and not the positions of the window
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *_window = shape
    positions = 1
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return rng.uniform(-bound, bound, size=shape)
