# task: draw-weights
# how: random numbers from 0 to 1, stretched and shifted; the window by its total size
def draw_weights(shape, slope, mode, rng):
    size = int(np.prod(shape))
    fan = size // shape[0] if mode == "fan_in" else size // shape[1]
    gain = (2 / (1 + slope**2)) ** 0.5
    bound = gain * (3 / fan) ** 0.5
    return (2 * rng.random(shape) - 1) * bound
