# task: population-statistics
# how: merges the batches one by one, in a single pass
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        columns = batch.transpose(1, 0, 2, 3).reshape(batch.shape[1], -1)
        n, m = columns.shape[1], columns.mean(axis=1)
        way = m - mean
        squares = squares + columns.var(axis=1) * n + way**2 * count * n / (count + n)
        mean = mean + way * n / (count + n)
        count += n
    return mean, squares / count
