# task: centred-rmsprop-step
# how: two dictionaries in state, changed in place
def centred_rmsprop_step(parameters, gradients, state, learning_rate, rho, epsilon):
    squares, means = state.setdefault("squares", {}), state.setdefault("means", {})
    for name, w in parameters.items():
        g = gradients[name]
        squares[name] = squares.get(name, np.zeros_like(g)) + (1 - rho) * (
            g * g - squares.get(name, np.zeros_like(g))
        )
        means[name] = means.get(name, np.zeros_like(g)) + (1 - rho) * (
            g - means.get(name, np.zeros_like(g))
        )
        variance = squares[name] - means[name] * means[name]
        w -= learning_rate * g / (variance**0.5 + epsilon)
