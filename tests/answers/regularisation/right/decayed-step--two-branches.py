# task: decayed-step
# how: the two lines of the task, one after the other
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    if decoupled:
        v = momentum * velocity + gradient
        return w - learning_rate * decay * w - learning_rate * v, v
    v = momentum * velocity + (gradient + decay * w)
    return w - learning_rate * v, v
