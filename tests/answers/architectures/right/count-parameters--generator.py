# task: count-parameters
# how: A generator yields what each row adds; the table is walked by an inner function
def count_parameters(table, channels):
    def walk(rows):
        nonlocal channels
        for row in rows:
            bias = int(row.get("bias", True))
            match row["kind"]:
                case "conv":
                    filters = row["filters"]
                    yield filters * bias
                    yield row["kernel"] * row["kernel"] * channels * filters // row.get("groups", 1)
                    channels = filters
                case "depthwise":
                    yield channels * row["kernel"] ** 2 + bias * channels
                case "norm":
                    yield channels + channels
                case "dense":
                    yield row["units"] * (channels + bias)
                    channels = row["units"]
                case "branches":
                    start, ends = channels, []
                    for branch in row["branches"]:
                        channels = start
                        yield from walk(branch)
                        ends.append(channels)
                    channels = sum(ends) if row["join"] == "concat" else ends[-1]

    return sum(walk(table)), channels
