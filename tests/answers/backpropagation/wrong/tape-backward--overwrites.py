# task: tape-backward
# loses: test-tape-backward-shared 2
# mistake: a record that is used twice keeps only one of its gradients (= where += is needed)
def tape_backward(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in range(len(tape) - 1, -1, -1):
        op, inputs, value = tape[k]
        g = gradients[k]
        if op == "add":
            gradients[inputs[0]] = g
            gradients[inputs[1]] = g
        elif op == "mul":
            a, b = inputs
            gradients[a] = g * tape[b][2]
            gradients[b] = g * tape[a][2]
        elif op == "exp":
            gradients[inputs[0]] = g * value
        elif op == "log":
            gradients[inputs[0]] = g / tape[inputs[0]][2]
        elif op == "relu":
            gradients[inputs[0]] = g * (value > 0)
        elif op == "sigmoid":
            gradients[inputs[0]] = g * value * (1 - value)
    return gradients
