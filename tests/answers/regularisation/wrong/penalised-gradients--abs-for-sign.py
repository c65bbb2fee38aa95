# task: penalised-gradients
# loses: test-penalised-gradients-l1 1, test-penalised-gradients-which 1, test-penalised-gradients-unchanged 1
# mistake: the gradient of L1 is the absolute value instead of the sign
def penalised_gradients(parameters, gradients, l1, l2):
    penalty, total = 0.0, {}
    for name, w in parameters.items():
        total[name] = gradients[name].copy()
        if w.ndim >= 2:
            penalty += l1 * np.abs(w).sum() + l2 * np.square(w).sum()
            total[name] += l1 * np.abs(w) + 2 * l2 * w
    return penalty, total
