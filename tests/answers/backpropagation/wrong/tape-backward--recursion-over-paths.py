# task: tape-backward
# loses: test-tape-backward-shared 2
# mistake: it calls itself for every input and breaks on a long tape (RecursionError)
def tape_backward(tape):
    gradients = [0.0] * len(tape)

    def visit(k, g):
        gradients[k] += g
        op, inputs, v = tape[k]
        values = [tape[i][2] for i in inputs]
        if op == "add":
            visit(inputs[0], g)
            visit(inputs[1], g)
        elif op == "mul":
            visit(inputs[0], g * values[1])
            visit(inputs[1], g * values[0])
        elif op == "exp":
            visit(inputs[0], g * v)
        elif op == "log":
            visit(inputs[0], g / values[0])
        elif op == "relu":
            visit(inputs[0], g * (v > 0))
        elif op == "sigmoid":
            visit(inputs[0], g * v * (1 - v))

    visit(len(tape) - 1, 1.0)
    return gradients
