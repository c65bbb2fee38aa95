# task: to-torch
# loses: test-to-torch-without-bias 1
# mistake: takes every two arrays for a kernel and a bias
def to_torch(weights):
    state = {}
    for layer in range((len(weights) + 1) // 2):
        state[f"{2 * layer}.weight"] = weights[2 * layer].T
        if 2 * layer + 1 < len(weights):
            state[f"{2 * layer}.bias"] = weights[2 * layer + 1]
    return state
