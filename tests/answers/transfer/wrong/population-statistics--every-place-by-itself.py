# task: population-statistics
# loses: test-statistics-mean 1, test-statistics-variance 1, test-statistics-precise 1
# mistake: keeps height and width apart
def population_statistics(batches):
    whole = np.concatenate(batches)
    return whole.mean(axis=0), whole.var(axis=0)
