# task: adamw-step
# how: averages kept corrected, by running sums of their weights
def adamw_step(parameters, gradients, state, learning_rate, betas, epsilon, weight_decay):
    for name, g in gradients.items():
        m, s, c1, c2 = state.get(name, (0.0, 0.0, 0.0, 0.0))
        m, c1 = betas[0] * m + (1 - betas[0]) * g, betas[0] * c1 + 1 - betas[0]
        s, c2 = betas[1] * s + (1 - betas[1]) * g * g, betas[1] * c2 + 1 - betas[1]
        state[name] = (m, s, c1, c2)
        w = parameters[name]
        shrink = learning_rate * weight_decay * w if np.ndim(w) >= 2 else 0.0
        parameters[name] = w - shrink - learning_rate * (m / c1) / (np.sqrt(s / c2) + epsilon)
