# task: positions
# loses: test-positions-value 2, test-positions-offset 1
# mistake: sine and cosine of a pair have different frequencies
def sinusoidal_positions(length, d_model, base=10000.0):
    frequencies = base ** (-np.arange(d_model) / d_model)
    angles = np.arange(length)[:, None] * frequencies
    positions = np.where(np.arange(d_model) % 2, np.cos(angles), np.sin(angles))
    return positions
