# task: centred-rmsprop-step
# loses: test-centred-rmsprop-step-epsilon 1
# mistake: epsilon inside the root
def centred_rmsprop_step(parameters, gradients, state, learning_rate, rho, epsilon):
    for name, g in gradients.items():
        s, m = state.get(name, (0.0, 0.0))
        s, m = rho * s + (1 - rho) * g**2, rho * m + (1 - rho) * g
        state[name] = (s, m)
        parameters[name] = parameters[name] - learning_rate * g / np.sqrt(s - m**2 + epsilon)
