# task: positions
# loses: test-positions-value 2
# mistake: all sines, then all cosines, where they should alternate
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(0, d_model, 2) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    return positions
