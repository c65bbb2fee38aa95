# task: count-parameters
# loses: test-count-parameters-norm 1
# mistake: The running mean and variance of batch norm are counted, as Keras's count_params() does
def count_parameters(table, channels):
    """Return the number of parameters of a table, and the number of channels that come out."""
    total = 0
    for row in table:
        kind, bias = row["kind"], row.get("bias", True)
        if kind == "conv":
            inputs = channels // row.get("groups", 1)  # that one filter sees
            channels = row["filters"]
            total += (row["kernel"] ** 2 * inputs + bias) * channels
        elif kind == "depthwise":
            total += (row["kernel"] ** 2 + bias) * channels
        elif kind == "norm":
            total += 4 * channels
        elif kind == "dense":
            total += (channels + bias) * row["units"]
            channels = row["units"]
        elif kind == "branches":
            found = [count_parameters(branch, channels) for branch in row["branches"]]
            total += sum(count for count, _ in found)
            widths = [width for _, width in found]
            channels = sum(widths) if row["join"] == "concat" else widths[0]
    return total, channels
