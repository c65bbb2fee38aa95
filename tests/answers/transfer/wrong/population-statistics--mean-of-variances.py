# task: population-statistics
# loses: test-statistics-variance 1
# mistake: averages the batches' variances: what lies between the batches is lost
def population_statistics(batches):
    """Return mean and variance of every channel over all batches together."""
    count = sum(batch[:, 0].size for batch in batches)
    mean = sum(batch.sum(axis=(0, 2, 3)) for batch in batches) / count
    squares = 0.0
    for batch in batches:  # a second pass: the mean is known
        squares = squares + ((batch - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3))
    return mean, sum(len(batch) * batch.var(axis=(0, 2, 3)) for batch in batches) / sum(
        map(len, batches)
    )
