# task: decayed-step
# loses: test-decayed-step-coupled 1
# mistake: the argument decoupled is ignored: never L2
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient
    velocity = momentum * velocity + pull
    shrunk = (1 - learning_rate * decay) * w
    return shrunk - learning_rate * velocity, velocity
