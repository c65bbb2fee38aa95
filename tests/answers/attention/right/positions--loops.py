# task: positions
# how: a double loop with the math module, a nested list
import math


def sinusoidal_positions(length, d_model, base=10000.0):
    rows = []
    for t in range(length):
        row = []
        for i in range(0, d_model, 2):
            angle = t / base ** (i / d_model)
            row += [math.sin(angle), math.cos(angle)]
        rows.append(row)
    return rows
