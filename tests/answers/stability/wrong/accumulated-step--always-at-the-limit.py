# task: accumulated-step
# loses: test-accumulated-step-mean 2, test-accumulated-step-clip 2
# mistake: brings every gradient to max_norm, also the short ones
def accumulated_step(parameters, pieces, sizes, max_norm, rate):
    whole = {}
    for name in parameters:
        shares = [piece[name] * size for piece, size in zip(pieces, sizes, strict=True)]
        whole[name] = sum(shares) / sum(sizes)
    norm = np.sqrt(sum((g**2).sum() for g in whole.values()))
    factor = max_norm / norm if norm > 0 else 1.0
    return {name: p - rate * factor * whole[name] for name, p in parameters.items()}
