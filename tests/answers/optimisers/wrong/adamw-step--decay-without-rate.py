# task: adamw-step
# loses: test-adamw-step-decay 2
# mistake: the decay is not multiplied by the learning rate
def adamw_step(parameters, gradients, state, learning_rate, betas, epsilon, weight_decay):
    beta1, beta2 = betas
    t = state["t"] = state.get("t", 0) + 1
    for name, g in gradients.items():
        w = parameters[name]
        if w.ndim >= 2:
            w = (1 - weight_decay) * w
        m, s = state.get(("average", name), (0.0, 0.0))
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        state["average", name] = (m, s)
        root = np.sqrt(s / (1 - beta2**t)) + epsilon
        parameters[name] = w - learning_rate * m / (1 - beta1**t) / root
