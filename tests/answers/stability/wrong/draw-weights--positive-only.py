# task: draw-weights
# loses: test-draw-weights-fan-in 1, test-draw-weights-fan-out 1, test-draw-weights-convolution 1, test-draw-weights-random 1
# mistake: draws from 0 to the bound: random() is not centred
def draw_weights(shape, slope, mode, rng):
    outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return bound * rng.random(shape)
