# task: positions
# loses: test-positions-value 2
# mistake: 10,000 is written in and the base that is given ignored
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.empty((length, d_model))
    positions[:, 0::2], positions[:, 1::2] = np.sin(angles), np.cos(angles)
    return positions
