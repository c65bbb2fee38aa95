# task: accumulated-step
# loses: test-accumulated-step-clip 2
# mistake: a norm for every parameter by itself, as Keras' clipnorm
def accumulated_step(parameters, pieces, sizes, max_norm, rate):
    new = {}
    for name in parameters:
        shares = [piece[name] * size for piece, size in zip(pieces, sizes, strict=True)]
        g = sum(shares) / sum(sizes)
        norm = np.linalg.norm(g)
        factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
        new[name] = parameters[name] - rate * factor * g
    return new
