# task: positions
# how: a complex exponential, its parts interleaved by a view
def sinusoidal_positions(length, d_model, base=10000.0):
    i = np.arange(d_model // 2)
    turn = np.exp(1j * np.outer(np.arange(length), base ** (-2 * i / d_model)))
    return np.stack([turn.imag, turn.real], axis=-1).reshape(length, d_model)
