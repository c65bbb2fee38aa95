# task: momentum-step
# loses: test-momentum-step-nesterov 1, test-momentum-step-rate-changes 1
# mistake: Nesterov's step with the old buffer is plain momentum
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        old = buffers.get(name, 0.0)
        buffers[name] = momentum * old + g
        parameters[name] = parameters[name] - learning_rate * (g + momentum * old)
