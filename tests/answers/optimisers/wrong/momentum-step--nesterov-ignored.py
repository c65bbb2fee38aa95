# task: momentum-step
# loses: test-momentum-step-nesterov 1, test-momentum-step-rate-changes 1
# mistake: nesterov is not looked at
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        buffers[name] = momentum * buffers.get(name, 0.0) + g
        parameters[name] = parameters[name] - learning_rate * buffers[name]
