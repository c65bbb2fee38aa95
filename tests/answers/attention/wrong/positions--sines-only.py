# task: positions
# loses: test-positions-value 2, test-positions-offset 1
# mistake: the odd columns repeat the sine
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.repeat(np.sin(angles), 2, axis=-1)
    return positions
