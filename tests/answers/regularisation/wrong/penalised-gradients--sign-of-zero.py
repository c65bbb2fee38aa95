# task: penalised-gradients
# loses: test-penalised-gradients-l1 1
# mistake: the sign of 0 is taken to be 1
def penalised_gradients(parameters, gradients, l1, l2):
    penalty, total = 0.0, {}
    for name, w in parameters.items():
        total[name] = gradients[name].copy()
        if w.ndim >= 2:
            penalty += l1 * np.abs(w).sum() + l2 * np.square(w).sum()
            total[name] += l1 * np.where(w >= 0, 1.0, -1.0) + 2 * l2 * w
    return penalty, total
