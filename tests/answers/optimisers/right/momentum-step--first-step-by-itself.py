# task: momentum-step
# how: the first buffer is a copy of the gradient, as PyTorch makes it
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, g in gradients.items():
        if name in buffers:
            buffers[name] = buffers[name] * momentum + g
        else:
            buffers[name] = np.array(g, copy=True)
        ahead = momentum * buffers[name] + g
        parameters[name] = parameters[name] - learning_rate * (ahead if nesterov else buffers[name])
