# task: positions
# loses: test-positions-value 2
# mistake: the exponent runs to 1 (i / (d/2 - 1)), as in some libraries
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(d_model // 2) / max(d_model // 2 - 1, 1))
    angles = np.arange(length)[:, None] * frequencies
    positions = np.empty((length, d_model))
    positions[:, 0::2], positions[:, 1::2] = np.sin(angles), np.cos(angles)
    return positions
