# task: multiply-adds
# loses: test-multiply-adds-stride 1
# mistake: The sizes are rounded down
def multiply_adds(table, height, width, channels):
    """Return the products of a network's convolutions and dense layers for one picture."""
    total = 0
    for row in table:
        kind, stride = row["kind"], row.get("stride", 1)
        height, width = height // stride, width // stride
        if kind == "conv":
            inputs = channels // row.get("groups", 1)
            channels = row["filters"]
            total += height * width * channels * inputs * row["kernel"] ** 2
        elif kind == "depthwise":
            total += height * width * channels * row["kernel"] ** 2
        elif kind == "global pool":
            height = width = 1
        elif kind == "dense":
            total += height * width * channels * row["units"]
            height, width, channels = 1, 1, row["units"]
    return total
