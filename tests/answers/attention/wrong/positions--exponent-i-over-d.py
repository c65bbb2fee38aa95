# task: positions
# loses: test-positions-value 2
# mistake: the exponent is i/d, where it is 2i/d
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(d_model // 2) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.empty((length, d_model))
    positions[:, 0::2], positions[:, 1::2] = np.sin(angles), np.cos(angles)
    return positions
