# task: penalised-gradients
# how: two comprehensions over the penalised names
def penalised_gradients(parameters, gradients, l1, l2):
    penalised = [name for name, w in parameters.items() if len(w.shape) > 1]
    penalty = sum(
        float(np.sum(l1 * np.abs(parameters[name]) + l2 * parameters[name] ** 2))
        for name in penalised
    )
    extra = {name: l1 * np.sign(parameters[name]) + 2 * l2 * parameters[name] for name in penalised}
    return penalty, {name: g + extra.get(name, 0.0) for name, g in gradients.items()}
