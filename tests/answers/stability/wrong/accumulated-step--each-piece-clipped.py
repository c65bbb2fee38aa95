# task: accumulated-step
# loses: test-accumulated-step-clip 2
# mistake: clips every piece by itself and then combines
def accumulated_step(parameters, pieces, sizes, max_norm, rate):
    whole = {name: 0.0 for name in parameters}
    for piece, size in zip(pieces, sizes, strict=True):
        norm = np.sqrt(sum((g**2).sum() for g in piece.values()))
        factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
        for name in whole:
            whole[name] = whole[name] + factor * piece[name] * size / sum(sizes)
    return {name: p - rate * whole[name] for name, p in parameters.items()}
