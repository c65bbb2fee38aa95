# task: tape-backward
# how: if/else rules on a float32 NumPy array, returned as it is
import numpy as np


def tape_backward(tape):
    gradients = np.zeros(len(tape), dtype=np.float32)
    gradients[-1] = 1
    for k in range(len(tape) - 1, -1, -1):
        operation, inputs, value = tape[k]
        if operation == "add":
            left, right = inputs
            gradients[left] += gradients[k]
            gradients[right] += gradients[k]
        elif operation == "mul":
            left, right = inputs
            gradients[left] += gradients[k] * tape[right][2]
            gradients[right] += gradients[k] * tape[left][2]
        elif operation != "input":
            (source,) = inputs
            slope = {
                "exp": lambda a, value: value,
                "log": lambda a, value: 1 / a,
                "relu": lambda a, value: np.heaviside(a, 0),
                "sigmoid": lambda a, value: value - value**2,
            }[operation](tape[source][2], value)
            gradients[source] += gradients[k] * slope
    return gradients
