# task: decayed-step
# loses: test-decayed-step-coupled 1, test-decayed-step-decoupled 2, test-decayed-step-unchanged 1
# mistake: momentum multiplies gradient and decay too
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient if decoupled else gradient + decay * w
    velocity = momentum * (velocity + pull)
    shrunk = (1 - learning_rate * decay) * w if decoupled else w
    return shrunk - learning_rate * velocity, velocity
