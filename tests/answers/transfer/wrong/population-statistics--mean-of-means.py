# task: population-statistics
# loses: test-statistics-mean 1, test-statistics-variance 1
# mistake: averages the batches' means, whatever their sizes
def population_statistics(batches):
    """Return mean and variance of every channel over all batches together."""
    count = sum(batch[:, 0].size for batch in batches)
    mean = np.mean([batch.mean(axis=(0, 2, 3)) for batch in batches], axis=0)
    squares = 0.0
    for batch in batches:  # a second pass: the mean is known
        squares = squares + ((batch - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3))
    return mean, squares / count
