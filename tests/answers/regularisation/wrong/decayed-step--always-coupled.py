# task: decayed-step
# loses: test-decayed-step-decoupled 2
# mistake: the argument decoupled is ignored: always L2
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient + decay * w
    velocity = momentum * velocity + pull
    shrunk = w
    return shrunk - learning_rate * velocity, velocity
