# task: decayed-step
# loses: test-decayed-step-unchanged 1
# mistake: the weights and the velocity that came in are changed
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient if decoupled else gradient + decay * w
    velocity *= momentum
    velocity += pull
    shrunk = (1 - learning_rate * decay) * w if decoupled else w
    w[...] = shrunk - learning_rate * velocity
    return w, velocity
