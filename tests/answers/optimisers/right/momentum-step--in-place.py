# task: momentum-step
# how: arrays changed in place
def momentum_step(parameters, gradients, buffers, learning_rate, momentum, nesterov=False):
    for name, w in parameters.items():
        g = gradients[name]
        if name not in buffers:
            buffers[name] = np.zeros(np.shape(w))
        buffers[name] *= momentum
        buffers[name] += g
        step = buffers[name]
        if nesterov:
            step = g + momentum * buffers[name]
        w -= learning_rate * step
