# task: population-statistics
# loses: test-statistics-precise 1
# mistake: E[x²] − E[x]², which loses all digits far from zero
def population_statistics(batches):
    """Return mean and variance of every channel over all batches together."""
    count = sum(batch[:, 0].size for batch in batches)
    mean = sum(batch.sum(axis=(0, 2, 3)) for batch in batches) / count
    squares = 0.0
    for batch in batches:  # a second pass: the mean is known
        squares = squares + ((batch - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3))
    squares = sum((batch**2).sum(axis=(0, 2, 3)) for batch in batches)
    return mean, squares / count - mean**2
