# task: centred-rmsprop-step
# loses: test-centred-rmsprop-step-memory 1
# mistake: only the mean of the squares is kept
def centred_rmsprop_step(parameters, gradients, state, learning_rate, rho, epsilon):
    for name, g in gradients.items():
        s = rho * state.get(name, 0.0) + (1 - rho) * g**2
        m = (1 - rho) * g
        state[name] = s
        parameters[name] = parameters[name] - learning_rate * g / (np.sqrt(s - m**2) + epsilon)
