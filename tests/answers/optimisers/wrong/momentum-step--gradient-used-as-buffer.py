# task: momentum-step
# loses: test-momentum-step-plain 2, test-momentum-step-nesterov 1, test-momentum-step-rate-changes 1
# mistake: the buffer is added into the gradient's array
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        g += momentum * buffers.get(name, 0.0)
        buffers[name] = g
        parameters[name] = parameters[name] - learning_rate * (g + momentum * g if nesterov else g)
