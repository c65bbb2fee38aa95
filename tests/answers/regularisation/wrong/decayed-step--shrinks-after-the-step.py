# task: decayed-step
# loses: test-decayed-step-decoupled 2, test-decayed-step-unchanged 1
# mistake: the decoupled decay shrinks the weights after the step
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient if decoupled else gradient + decay * w
    velocity = momentum * velocity + pull
    w = w - learning_rate * velocity
    return ((1 - learning_rate * decay) * w if decoupled else w), velocity
