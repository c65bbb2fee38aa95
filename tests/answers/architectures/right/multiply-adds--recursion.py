# task: multiply-adds
# how: The first row, and then the same for the rest of the table; a float
def multiply_adds(table, height, width, channels):
    if not table:
        return 0.0
    row, *rest = table
    stride = row.get("stride", 1)
    h, w = len(range(0, height, stride)), len(range(0, width, stride))
    if row["kind"] == "dense":
        cost = height * width * channels * row["units"]
        return cost + multiply_adds(rest, 1, 1, row["units"])
    if row["kind"] == "global pool":
        return multiply_adds(rest, 1, 1, channels)
    if row["kind"] == "conv":
        seen, out = channels / row.get("groups", 1), row["filters"]
        cost = h * w * row["kernel"] ** 2 * seen * out
        return cost + multiply_adds(rest, h, w, out)
    cost = h * w * row["kernel"] ** 2 * channels if row["kind"] == "depthwise" else 0
    return cost + multiply_adds(rest, h, w, channels)
