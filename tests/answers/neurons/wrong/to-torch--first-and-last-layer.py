# task: to-torch
# loses: test-to-torch-network 2, test-to-torch-without-bias 1
# mistake: carries over the first and the last layer only
def to_torch(weights):
    state, position = {}, -2
    for array in weights:
        if array.ndim == 2:
            position += 2
            state[f"{position}.weight"] = array.T
        else:
            state[f"{position}.bias"] = array
    ends = ("0.", f"{position}.")
    return {name: array for name, array in state.items() if name.startswith(ends)}
