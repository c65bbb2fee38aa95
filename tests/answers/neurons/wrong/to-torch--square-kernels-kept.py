# task: to-torch
# loses: test-to-torch-one-layer 1, test-to-torch-network 2, test-to-torch-without-bias 1
# mistake: transposes only where the shape tells that it is needed
def to_torch(weights):
    state, position = {}, -2
    for array in weights:
        if array.ndim == 2:
            position += 2
            state[f"{position}.weight"] = array if array.shape[0] == array.shape[1] else array.T
        else:
            state[f"{position}.bias"] = array
    return state
