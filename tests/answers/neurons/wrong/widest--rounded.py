# task: widest
# loses: test-widest-one-layer 1, test-widest-deep 1, test-widest-edges 1
# mistake: solves the equation and rounds to the nearest width instead of down
import math


def widest(inputs, classes, hidden_layers, budget):
    a, b = hidden_layers - 1, inputs + hidden_layers + classes
    c = budget - classes
    if c < b + a:
        return 0
    if a == 0:
        return round(c / b)
    return round((math.sqrt(b * b + 4 * a * c) - b) / (2 * a))
