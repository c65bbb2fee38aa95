# task: draw-weights
# loses: test-draw-weights-fan-in 1, test-draw-weights-fan-out 1, test-draw-weights-convolution 1
# mistake: reads the shape as (in, out), Keras' layout
def draw_weights(shape, slope, mode, rng):
    inputs, outputs, *window = shape
    positions = int(np.prod(window))
    fan = (inputs if mode == "fan_in" else outputs) * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return rng.uniform(-bound, bound, size=shape)
