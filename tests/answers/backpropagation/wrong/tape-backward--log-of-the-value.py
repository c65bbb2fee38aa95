# task: tape-backward
# loses: test-tape-backward-functions 1
# mistake: the slope of the logarithm is one over its value instead of one over its input
def tape_backward(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        op, inputs, v = tape[k]
        g = gradients[k]
        if op == "add":
            gradients[inputs[0]] += g
            gradients[inputs[1]] += g
        elif op == "mul":
            gradients[inputs[0]] += g * tape[inputs[1]][2]
            gradients[inputs[1]] += g * tape[inputs[0]][2]
        elif op == "exp":
            gradients[inputs[0]] += g * v
        elif op == "log":
            gradients[inputs[0]] += g / v
        elif op == "relu":
            gradients[inputs[0]] += g if v > 0 else 0.0
        elif op == "sigmoid":
            gradients[inputs[0]] += g * v * (1 - v)
    return gradients
