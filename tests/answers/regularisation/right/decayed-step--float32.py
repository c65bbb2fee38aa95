# task: decayed-step
# how: in single precision, with copies changed in place
def decayed_step(w, velocity, gradient, learning_rate, momentum, decay, decoupled):
    w, v, g = (np.array(a, dtype=np.float32) for a in (w, velocity, gradient))
    v *= np.float32(momentum)
    v += g
    if not decoupled:
        v += np.float32(decay) * w
    step = np.float32(learning_rate) * v
    if decoupled:
        w *= np.float32(1 - learning_rate * decay)
    return w - step, v
