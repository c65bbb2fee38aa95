# task: positions
# loses: test-positions-value 2
# mistake: the sign of the exponent is missing: frequencies grow
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.empty((length, d_model))
    positions[:, 0::2], positions[:, 1::2] = np.sin(angles), np.cos(angles)
    return positions
