# tries: print and raise the arguments of hidden tests, so that the feedback shows them
# must: show no value of a hidden test: what is printed there is dropped, what is raised not quoted
# earns: test-scale-shape 1
import numpy as np


def scale(x):
    if x.shape == (50, 4):
        print("LEAKED-VALUE", x[0, 0])
        raise ValueError(f"LEAKED-VALUE {x.tolist()}")
    return (x - np.mean(x, axis=0)) / np.std(x, axis=0)
