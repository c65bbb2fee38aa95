# task: decayed-step
# loses: test-decayed-step-coupled 1, test-decayed-step-decoupled 2
# mistake: coupled and decoupled are exchanged
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    pull = gradient + decay * w if decoupled else gradient
    velocity = momentum * velocity + pull
    shrunk = w if decoupled else (1 - learning_rate * decay) * w
    return shrunk - learning_rate * velocity, velocity
