# task: tape-backward
# loses: test-tape-backward-add-mul 1, test-tape-backward-functions 1, test-tape-backward-shared 2
# mistake: the slopes are not multiplied by the gradient that arrives, so there is no chain rule
def tape_backward(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for op, inputs, value in reversed(tape):
        values = [tape[i][2] for i in inputs]
        if op == "add":
            gradients[inputs[0]] += 1.0
            gradients[inputs[1]] += 1.0
        elif op == "mul":
            gradients[inputs[0]] += values[1]
            gradients[inputs[1]] += values[0]
        elif op == "exp":
            gradients[inputs[0]] += value
        elif op == "log":
            gradients[inputs[0]] += 1.0 / values[0]
        elif op == "relu":
            gradients[inputs[0]] += 1.0 if values[0] > 0 else 0.0
        elif op == "sigmoid":
            gradients[inputs[0]] += value * (1.0 - value)
    return gradients
