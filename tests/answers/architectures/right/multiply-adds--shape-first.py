# task: multiply-adds
# how: Walks with one shape, and computes each row's products as output size times weights of one filter
def multiply_adds(table, height, width, channels):
    shape, products = [height, width, channels], []
    for row in table:
        h, w, c = shape
        s = row.get("stride", 1)
        shape = [math.ceil(h / s), math.ceil(w / s), row.get("filters", c)]
        one = 0  # products for one number of the output
        if row["kind"] == "conv":
            one = row["kernel"] * row["kernel"] * c // row.get("groups", 1)
        elif row["kind"] == "depthwise":
            one = row["kernel"] * row["kernel"]
        elif row["kind"] == "global pool":
            shape = [1, 1, c]
        elif row["kind"] == "dense":
            shape, one = [1, 1, row["units"]], h * w * c
        products.append(one * math.prod(shape))
    return sum(products)
