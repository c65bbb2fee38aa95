# task: decayed-step
# loses: test-decayed-step-decoupled 2, test-decayed-step-unchanged 1
# mistake: the decoupled decay is not multiplied by the learning rate
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient if decoupled else gradient + decay * w
    velocity = momentum * velocity + pull
    shrunk = (1 - decay) * w if decoupled else w
    return shrunk - learning_rate * velocity, velocity
