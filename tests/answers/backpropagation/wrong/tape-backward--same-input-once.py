# task: tape-backward
# loses: test-tape-backward-shared 2
# mistake: a record that takes the same input twice hands it only one share (a * a gives a, not 2a)
def tape_backward(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        op, inputs, v = tape[k]
        shares = {}
        if op == "add":
            shares = {inputs[0]: 1.0, inputs[1]: 1.0}
        elif op == "mul":
            shares = {inputs[0]: tape[inputs[1]][2], inputs[1]: tape[inputs[0]][2]}
        elif op == "exp":
            shares = {inputs[0]: v}
        elif op == "log":
            shares = {inputs[0]: 1.0 / tape[inputs[0]][2]}
        elif op == "relu":
            shares = {inputs[0]: 1.0 if v > 0 else 0.0}
        elif op == "sigmoid":
            shares = {inputs[0]: v * (1.0 - v)}
        for i, slope in shares.items():
            gradients[i] += slope * gradients[k]
    return gradients
