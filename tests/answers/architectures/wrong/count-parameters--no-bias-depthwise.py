# task: count-parameters
# loses: test-count-parameters-layers 1
# mistake: a depthwise convolution never has biases
def count_parameters(table, channels):
    total = 0
    for row in table:
        kind, bias = row["kind"], row.get("bias", True)
        if kind == "conv":
            total += row["kernel"] ** 2 * channels * row["filters"] // row.get("groups", 1)
            channels = row["filters"]
            total += bias * channels
        elif kind == "depthwise":
            total += row["kernel"] ** 2 * channels
        elif kind == "norm":
            total += 2 * channels
        elif kind == "dense":
            total += (channels + bias) * row["units"]
            channels = row["units"]
        elif kind == "branches":
            found = [count_parameters(branch, channels) for branch in row["branches"]]
            total += sum(count for count, _ in found)
            add = row["join"] == "add"
            channels = found[0][1] if add else sum(width for _, width in found)
    return total, channels
