# task: momentum-step
# loses: test-momentum-step-plain 2, test-momentum-step-nesterov 1, test-momentum-step-rate-changes 1
# mistake: the gradient enters with 1 - momentum
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        b = momentum * buffers.get(name, 0.0) + (1 - momentum) * g
        buffers[name] = b
        parameters[name] = parameters[name] - learning_rate * (g + momentum * b if nesterov else b)
