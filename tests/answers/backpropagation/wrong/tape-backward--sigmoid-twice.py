# task: tape-backward
# loses: test-tape-backward-functions 1
# mistake: the sigmoid is applied once more to the value on the tape, which is a sigmoid already
import math


def tape_backward(tape):
    def sigmoid(z):
        return 1.0 / (1.0 + math.exp(-z))

    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        op, inputs, v = tape[k]
        values = [tape[i][2] for i in inputs]
        if op == "add":
            slopes = [1.0, 1.0]
        elif op == "mul":
            slopes = [values[1], values[0]]
        elif op == "exp":
            slopes = [v]
        elif op == "log":
            slopes = [1.0 / values[0]]
        elif op == "relu":
            slopes = [float(v > 0)]
        elif op == "sigmoid":
            slopes = [sigmoid(v) * (1.0 - sigmoid(v))]
        for i, slope in zip(inputs, slopes if inputs else [], strict=True):
            gradients[i] += slope * gradients[k]
    return gradients
