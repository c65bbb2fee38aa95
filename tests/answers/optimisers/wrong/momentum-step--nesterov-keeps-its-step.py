# task: momentum-step
# loses: test-momentum-step-nesterov 1, test-momentum-step-rate-changes 1
# mistake: Nesterov's step is stored in place of the buffer
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        b = momentum * buffers.get(name, 0.0) + g
        if nesterov:
            b = g + momentum * b
        buffers[name] = b
        parameters[name] = parameters[name] - learning_rate * b
