# task: centred-rmsprop-step
# loses: test-centred-rmsprop-step-memory 1
# mistake: rho is taken as the share of the new value
def centred_rmsprop_step(parameters, gradients, state, learning_rate, rho, epsilon):
    for name, g in gradients.items():
        s, m = state.get(name, (0.0, 0.0))
        s, m = (1 - rho) * s + rho * g**2, (1 - rho) * m + rho * g
        state[name] = (s, m)
        parameters[name] = parameters[name] - learning_rate * g / (np.sqrt(s - m**2) + epsilon)
