# task: to-torch
# loses: test-to-torch-one-layer 1, test-to-torch-network 2, test-to-torch-without-bias 1
# mistake: begins to count at 1
def to_torch(weights):
    state, position = {}, -1
    for array in weights:
        if array.ndim == 2:
            position += 2
            state[f"{position}.weight"] = array.T
        else:
            state[f"{position}.bias"] = array
    return state
