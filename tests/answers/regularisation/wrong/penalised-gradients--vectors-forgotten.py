# task: penalised-gradients
# loses: test-penalised-gradients-which 1, test-penalised-gradients-unchanged 1
# mistake: what is not penalised is missing from the dict
def penalised_gradients(parameters, gradients, l1, l2):
    penalty, total = 0.0, {}
    for name, w in parameters.items():
        if w.ndim >= 2:
            penalty += l1 * np.abs(w).sum() + l2 * np.square(w).sum()
            total[name] = gradients[name] + l1 * np.sign(w) + 2 * l2 * w
    return penalty, total
