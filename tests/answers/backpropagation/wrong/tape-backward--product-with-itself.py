# task: tape-backward
# loses: test-tape-backward-add-mul 1, test-tape-backward-functions 1, test-tape-backward-shared 2
# mistake: the slope of a * b with respect to a is taken to be a
def tape_backward(tape):
    slopes = {
        "input": lambda v, values: [],
        "add": lambda v, values: [1.0, 1.0],
        "mul": lambda v, values: values,
        "exp": lambda v, values: [v],
        "log": lambda v, values: [1.0 / values[0]],
        "relu": lambda v, values: [float(v > 0)],
        "sigmoid": lambda v, values: [v * (1 - v)],
    }
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        op, inputs, v = tape[k]
        for i, slope in zip(inputs, slopes[op](v, [tape[j][2] for j in inputs]), strict=True):
            gradients[i] += slope * gradients[k]
    return gradients
