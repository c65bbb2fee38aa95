# task: draw-weights
# loses: test-draw-weights-fan-out 1, test-draw-weights-convolution 1
# mistake: always takes the fan-in
def draw_weights(shape, slope, mode, rng):
    _outputs, inputs, *window = shape
    positions = int(np.prod(window))
    fan = inputs * positions
    bound = np.sqrt(3 * 2 / ((1 + slope**2) * fan))
    return rng.uniform(-bound, bound, size=shape)
