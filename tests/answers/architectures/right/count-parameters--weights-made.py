# task: count-parameters
# how: Makes the shapes of all weights, and multiplies them out; a list comes back
def count_parameters(table, channels):
    shapes = []
    for row in table:
        kind, more = row["kind"], []
        if kind == "conv":
            k, groups, filters = row["kernel"], row.get("groups", 1), row["filters"]
            more, channels = [(k, k, channels // groups, filters), (filters,)], filters
        if kind == "depthwise":
            more = [(row["kernel"], row["kernel"], channels), (channels,)]
        if kind == "dense":
            more, channels = [(channels, row["units"]), (row["units"],)], row["units"]
        if kind == "norm":
            more = [(2, channels)]
        if row.get("bias") is False:
            more = more[:1]
        shapes += more
        if kind == "branches":
            found = [count_parameters(branch, channels) for branch in row["branches"]]
            counts, widths = zip(*found, strict=True)
            shapes += [(count,) for count in counts]
            channels = {"concat": sum(widths), "add": max(widths)}[row["join"]]
    return [sum(math.prod(shape) for shape in shapes), channels]
