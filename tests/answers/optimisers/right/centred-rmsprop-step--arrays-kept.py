# task: centred-rmsprop-step
# how: the two averages as one array with an axis more
def centred_rmsprop_step(parameters, gradients, state, learning_rate, rho, epsilon):
    for name, g in gradients.items():
        both = np.stack([g**2, g])
        state[name] = rho * state.get(name, np.zeros_like(both)) + (1 - rho) * both
        s, m = state[name]
        parameters[name] = parameters[name] - learning_rate * g / (np.sqrt(s - m**2) + epsilon)
