# task: count-parameters
# loses: test-count-parameters-layers 1
# mistake: One bias is counted for a layer, not one for each filter
def count_parameters(table, channels):
    """Return the number of parameters of a table, and the number of channels that come out."""
    total = 0
    for row in table:
        kind, bias = row["kind"], row.get("bias", True)
        if kind == "conv":
            inputs = channels // row.get("groups", 1)  # that one filter sees
            channels = row["filters"]
            total += row["kernel"] ** 2 * inputs * channels + bias
        elif kind == "depthwise":
            total += (row["kernel"] ** 2 + bias) * channels
        elif kind == "norm":
            total += 2 * channels
        elif kind == "dense":
            total += channels * row["units"] + bias
            channels = row["units"]
        elif kind == "branches":
            found = [count_parameters(branch, channels) for branch in row["branches"]]
            total += sum(count for count, _ in found)
            widths = [width for _, width in found]
            channels = sum(widths) if row["join"] == "concat" else widths[0]
    return total, channels
