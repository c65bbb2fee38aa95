# task: momentum-step
# loses: test-momentum-step-rate-changes 1
# mistake: Keras' form: the velocity contains the learning rate
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        v = momentum * buffers.get(name, 0.0) - learning_rate * g
        buffers[name] = v
        parameters[name] = parameters[name] + (momentum * v - learning_rate * g if nesterov else v)
