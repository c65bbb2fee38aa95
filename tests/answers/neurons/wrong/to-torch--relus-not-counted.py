# task: to-torch
# loses: test-to-torch-network 2, test-to-torch-without-bias 1
# mistake: numbers the linear layers 0, 1, 2, without the ReLUs
def to_torch(weights):
    state, position = {}, -1
    for array in weights:
        if array.ndim == 2:
            position += 1
            state[f"{position}.weight"] = array.T
        else:
            state[f"{position}.bias"] = array
    return state
