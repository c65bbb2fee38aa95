# task: tape-backward
# how: each record collects from the records that use it, with a table of rules
import math


def tape_backward(tape):
    rules = {
        "add": [lambda a, b: 1.0, lambda a, b: 1.0],
        "mul": [lambda a, b: b, lambda a, b: a],
        "exp": [math.exp],
        "log": [lambda a: 1.0 / a],
        "relu": [lambda a: 1.0 if a > 0 else 0.0],
        "sigmoid": [lambda a: math.exp(-a) / (1.0 + math.exp(-a)) ** 2],
    }
    users = [[] for _ in tape]
    for user, (operation, inputs, _) in enumerate(tape):
        for place, source in enumerate(inputs):
            users[source].append((user, rules[operation][place]))

    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for source in range(len(tape) - 2, -1, -1):
        for user, rule in users[source]:
            arguments = [tape[i][2] for i in tape[user][1]]
            gradients[source] += gradients[user] * rule(*arguments)
    return gradients
