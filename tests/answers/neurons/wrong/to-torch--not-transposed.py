# task: to-torch
# loses: test-to-torch-one-layer 1, test-to-torch-network 2, test-to-torch-without-bias 1
# mistake: keeps the kernels as they are
def to_torch(weights):
    state, position = {}, -2
    for array in weights:
        if array.ndim == 2:
            position += 2
            state[f"{position}.weight"] = array
        else:
            state[f"{position}.bias"] = array
    return state
