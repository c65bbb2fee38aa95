# task: tape-backward
# loses: test-tape-backward-functions 1
# mistake: ReLU's slope at exactly 0 is 1 (>= where > is meant)
def tape_backward(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        op, inputs, v = tape[k]
        if op == "input":
            continue
        values = [tape[i][2] for i in inputs]
        slopes = {
            "add": (1.0, 1.0),
            "mul": (values[-1], values[0]),
            "exp": (v,),
            "log": (1.0 / values[0] if op == "log" else 0.0,),
            "relu": (1.0 if values[0] >= 0 else 0.0,),
            "sigmoid": (v * (1.0 - v),),
        }[op]
        for i, slope in zip(inputs, slopes, strict=False):
            gradients[i] += slope * gradients[k]
    return gradients
