# task: adamw-step
# how: arrays changed in place, decay first for all matrices
def adamw_step(parameters, gradients, state, learning_rate, betas, epsilon, weight_decay):
    state.setdefault("m", {})
    state.setdefault("v", {})
    state["step"] = state.get("step", 0) + 1
    for w in parameters.values():
        if len(w.shape) > 1:
            w -= learning_rate * weight_decay * w
    for name, g in gradients.items():
        m = state["m"].setdefault(name, np.zeros_like(g))
        v = state["v"].setdefault(name, np.zeros_like(g))
        m += (1 - betas[0]) * (g - m)
        v += (1 - betas[1]) * (g * g - v)
        m_hat = m / (1 - betas[0] ** state["step"])
        v_hat = v / (1 - betas[1] ** state["step"])
        parameters[name] -= learning_rate * m_hat / (v_hat**0.5 + epsilon)
