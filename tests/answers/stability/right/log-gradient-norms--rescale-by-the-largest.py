# task: log-gradient-norms
# how: rescales by the largest entry with frexp, and takes the norm of what remains
import math


def log_gradient_norms(weights, slopes, upstream):
    answers = [0.0] * len(weights)
    g, exponent = np.array(upstream, dtype=float), 0
    for k in range(len(weights) - 1, -1, -1):
        g = np.einsum("bo,io->bi", g * slopes[k], weights[k])
        largest = abs(g).max()
        if largest == 0:
            answers[k] = -math.inf
            continue
        shift = math.frexp(largest)[1]
        g = np.ldexp(g, -shift)
        exponent += shift
        answers[k] = math.log10(math.sqrt((g * g).sum())) + exponent * math.log10(2)
    return answers
