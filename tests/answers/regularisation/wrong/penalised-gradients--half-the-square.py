# task: penalised-gradients
# loses: test-penalised-gradients-l2 1, test-penalised-gradients-which 1
# mistake: the penalty is half the square, its gradient is not
def penalised_gradients(parameters, gradients, l1, l2):
    penalty, total = 0.0, {}
    for name, w in parameters.items():
        total[name] = gradients[name].copy()
        if w.ndim >= 2:
            penalty += l1 * np.abs(w).sum() + 0.5 * l2 * np.square(w).sum()
            total[name] += l1 * np.sign(w) + 2 * l2 * w
    return penalty, total
