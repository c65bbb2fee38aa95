# task: draw-weights
# loses: test-draw-weights-fan-in 1, test-draw-weights-fan-out 1, test-draw-weights-convolution 1
# mistake: takes the standard deviation for the bound: no factor 3
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(2 / ((1 + slope**2) * fan))
    return rng.uniform(-bound, bound, size=shape)
