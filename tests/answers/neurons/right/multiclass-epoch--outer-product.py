# task: multiclass-epoch
# how: adds the outer product of the inputs with a difference of one-hot rows
import numpy as np


def multiclass_epoch(W, x, labels):
    classes = np.eye(W.shape[1])
    mistakes = 0
    for i in range(len(x)):
        answer = np.argmax(W.T @ x[i])
        mistakes += int(answer != labels[i])
        W = W + np.outer(x[i], classes[labels[i]] - classes[answer])
    return W, mistakes
