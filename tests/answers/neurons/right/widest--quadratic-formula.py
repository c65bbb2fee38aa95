# task: widest
# how: solves the quadratic equation in whole numbers
import math


def widest(inputs, classes, hidden_layers, budget):
    # a h² + b h <= c
    a, b, c = hidden_layers - 1, inputs + hidden_layers + classes, budget - classes
    if c <= 0:
        return 0
    if a == 0:
        return c // b
    return (math.isqrt(b * b + 4 * a * c) - b) // (2 * a)
