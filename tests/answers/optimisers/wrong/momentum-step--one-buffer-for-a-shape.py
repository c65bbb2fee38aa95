# task: momentum-step
# loses: test-momentum-step-plain 2
# mistake: one buffer for all parameters of one shape
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        b = momentum * buffers.get(g.shape, 0.0) + g
        buffers[g.shape] = b
        parameters[name] = parameters[name] - learning_rate * (g + momentum * b if nesterov else b)
