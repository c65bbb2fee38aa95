# task: population-statistics
# loses: test-statistics-mean 1, test-statistics-variance 1, test-statistics-precise 1
# mistake: divides by the number of images, not of images and places
def population_statistics(batches):
    """Return mean and variance of every channel over all batches together."""
    count = sum(len(batch) for batch in batches)
    mean = sum(batch.sum(axis=(0, 2, 3)) for batch in batches) / count
    squares = 0.0
    for batch in batches:  # a second pass: the mean is known
        squares = squares + ((batch - mean[:, None, None]) ** 2).sum(axis=(0, 2, 3))
    return mean, squares / count
