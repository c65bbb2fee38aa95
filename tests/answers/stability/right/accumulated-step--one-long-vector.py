# task: accumulated-step
# how: flattens all gradients into one vector and splits the step again
def accumulated_step(parameters, pieces, sizes, max_norm, rate):
    long = np.stack([np.concatenate([np.ravel(g[n]) for n in parameters]) for g in pieces])
    whole = np.average(long, axis=0, weights=sizes)
    norm = np.linalg.norm(whole)
    if norm > max_norm:
        whole = whole * (max_norm / norm)
    ends = np.cumsum([p.size for p in parameters.values()])[:-1]
    steps = np.split(rate * whole, ends)
    pairs = zip(parameters.items(), steps, strict=True)
    return {name: p - step.reshape(p.shape) for (name, p), step in pairs}
