# task: population-statistics
# loses: test-statistics-mean 1, test-statistics-variance 1
# mistake: uses the last batch only
def population_statistics(batches):
    """Return mean and variance of every channel over all batches together."""
    batches = batches[-1:]
    count = sum(batch[:, 0].size for batch in batches)
    mean = sum(batch.sum(axis=(0, 2, 3)) for batch in batches) / count
    squares = 0.0
    for batch in batches:  # a second pass: the mean is known
        squares = squares + ((batch - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3))
    return mean, squares / count
