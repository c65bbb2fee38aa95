# task: positions
# loses: test-positions-value 2
# mistake: positions are counted from 1
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(1, length + 1)[:, None] * frequencies
    positions = np.empty((length, d_model))
    positions[:, 0::2], positions[:, 1::2] = np.sin(angles), np.cos(angles)
    return positions
