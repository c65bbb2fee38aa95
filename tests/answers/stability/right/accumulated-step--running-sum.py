# task: accumulated-step
# how: accumulates in place of a copy, piece by piece
def accumulated_step(parameters, pieces, sizes, max_norm, rate):
    total = float(np.sum(sizes))
    whole = {name: np.zeros(np.shape(p)) for name, p in parameters.items()}
    for k, piece in enumerate(pieces):
        for name, g in piece.items():
            whole[name] += np.asarray(g) * (sizes[k] / total)
    squares = [np.vdot(g, g) for g in whole.values()]
    factor = max_norm / max(max_norm, float(np.sqrt(np.sum(squares))))
    return {name: parameters[name] - (rate * factor) * whole[name] for name in parameters}
