# task: multiclass-epoch
# how: keeps the columns in a list and stacks them at the end
import numpy as np


def multiclass_epoch(W, x, labels):
    columns = [column.copy() for column in W.T]
    mistakes = 0
    for row, label in zip(x, labels, strict=True):
        scores = [float(row @ column) for column in columns]
        answer = scores.index(max(scores))
        if answer == label:
            continue
        mistakes = mistakes + 1
        columns[label] = columns[label] + row
        columns[answer] = columns[answer] - row
    return np.stack(columns, axis=1), mistakes
