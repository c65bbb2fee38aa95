# task: population-statistics
# loses: test-statistics-mean 1, test-statistics-variance 1, test-statistics-precise 1
# mistake: a moving average over the batches, as in training
def population_statistics(batches):
    mean, variance = np.zeros(batches[0].shape[1]), np.ones(batches[0].shape[1])
    for batch in batches:
        mean = 0.9 * mean + 0.1 * batch.mean(axis=(0, 2, 3))
        variance = 0.9 * variance + 0.1 * batch.var(axis=(0, 2, 3))
    return mean, variance
