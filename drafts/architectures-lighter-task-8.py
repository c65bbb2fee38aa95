import sys; sys.path.insert(0, "/tmp/asa")
from asalib import *
NAME = "architectures"

md("header", r"""
# Architectures: from the table to the network

A paper gives a network as a table, a figure of one block, and two numbers: parameters and operations. Chapter 11 built whole families from such tables.
Here you write what reads them: the counts, the blocks, the rule that makes a network larger, and one builder for thirty years' worth of residual networks.

**When you have finished** you can count a network before you build it, tell which inputs an output depends on, write the three blocks from which most convolutional
networks are made, and check a network that you have built against a published number.

**Time:** about 2¾ hours for all eight tasks. Tasks 1, 2, 4, 6 and 8 are the core (about 2 hours); 3, 5 and 7 go further. **Points:** 28. Tasks 1 to 7 need NumPy, task 8 PyTorch; the tests compare your answers with TensorFlow, PyTorch and published counts.

| task | you write | points | |
|---|---|---|---|
| 1 | `count_parameters`: from a table, branches included | 4 | core |
| 2 | `multiply_adds`: what a table costs | 4 | core |
| 3 | `seen_by`: the inputs that an output depends on | 3 | further |
| 4 | `residual_block`: with and without a projection | 4 | core |
| 5 | `dense_block`: every layer sees all before it | 2 | further |
| 6 | `inverted_residual`: MobileNet's block | 4 | core |
| 7 | `scale_stage`: compound scaling, with its rounding | 3 | further |
| 8 | `build_resnet`: ResNet and its wider relatives, in PyTorch | 4 | core |

Pictures are `(batch, height, width, channels)`, kernels `(kernel height, kernel width, channels in, channels out)`.

The tasks do not depend on one another: if one resists, go on to the next. Each has tests which say *how* wrong an answer is. When your work is graded, the same cells also run on fresh random
tables, numbers and shapes.
""".replace("one builder for thirty years' worth of residual networks", "one builder for a whole family of residual networks"))
setup(r"""
import math

import numpy as np

from sidebyside import exercises, parity, training

training.setup()  # imports TensorFlow and PyTorch without their start-up messages
check = exercises.Checks("architectures")
""")

# ------------------------------------------------------------------ 1
md("task-1", r"""
## Task 1 · Parameters (4 points)

A table is a list of rows, from the input upwards. Each is a dictionary with its `"kind"`:

| kind | keys | what it learns |
|---|---|---|
| `"conv"` | `filters`, `kernel` (of kernel × kernel), `groups` (1), `bias` (True) | with $g$ groups each filter sees one $g$-th of the channels |
| `"depthwise"` | `kernel`, `bias` (True) | one filter for each channel, which sees no other |
| `"norm"` | | batch normalisation: a scale and a shift for each channel (the running statistics are not learned) |
| `"dense"` | `units`, `bias` (True) | stands behind global pooling, so that its inputs are the channels |
| `"branches"` | `branches`, a list of tables, and `join` | all branches get the same input; `"concat"` puts their outputs side by side, `"add"` adds them |
| anything else | | nothing: pooling, ReLU |

A key in the second column that has a value behind it may be missing from a row, and then has this value. An empty branch is a shortcut.

**Write `count_parameters(table, channels)`**, which returns `(parameters, channels)`: the number of parameters, and the number of channels that come out.

A convolution of 3 × 3 from 3 channels to 64 has $3 \cdot 3 \cdot 3 \cdot 64 + 64 = 1792$ parameters, and the answer for it is `(1792, 64)`.
""")
sol("count-parameters", '''
def count_parameters(table, channels):
    """Return the number of parameters of a table, and the number of channels that come out."""
''', r'''
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
            total += 2 * channels
        elif kind == "dense":
            total += (channels + bias) * row["units"]
            channels = row["units"]
        elif kind == "branches":
            found = [count_parameters(branch, channels) for branch in row["branches"]]
            total += sum(count for count, _ in found)
            widths = [width for _, width in found]
            channels = sum(widths) if row["join"] == "concat" else widths[0]
    return total, channels
''')
TORCH = r'''
    def of_torch(table, channels):
        count = 0
        with torch.device("meta"):
            for row in table:
                kind, bias = row["kind"], row.get("bias", True)
                if kind == "conv":
                    out, groups = row["filters"], row.get("groups", 1)
                    layer = nn.Conv2d(channels, out, row["kernel"], groups=groups, bias=bias)
                elif kind == "depthwise":
                    out = channels
                    layer = nn.Conv2d(channels, out, row["kernel"], groups=channels, bias=bias)
                elif kind == "norm":
                    out, layer = channels, nn.BatchNorm2d(channels)
                elif kind == "dense":
                    out, layer = row["units"], nn.Linear(channels, row["units"], bias=bias)
                else:
                    out, layer = channels, nn.ReLU()
                count, channels = count + sum(p.numel() for p in layer.parameters()), out
        return [count, channels]
'''.strip("\n")
test("test-count-parameters-layers", 1, r'''
def test():
    found = count_parameters([{"kind": "conv", "filters": 64, "kernel": 3}], 3)
    check.equal(found, [1792, 64], "one convolution", hints="conv")
    rows = [{"kind": "conv", "filters": 8, "kernel": 5, "bias": False}, {"kind": "relu"}]
    check.equal(count_parameters(rows, 2), [400, 8], "one without a bias", hints="no-bias")
    rows = [{"kind": "global pool"}, {"kind": "dense", "units": 10}]
    check.equal(count_parameters(rows, 512), [5130, 10], "a dense layer", hints="dense")


test()
print("convolutions and dense layers: correct")
''', r'''
# tries: chains of convolutions and dense layers, with and without biases
def fresh():
    import torch
    from torch import nn

''' + TORCH + r'''

    rng = np.random.default_rng()
    for bias in (True, False, True):
        table, channels = [], int(rng.integers(3, 9))
        for kernel in (5, 3, 1):
            filters = int(rng.integers(10, 40))
            table += [{"kind": "conv", "filters": filters, "kernel": kernel, "bias": bias}]
            table += [{"kind": "relu"}, {"kind": "pool", "stride": 2}]
        table += [{"kind": "global pool"}]
        table += [{"kind": "dense", "units": int(n)} for n in rng.integers(10, 40, size=2)]
        expected = of_torch(table, channels)
        parity.check_close(list(count_parameters(table, channels)), expected, tolerance=1e-9)


fresh()
''')
test("test-count-parameters-groups", 1, r'''
def test():
    rows = [{"kind": "conv", "filters": 12, "kernel": 3, "groups": 4, "bias": False}]
    check.equal(count_parameters(rows, 8), [216, 12], "four groups", hints="groups")
    rows = [{"kind": "depthwise", "kernel": 3, "bias": False}]
    check.equal(count_parameters(rows, 8), [72, 8], "a depthwise convolution", hints="depthwise")


test()
print("groups: correct")
''', r'''
# tries: groups that divide the channels, and depthwise convolutions between others
def fresh():
    import torch
    from torch import nn

''' + TORCH + r'''

    rng = np.random.default_rng()
    for groups in (2, 3, 5):
        channels, filters = groups * int(rng.integers(2, 6)), groups * int(rng.integers(2, 6))
        table = [{"kind": "conv", "filters": filters, "kernel": 3, "groups": groups, "bias": False}]
        parity.check_close(
            list(count_parameters(table, channels)), of_torch(table, channels), tolerance=1e-9
        )
        table += [{"kind": "depthwise", "kernel": 2 * groups + 1, "bias": False}]
        table += [{"kind": "conv", "filters": 7, "kernel": 1, "bias": False}]
        parity.check_close(
            list(count_parameters(table, channels)), of_torch(table, channels), tolerance=1e-9
        )


fresh()
''')
test("test-count-parameters-norm", 1, r'''
def test():
    check.equal(count_parameters([{"kind": "norm"}], 64), [128, 64], "batch norm", hints="norm")


test()
print("batch normalisation: correct")
''', r'''
# tries: batch normalisation alone, and behind convolutions that change the number of channels
def fresh():
    import keras

    rng = np.random.default_rng()
    for channels in rng.integers(3, 200, size=4):
        channels, filters = int(channels), int(rng.integers(200, 300))
        layer = keras.layers.BatchNormalization()
        layer.build((None, 4, 4, channels))
        expected = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
        found = count_parameters([{"kind": "norm"}], channels)
        parity.check_close(list(found), [expected, channels], tolerance=1e-9)
        conv = {"kind": "conv", "filters": filters, "kernel": 1, "bias": False}
        both, alone = count_parameters([conv, {"kind": "norm"}], 1), count_parameters([conv], 1)
        assert both[0] - alone[0] == 2 * filters


fresh()
''')
test("test-count-parameters-branches", 1, r'''
def test():
    left = [{"kind": "conv", "filters": 4, "kernel": 1, "bias": False}]
    right = [*left, {"kind": "conv", "filters": 6, "kernel": 3, "bias": False}]
    rows = [{"kind": "branches", "branches": [left, right], "join": "concat"}]
    check.equal(count_parameters(rows, 5), [256, 10], "two branches side by side", hints="concat")
    block = [{"kind": "conv", "filters": 5, "kernel": 3, "bias": False}]
    rows = [{"kind": "branches", "branches": [block, []], "join": "add"}]
    check.equal(count_parameters(rows, 5), [225, 5], "a branch and a shortcut", hints="add")


test()
print("branches: correct")
''', r'''
# tries: branches inside branches, joined in both ways, with a layer behind them
def fresh():
    rng = np.random.default_rng()
    for _ in range(4):
        a, b, c, d, e = (int(n) for n in rng.integers(3, 30, size=5))

        def conv(filters, kernel=1):
            return {"kind": "conv", "filters": filters, "kernel": kernel, "bias": False}

        inner = {"kind": "branches", "branches": [[conv(b)], [conv(c, 3)]], "join": "concat"}
        inception = {"kind": "branches", "branches": [[inner], [conv(d)], []], "join": "concat"}
        out = b + c + d + a
        expected = [a * (b + 9 * c + d) + out * e, e]
        found = count_parameters([inception, conv(e)], a)
        parity.check_close(list(found), expected, tolerance=1e-9)
        block = [[inner, conv(e, 3)], [conv(e)]]
        residual = {"kind": "branches", "branches": block, "join": "add"}
        expected = [a * (b + 9 * c) + 9 * (b + c) * e + a * e + e * d, d]
        found = count_parameters([residual, conv(d)], a)
        parity.check_close(list(found), expected, tolerance=1e-9)


fresh()
''')
T = "count-parameters"
wrong(T, "no-biases", "layers", "The biases are not counted", "the biases are missing",
      ("(row[\"kernel\"] ** 2 * inputs + bias)", "(row[\"kernel\"] ** 2 * inputs)"), ("(channels + bias)", "channels"))
wrong(T, "bias-always", "layers groups branches", "A bias is counted where there is none", "the row says bias=False",
      ("row.get(\"bias\", True)", "True"))
wrong(T, "one-bias-a-layer", "layers", "One bias is counted for a layer, not one for each filter", "there is one bias for each filter, or unit",
      ("total += (row[\"kernel\"] ** 2 * inputs + bias) * channels", "total += row[\"kernel\"] ** 2 * inputs * channels + bias"),
      ("total += (channels + bias) * row[\"units\"]", "total += channels * row[\"units\"] + bias"))
wrong(T, "kernel-not-squared", "layers groups branches", "The kernel's length is taken for its area", "a kernel of k has k * k weights for each channel",
      ("row[\"kernel\"] ** 2", "row[\"kernel\"]"))
wrong(T, "groups-ignored", "groups", "The groups are ignored", "the groups are missing: one filter sees channels // groups",
      ("channels // row.get(\"groups\", 1)", "channels"))
wrong(T, "groups-divide-twice", "groups", "The groups divide the channels in and the filters", "each filter exists once: the groups divide the channels in, not the filters",
      ("total += (row[\"kernel\"] ** 2 * inputs + bias) * channels", "total += (row[\"kernel\"] ** 2 * inputs + bias) * (channels // row.get(\"groups\", 1))"))
wrong(T, "depthwise-sees-all", "groups", "A depthwise filter is counted as if it saw every channel", "a depthwise filter sees one channel",
      ("(row[\"kernel\"] ** 2 + bias) * channels", "(row[\"kernel\"] ** 2 * channels + bias) * channels"))
wrong(T, "norm-with-statistics", "norm", "The running mean and variance of batch norm are counted, as Keras's count_params() does", "the running statistics are not learned: 2 a channel, not 4",
      ("2 * channels", "4 * channels"))
wrong(T, "norm-one-a-channel", "norm", "One parameter a channel is counted for batch norm", "a scale and a shift: 2 for each channel",
      ("2 * channels", "channels"))
wrong(T, "norm-scalar", "norm", "One scale and one shift are counted for the whole layer", "every channel has a scale and a shift of its own",
      ("2 * channels", "2"))
wrong(T, "branches-in-a-row", "branches", "Each branch gets the output of the one before", "every branch gets the same input",
      ("found = [count_parameters(branch, channels) for branch in row[\"branches\"]]",
       "found, width = [], channels\n            for branch in row[\"branches\"]:\n                count, width = count_parameters(branch, width)\n                found.append((count, width))"))
wrong(T, "always-concatenated", "branches", "Branches that are added are counted as if their channels stood side by side", "adding keeps the number of channels",
      ("sum(widths) if row[\"join\"] == \"concat\" else widths[0]", "sum(widths)"))
wrong(T, "last-branch-wins", "branches", "The channels of the last branch are taken for those of all", "side by side the channels of all branches count",
      ("sum(widths) if row[\"join\"] == \"concat\" else widths[0]", "widths[-1]"))
right(T, "generator", "A generator yields what each row adds; the table is walked by an inner function", code='''
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
''')
right(T, "weights-made", "Makes the shapes of all weights, and multiplies them out; a list comes back", code='''
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
''')

# ------------------------------------------------------------------ 2
md("task-2", r"""
## Task 2 · Multiply-adds (4 points)

The papers' measure of cost is the number of products in the convolutions and dense layers, for one picture; each product with its addition counts as one. Biases, normalisation,
activations and pooling are left out. A weight of a convolution is used once for every position of the *output*.

The table has the rows of task 1, without branches. Here `"conv"`, `"depthwise"` and `"pool"` may have a `stride` (1 where it is missing). All are padded as `"same"`: an input of $n$ positions gives
$\lceil n / \text{stride} \rceil$. A row `"global pool"` leaves one position; a row `"dense"` takes *all* numbers that arrive, so that without a global pool before it the positions count, too.

**Write `multiply_adds(table, height, width, channels)`**, which returns the number of multiply-adds for one picture.

A convolution of 3 × 3 from 3 channels to 64, with stride 2, on a picture of 5 × 8 pixels: the output has 3 × 4 positions, and the answer is $12 \cdot 3 \cdot 3 \cdot 3 \cdot 64 = 20{,}736$.
""")
sol("multiply-adds", '''
def multiply_adds(table, height, width, channels):
    """Return the products of a network's convolutions and dense layers for one picture."""
''', r'''
    total = 0
    for row in table:
        kind, stride = row["kind"], row.get("stride", 1)
        height, width = -(-height // stride), -(-width // stride)  # rounded up
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
''')
FLOPS = r'''
    def of_torch(table, height, width, channels):
        layers, flat = [], height * width * channels
        with torch.device("meta"):
            x = torch.empty(1, channels, height, width)
            for row in table:
                kind, stride, shape = row["kind"], row.get("stride", 1), x.shape
                if kind in ("conv", "depthwise"):
                    out = row.get("filters", shape[1])
                    groups = shape[1] if kind == "depthwise" else row.get("groups", 1)
                    k = row["kernel"]
                    layer = nn.Conv2d(shape[1], out, k, stride, k // 2, groups=groups)
                elif kind == "pool":
                    layer = nn.MaxPool2d(stride, stride, ceil_mode=True)
                elif kind == "global pool":
                    layer = nn.AdaptiveAvgPool2d(1)
                elif kind == "dense":
                    flat = math.prod(shape[1:])
                    layer = nn.Sequential(nn.Flatten(), nn.Linear(flat, row["units"]))
                else:
                    layer = nn.ReLU()
                layers.append(layer)
                x = layer(x)
            with FlopCounterMode(display=False) as counter:
                nn.Sequential(*layers)(torch.empty(1, channels, height, width))
        return counter.get_total_flops() // 2  # it counts a product and an addition as two
'''.strip("\n").replace("layers, flat = [], height * width * channels", "layers = []")
FLOPHEAD = r'''
    import torch
    from torch import nn
    from torch.utils.flop_counter import FlopCounterMode

'''.strip("\n") + "\n\n"
test("test-multiply-adds-conv", 1, r'''
def test():
    rows = [{"kind": "conv", "filters": 4, "kernel": 3}, {"kind": "norm"}, {"kind": "relu"}]
    check.close(multiply_adds(rows, 5, 8, 3), EXPECTED, "one convolution", hints="cost-conv")
    rows = [*rows, {"kind": "conv", "filters": 2, "kernel": 1}]
    check.close(multiply_adds(rows, 5, 8, 3), EXPECTED, "two convolutions", hints="cost-two")


test()
print("convolutions: correct")
''', "# tries: chains of convolutions, counted by PyTorch\ndef fresh():\n" + FLOPHEAD + FLOPS + r'''

    rng = np.random.default_rng()
    for _ in range(3):
        size = tuple(int(n) for n in rng.integers((6, 12, 2), (11, 17, 6)))
        table = []
        for kernel in (5, 3, 1):
            bias = bool(rng.integers(2))
            filters = int(rng.integers(4, 20))
            table += [{"kind": "conv", "filters": filters, "kernel": kernel, "bias": bias}]
            table += [{"kind": "norm"}, {"kind": "relu"}]
        parity.check_close(multiply_adds(table, *size), of_torch(table, *size), tolerance=1e-9)


fresh()
''')
test("test-multiply-adds-stride", 1, r'''
def test():
    rows = [{"kind": "conv", "filters": 64, "kernel": 3, "stride": 2}]
    check.close(multiply_adds(rows, 5, 9, 3), EXPECTED, "a convolution with stride 2", hints="cost-stride")
    rows = [{"kind": "pool", "stride": 2}, {"kind": "conv", "filters": 2, "kernel": 1}]
    check.close(multiply_adds(rows, 5, 9, 3), EXPECTED, "pooling, then 1 × 1", hints="cost-pool")


test()
print("strides: correct")
''', "# tries: strides of 2 and 3, of convolutions and of pooling, that leave a rest\ndef fresh():\n" + FLOPHEAD + FLOPS + r'''

    rng = np.random.default_rng()
    for stride in (2, 3, 2):
        size = (stride * int(rng.integers(9, 14)) + 1, stride * int(rng.integers(15, 20)) + 1)
        table = [{"kind": "conv", "filters": 7, "kernel": 3, "stride": stride}]
        expected = of_torch(table, *size, 3)
        parity.check_close(multiply_adds(table, *size, 3), expected, tolerance=1e-9)
        table = [{"kind": "pool", "stride": stride}, {"kind": "conv", "filters": 5, "kernel": 3}]
        expected = of_torch(table, *size, 3)
        parity.check_close(multiply_adds(table, *size, 3), expected, tolerance=1e-9)
        table = [{"kind": "pool", "stride": 2}, *table]
        expected = of_torch(table, *size, 3)
        parity.check_close(multiply_adds(table, *size, 3), expected, tolerance=1e-9)


fresh()
''')
test("test-multiply-adds-groups", 1, r'''
def test():
    rows = [{"kind": "conv", "filters": 6, "kernel": 3, "groups": 3}]
    check.close(multiply_adds(rows, 2, 3, 6), EXPECTED, "three groups", hints="cost-groups")
    rows = [{"kind": "depthwise", "kernel": 3}]
    check.close(multiply_adds(rows, 2, 3, 4), EXPECTED, "depthwise", hints="cost-depthwise")


test()
print("groups: correct")
''', "# tries: groups that divide the channels, and depthwise convolutions between others\ndef fresh():\n" + FLOPHEAD + FLOPS + r'''

    rng = np.random.default_rng()
    for groups in (2, 3, 5):
        size = tuple(int(n) for n in rng.integers((4, 9), (9, 14)))
        channels, filters = groups * int(rng.integers(2, 6)), groups * int(rng.integers(2, 6))
        table = [{"kind": "conv", "filters": filters, "kernel": 3, "groups": groups}]
        table += [{"kind": "depthwise", "kernel": 5}, {"kind": "conv", "filters": 3, "kernel": 1}]
        for rows in (table[:1], table[1:2], table):
            expected = of_torch(rows, *size, channels)
            parity.check_close(multiply_adds(rows, *size, channels), expected, tolerance=1e-9)


fresh()
''')
test("test-multiply-adds-dense", 1, r'''
def test():
    rows = [{"kind": "global pool"}, {"kind": "dense", "units": 10}]
    check.close(multiply_adds(rows, 4, 5, 7), EXPECTED, "dense behind a global pool", hints="cost-global")
    rows = [{"kind": "dense", "units": 10}, {"kind": "dense", "units": 3}]
    check.close(multiply_adds(rows, 4, 5, 7), EXPECTED, "dense layers alone", hints="cost-dense")


test()
print("dense layers: correct")
''', "# tries: one to three dense layers, with and without a global pool\ndef fresh():\n" + FLOPHEAD + FLOPS + r'''

    rng = np.random.default_rng()
    for depth in (1, 2, 3):
        size = tuple(int(n) for n in rng.integers(3, 9, size=3))
        table = [{"kind": "dense", "units": int(n)} for n in rng.integers(3, 20, size=depth)]
        for rows in (table, [{"kind": "global pool"}, *table]):
            expected = of_torch(rows, *size)
            parity.check_close(multiply_adds(rows, *size), expected, tolerance=1e-9)


fresh()
''')
T = "multiply-adds"
wrong(T, "two-for-each", "conv stride groups dense", "A product and its addition are counted as two", "twice as many: a product with its addition counts as one",
      ("    return total", "    return 2 * total"))
wrong(T, "parameters-counted", "conv stride groups dense", "The positions are left out, which counts the parameters", "every weight is used at every position of the output",
      ("total += height * width * channels * inputs", "total += channels * inputs"), ("total += height * width * channels * row[\"kernel\"] ** 2", "total += channels * row[\"kernel\"] ** 2"), ("total += height * width * channels * row[\"units\"]", "total += channels * row[\"units\"]"))
wrong(T, "biases-counted", "conv stride groups dense", "The addition of a bias is counted as a product", "biases are left out",
      ("total += height * width * channels * inputs * row[\"kernel\"] ** 2", "total += height * width * channels * (inputs * row[\"kernel\"] ** 2 + 1)"),
      ("total += height * width * channels * row[\"kernel\"] ** 2", "total += height * width * channels * (row[\"kernel\"] ** 2 + 1)"),
      ("total += height * width * channels * row[\"units\"]", "total += (height * width * channels + 1) * row[\"units\"]"))
wrong(T, "channels-stay", "conv groups", "The next layer is counted with the first input's channels", "the filters of one layer are the channels of the next",
      ("            channels = row[\"filters\"]\n            total += height * width * channels * inputs", "            total += height * width * row[\"filters\"] * inputs"))
wrong(T, "positions-of-the-input", "stride", "The positions of the input are counted, not those of the output", "count the positions of the output",
      ("        height, width = -(-height // stride), -(-width // stride)  # rounded up\n", ""),
      ("row[\"kernel\"] ** 2\n        elif kind == \"depthwise\"", "row[\"kernel\"] ** 2\n            height, width = -(-height // stride), -(-width // stride)\n        elif kind == \"pool\":\n            height, width = -(-height // stride), -(-width // stride)\n        elif kind == \"depthwise\""))
wrong(T, "rounded-down", "stride", "The sizes are rounded down", "the sizes are rounded up",
      ("-(-height // stride), -(-width // stride)  # rounded up", "height // stride, width // stride"))
wrong(T, "pooling-keeps-the-size", "stride", "The stride of pooling is ignored", "pooling makes the picture smaller, too",
      ("kind, stride = row[\"kind\"], row.get(\"stride\", 1)", "kind = row[\"kind\"]\n        stride = 1 if kind == \"pool\" else row.get(\"stride\", 1)"))
wrong(T, "stride-in-one-direction", "stride", "The stride makes the height smaller, and not the width", "the stride goes in both directions",
      ("-(-height // stride), -(-width // stride)", "-(-height // stride), width"))
wrong(T, "groups-ignored", "groups", "The groups are ignored", "one filter sees channels // groups",
      ("channels // row.get(\"groups\", 1)", "channels"))
wrong(T, "depthwise-sees-all", "groups", "A depthwise filter is counted as if it saw every channel", "a depthwise filter sees one channel",
      ("total += height * width * channels * row[\"kernel\"] ** 2", "total += height * width * channels**2 * row[\"kernel\"] ** 2"))
wrong(T, "dense-on-channels", "dense", "A dense layer is counted with the channels only, without the positions", "without a global pool before it, a dense layer takes all positions",
      ("total += height * width * channels * row[\"units\"]", "total += channels * row[\"units\"]"))
wrong(T, "dense-at-every-position", "dense", "Behind a dense layer the positions are still counted", "behind a dense layer there is one position",
      ("height, width, channels = 1, 1, row[\"units\"]", "channels = row[\"units\"]"))
wrong(T, "global-pool-ignored", "dense", "The global pool is ignored", "a global pool leaves one position",
      ("height = width = 1", "pass"))
right(T, "shape-first", "Walks with one shape, and computes each row's products as output size times weights of one filter", code='''
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
''')
right(T, "recursion", "The first row, and then the same for the rest of the table; a float", code='''
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
''')

# ------------------------------------------------------------------ 3
md("task-3", r"""
## Task 3 · What an output has seen (3 points)

How large a receptive field is says less than *where* it lies. Along one axis, the output at position $i$ of a layer with stride $s$, $p$ zeros before, dilation $d$ and $k$ weights sees
the inputs $i s - p,\; i s - p + d,\; \dots,\; i s - p + d (k - 1)$. Negative positions, and those behind the end, are zeros of the padding.

**Write `seen_by(stack, position)`**. `stack` is a list of `(kernel, stride, padding, dilation)`, from the input upwards. The answer is a pair `(first, last)`: the first and the last position of the *input* that the
output at `position` of the top layer depends on; where that lies in the padding, the number is negative, or larger than the input.

Two convolutions of 3 with stride 1 and padding 1 see five inputs: for position 10 the answer is `(8, 12)`.
""")
sol("seen-by", '''
def seen_by(stack, position):
    """Return the first and the last input position that an output position depends on."""
''', r'''
    first = last = position
    for kernel, stride, padding, dilation in reversed(stack):  # from the top down
        first = first * stride - padding
        last = last * stride - padding + dilation * (kernel - 1)
    return first, last
''')
SEEN = r'''
    def brute(stack, position):
        seen = {position}
        for kernel, stride, padding, dilation in stack[::-1]:
            seen = {i * stride - padding + dilation * a for i in seen for a in range(kernel)}
        return [min(seen), max(seen)]
'''.strip("\n")
test("test-seen-by-size", 1, r'''
def test():
    check.equal(seen_by([(3, 1, 0, 1)], 10), [10, 12], "one convolution", hints="seen-one")
    found = seen_by([(3, 1, 0, 1), (5, 1, 0, 2), (1, 1, 0, 1)], 10)
    check.equal(found, [10, 20], "three convolutions, one of them dilated", hints="seen-dilated")


test()
print("kernels and dilations: correct")
''', "# tries: stacks of kernels and dilations, with stride 1 and no padding\ndef fresh():\n" + SEEN + r'''

    rng = np.random.default_rng()
    for depth in (1, 2, 3, 4):
        stack = [(int(rng.integers(2, 6)), 1, 0, int(rng.integers(2, 4))) for _ in range(depth)]
        for position in (0, int(rng.integers(1, 50))):
            expected = brute(stack, position)
            parity.check_close(list(seen_by(stack, position)), expected, tolerance=1e-9)


fresh()
''')
test("test-seen-by-stride", 1, r'''
def test():
    found = seen_by([(2, 2, 0, 1)], 10)
    check.equal(found, [20, 21], "one pooling of 2", hints="seen-pool")
    found = seen_by([(5, 2, 0, 1), (3, 1, 0, 1), (2, 3, 0, 1)], 10)
    check.equal(found, EXPECTED, "strides of 2, 1 and 3", hints="seen-strides")


test()
print("strides: correct")
''', "# tries: stacks with different strides, against the inputs that have a gradient in PyTorch\ndef fresh():\n    import torch\n\n" + SEEN + r'''

    rng = np.random.default_rng()
    for strides in ((2,), (1, 2), (3, 1, 2), (2, 2, 3)):
        stack = [(int(rng.integers(3, 5)), stride, 0, 1) for stride in strides]
        for position in (0, 4):
            x = torch.ones(1, 1, 160, requires_grad=True)
            y = x
            for kernel, stride, _, _ in stack:
                y = torch.nn.functional.conv1d(y, torch.ones(1, 1, kernel), stride=stride)
            y[0, 0, position].backward()
            used = x.grad[0, 0].nonzero().ravel()
            expected = [int(used[0]), int(used[-1])]
            assert expected == brute(stack, position)
            parity.check_close(list(seen_by(stack, position)), expected, tolerance=1e-9)


fresh()
''')
test("test-seen-by-padding", 1, r'''
def test():
    found = seen_by([(3, 1, 1, 1), (3, 1, 1, 1)], 10)
    check.equal(found, [8, 12], "two convolutions with padding 1", hints="seen-padding")
    found = seen_by([(3, 1, 1, 1), (3, 1, 1, 1)], 0)
    check.equal(found, [-2, 2], "the same at the edge", hints="seen-edge")


test()
print("padding: correct")
''', "# tries: padding of 1 to 3 in one layer or in all\ndef fresh():\n" + SEEN + r'''

    rng = np.random.default_rng()
    for paddings in ((2,), (1, 3), (0, 2, 1), (3, 0, 0, 1)):
        stack = [(int(rng.integers(2, 6)), 1, padding, 1) for padding in paddings]
        for position in (0, int(rng.integers(1, 50))):
            expected = brute(stack, position)
            parity.check_close(list(seen_by(stack, position)), expected, tolerance=1e-9)


fresh()
''')
T = "seen-by"
wrong(T, "last-excluded", "size stride padding", "The last position is one too far, as the end of a slice", "last is the last position itself, not the one behind it",
      ("    return first, last", "    return first, last + 1"))
wrong(T, "dilation-ignored", "size", "The dilation is ignored", "the dilation is missing", ("dilation * (kernel - 1)", "kernel - 1"), ("padding, dilation in", "padding, _ in"))
wrong(T, "dilation-times-kernel", "size stride padding", "The reach is dilation times kernel", "between k inputs there are k - 1 gaps", ("dilation * (kernel - 1)", "dilation * kernel"))
wrong(T, "centred", "size stride padding", "The field is centred on the position, as if the padding were half the kernel in every layer", "without padding the window begins at the position, it is not centred on it",
      ("first = first * stride - padding", "first = first * stride - dilation * (kernel - 1) // 2"), ("- padding + dilation * (kernel - 1)", "+ dilation * (kernel - 1) // 2"), ("stride, padding, dilation", "stride, _, dilation"))
wrong(T, "from-the-bottom-up", "stride", "The layers are walked from the input upwards", "begin with the top layer and go down", ("reversed(stack)", "stack"))
wrong(T, "stride-after", "stride", "The kernel is added before the stride is applied", "the kernel's reach is not multiplied by the stride of its own layer",
      ("last = last * stride - padding + dilation * (kernel - 1)", "last = (last + dilation * (kernel - 1)) * stride - padding"))
wrong(T, "stride-ignored", "stride", "The strides are ignored", "the strides are missing", ("first * stride", "first"), ("last * stride", "last"), ("kernel, stride, padding", "kernel, _, padding"))
wrong(T, "padding-ignored", "padding", "The padding is ignored", "the padding moves the field towards the beginning", ("first * stride - padding", "first * stride"), ("last * stride - padding", "last * stride"), ("stride, padding, dilation", "stride, _, dilation"))
wrong(T, "padding-on-both-sides-widens", "padding", "The padding is added at the end, as if it widened the field", "the padding moves the field, it does not widen it", ("last * stride - padding", "last * stride + padding"))
wrong(T, "cut-at-the-edge", "padding", "Negative positions are cut off at 0", "positions in the padding are negative: do not cut them off", ("    return first, last", "    return max(first, 0), last"))
right(T, "size-and-step", "From the input upwards, with the size of the field, its step and its start", code='''
def seen_by(stack, position):
    size, step, start = 1, 1, 0
    for kernel, stride, padding, dilation in stack:
        size += dilation * (kernel - 1) * step
        start -= padding * step
        step *= stride
    first = start + position * step
    return [first, first + size - 1]
''')
right(T, "all-positions", "Keeps the set of all positions that are seen", code='''
def seen_by(stack, position):
    seen = np.array([position])
    for kernel, stride, padding, dilation in stack[::-1]:
        seen = np.unique(seen[:, None] * stride - padding + dilation * np.arange(kernel))
    return seen.min(), seen.max()
''')
right(T, "recursion", "The top layer first, then the same for the rest", code='''
def seen_by(stack, position):
    if not stack:
        return position, position
    *rest, (kernel, stride, padding, dilation) = stack
    start = position * stride - padding
    low, _ = seen_by(rest, start)
    _, high = seen_by(rest, start + dilation * (kernel - 1))
    return low, high
''')

# ------------------------------------------------------------------ blocks
md("blocks", r"""
## For tasks 4 to 6

Three functions are given. All kernels are odd, and half of them is padded on every side, as the papers do. Batch normalisation in inference mode is a scale and a shift for each channel; here they are the two
rows of an array of shape `(2, channels)`.
""")
given("given-layers", r'''
def conv(x, kernel, stride=1):
    """A convolution without a bias; kernel: (height, width, channels in, channels out)."""
    edges = [(size // 2, size // 2) for size in kernel.shape[:2]]
    x = np.pad(x, [(0, 0), *edges, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nijcab,abco->nijo", windows[:, ::stride, ::stride], kernel)


def depthwise(x, kernel, stride=1):
    """A convolution of every channel by a filter of its own; kernel: (height, width, channels)."""
    edges = [(size // 2, size // 2) for size in kernel.shape[:2]]
    x = np.pad(x, [(0, 0), *edges, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nijcab,abc->nijc", windows[:, ::stride, ::stride], kernel)


def batch_norm(x, norm):
    """Batch normalisation in inference mode; norm: (2, channels), a scale and a shift."""
    return x * norm[0] + norm[1]
''')

# ------------------------------------------------------------------ 4
md("task-4", r"""
## Task 4 · A residual block (4 points)

The basic block of ResNet-18 and -34: convolution, batch normalisation, ReLU, convolution, batch normalisation; then the input is added, and the last ReLU comes *after* the addition. The first convolution carries the block's stride.

Where stride or channels change, the input no longer fits. Then it goes through a *projection*: a convolution of 1 × 1 with the same stride, and a batch normalisation of its own (without a ReLU).

**Write `residual_block(x, weights, stride=1)`**. `weights` is a dictionary with `"kernel1"`, `"norm1"`, `"kernel2"`, `"norm2"`, and, in a block with a projection, `"projection"` and `"norm3"`.

You should see that a block whose second normalisation has a scale and shift of 0 gives `relu(x)`: such a block starts as the identity on what a ReLU has passed.
""")
sol("residual-block", '''
def residual_block(x, weights, stride=1):
    """A basic residual block in inference mode."""
''', r'''
    y = batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"])
    y = np.maximum(y, 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    shortcut = x
    if "projection" in weights:
        shortcut = batch_norm(conv(x, weights["projection"], stride), weights["norm3"])
    return np.maximum(y + shortcut, 0.0)
''')
RES = r'''
    def of_torch(x, weights, stride):
        def layer(x, kernel, norm, stride=1):
            kernel, pad = torch.tensor(kernel.transpose(3, 2, 0, 1)), kernel.shape[0] // 2
            x = torch.nn.functional.conv2d(x, kernel, stride=stride, padding=pad)
            zero, one = torch.zeros(len(kernel)).double(), torch.ones(len(kernel)).double()
            scale, shift = torch.tensor(norm)
            return torch.nn.functional.batch_norm(x, zero, one, scale, shift, eps=0.0)

        start = torch.tensor(x.transpose(0, 3, 1, 2))
        y = torch.relu(layer(start, weights["kernel1"], weights["norm1"], stride))
        y = layer(y, weights["kernel2"], weights["norm2"])
        if "projection" in weights:
            start = layer(start, weights["projection"], weights["norm3"], stride)
        return torch.relu(y + start).numpy().transpose(0, 2, 3, 1)
'''.strip("\n")
test("test-residual-block-identity", 1, r'''
def test():
    x = np.array([-1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    weights = {"kernel1": np.array([[[[1.0]]]]), "norm1": np.array([[2.0], [-4.0]])}
    weights |= {"kernel2": np.array([[[[3.0]]]]), "norm2": np.array([[1.0], [20.0]])}
    found = residual_block(x, weights)
    check.shape(found, (1, 1, 3, 1), "the block's output")
    check.close(found[0, 0, :, 0], EXPECTED, "the block's output", hints="residual")
    x, closed = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1), {"norm2": np.zeros((2, 1))}
    found = residual_block(x, {**weights, **closed})
    check.close(found[0, 0, :, 0], [1.0, 2.0, 3.0], "a block that starts as the identity", hints="residual-zero")


test()
print("branch and shortcut: correct")
''', "# tries: several pictures and channels; the branch and the sum are positive\ndef fresh():\n    import torch\n\n" + RES + r'''

    rng = np.random.default_rng()
    for channels in (1, 3, 4):
        x = rng.uniform(1.0, 2.0, size=(2, *(int(n) for n in rng.integers(4, 8, size=2)), channels))
        weights = {name: rng.normal(size=(3, 3, channels, channels)) for name in ("kernel1", "kernel2")}
        weights["norm1"] = rng.normal(size=(2, channels))
        weights["norm2"] = np.stack([rng.uniform(0.5, 1.0, channels), np.full(channels, 999.0)])
        expected = of_torch(x, weights, 1)
        parity.check_close(residual_block(x, weights), expected, tolerance=1e-9)


fresh()
''')
test("test-residual-block-relu", 1, r'''
def test():
    x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    weights = {"kernel1": np.array([[[[1.0]]]]), "norm1": np.array([[1.0], [0.0]])}
    weights |= {"kernel2": np.array([[[[1.0]]]]), "norm2": np.array([[-3.0], [4.0]])}
    found = residual_block(x, weights)
    check.shape(found, (1, 1, 3, 1), "the block's output")
    check.close(found[0, 0, :, 0], EXPECTED, "where branch and sum are negative", hints="last-relu")


test()
print("the last ReLU: correct")
''', r'''
# tries: branches that are negative, with sums of both signs
def fresh():
    rng = np.random.default_rng()
    for channels in (1, 3):
        x = rng.normal(size=(2, 4, 5, channels))
        weights = {name: np.zeros((3, 3, channels, channels)) for name in ("kernel1", "kernel2")}
        weights["norm1"] = np.ones((2, channels))
        weights["norm2"] = np.stack([np.ones(channels), -rng.uniform(0.1, 1.0, channels)])
        total = x + weights["norm2"][1]
        expected = np.where(total > 0, total, 0.0)
        parity.check_close(residual_block(x, weights), expected, tolerance=1e-9)


fresh()
''')
test("test-residual-block-projection", 2, r'''
def test():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]).reshape(1, 3, 3, 1)
    weights = {"kernel1": np.array([[[[1.0, 0.0]]]]), "norm1": np.array([[1.0, 1.0], [0.0, 1.0]])}
    weights |= {"kernel2": np.array([[[[1.0, 0.0], [0.0, 1.0]]]]), "norm2": np.ones((2, 2))}
    weights |= {"projection": np.array([[[[1.0, -1.0]]]]), "norm3": np.array([[10.0, 1.0], [0.0, 9.0]])}
    found = residual_block(x, weights, stride=2)
    check.shape(found, (1, 2, 2, 2), "the output with a projection and stride 2")
    check.close(found[0, :, :, 0], EXPECTED, "its first channel", hints="projection")
    check.close(found[0, :, :, 1], EXPECTED, "its second channel", hints="projection-second")


test()
print("projection: correct")
''', "# tries: strides of 1 to 3 with other channels; the branch, the shortcut and the sum are positive\ndef fresh():\n    import torch\n\n" + RES + r'''

    rng = np.random.default_rng()
    for stride in (1, 2, 3):
        x = rng.normal(size=(2, *(int(n) for n in rng.integers(6, 10, size=2)), 3))
        weights = {"kernel1": rng.normal(size=(3, 3, 3, 4)), "kernel2": rng.normal(size=(3, 3, 4, 4))}
        weights["projection"] = rng.normal(size=(1, 1, 3, 4))
        weights["norm1"] = rng.normal(size=(2, 4))
        for name in ("norm2", "norm3"):
            weights[name] = np.stack([rng.uniform(0.5, 1.0, 4), np.full(4, 999.0)])
        expected = of_torch(x, weights, stride)
        parity.check_close(residual_block(x, weights, stride), expected, tolerance=1e-9)


fresh()
''')
T = "residual-block"
wrong(T, "no-shortcut", "identity relu projection", "The input is not added", "the input is not added", code='''
def residual_block(x, weights, stride=1):
    y = np.maximum(batch_norm(conv(x, weights["kernel1"], stride), weights["norm1"]), 0.0)
    y = batch_norm(conv(y, weights["kernel2"]), weights["norm2"])
    return np.maximum(y, 0.0)
''')
wrong(T, "relu-before-the-addition", "relu", "The last ReLU stands before the addition", "the last ReLU comes after the addition", ("np.maximum(y + shortcut, 0.0)", "np.maximum(y, 0.0) + shortcut"))
wrong(T, "no-last-relu", "relu", "The last ReLU is missing", "the last ReLU is missing", ("np.maximum(y + shortcut, 0.0)", "y + shortcut"))
wrong(T, "relu-on-both-sides", "relu", "The last ReLU stands before the addition and after it", "one ReLU only behind the second normalisation, after the addition", ("np.maximum(y + shortcut, 0.0)", "np.maximum(np.maximum(y, 0.0) + shortcut, 0.0)"))
wrong(T, "no-relu-within", "identity projection", "The ReLU between the two convolutions is missing", "the ReLU between the convolutions is missing", ("    y = np.maximum(y, 0.0)\n", ""))
wrong(T, "relu-before-norm", "identity projection", "The first ReLU stands before its normalisation", "the normalisation comes before the ReLU", ("    y = batch_norm(conv(x, weights[\"kernel1\"], stride), weights[\"norm1\"])\n    y = np.maximum(y, 0.0)\n", "    y = np.maximum(conv(x, weights[\"kernel1\"], stride), 0.0)\n    y = batch_norm(y, weights[\"norm1\"])\n"))
wrong(T, "second-norm-forgotten", "identity relu projection", "The second normalisation is missing", "the second normalisation is missing", ("batch_norm(conv(y, weights[\"kernel2\"]), weights[\"norm2\"])", "conv(y, weights[\"kernel2\"])"))
wrong(T, "projection-without-norm", "projection", "The projection's normalisation is missing", "the projection has a normalisation of its own", ("batch_norm(conv(x, weights[\"projection\"], stride), weights[\"norm3\"])", "conv(x, weights[\"projection\"], stride)"))
wrong(T, "projection-of-the-branch", "projection", "The norm of the branch is used for the projection", "the projection has a normalisation of its own: norm3", ("weights[\"norm3\"]", "weights[\"norm2\"]"))
wrong(T, "stride-in-the-second", "projection", "The stride is in the second convolution", "the first convolution carries the stride", ("conv(x, weights[\"kernel1\"], stride)", "conv(x, weights[\"kernel1\"])"), ("conv(y, weights[\"kernel2\"])", "conv(y, weights[\"kernel2\"], stride)"))
wrong(T, "shortcut-cut-out", "projection", "The projection is not used; channels are repeated and positions left out", "where there is a projection, the input goes through it", ("shortcut = batch_norm(conv(x, weights[\"projection\"], stride), weights[\"norm3\"])", "shortcut = np.resize(x[:, ::stride, ::stride].mean(axis=3, keepdims=True), y.shape)"))
right(T, "one-helper", "A helper for convolution and normalisation, and the shortcut first", code='''
def residual_block(x, weights, stride=1):
    def layer(x, kernel, norm, stride=1):
        return batch_norm(conv(x, weights[kernel], stride), weights[norm])

    try:
        start = layer(x, "projection", "norm3", stride)
    except KeyError:
        start = x
    hidden = layer(x, "kernel1", "norm1", stride).clip(min=0)
    return (start + layer(hidden, "kernel2", "norm2")).clip(min=0)
''')
right(T, "folded", "The scales are folded into the kernels", code='''
def residual_block(x, weights, stride=1):
    scale1, shift1 = weights["norm1"]
    scale2, shift2 = weights["norm2"]
    hidden = conv(x, weights["kernel1"] * scale1, stride) + shift1
    y = conv(hidden * (hidden > 0), weights["kernel2"] * scale2) + shift2
    if weights.get("projection") is not None:
        scale3, shift3 = weights["norm3"]
        x = conv(x, weights["projection"] * scale3, stride) + shift3
    y = y + x
    return np.where(y > 0, y, 0.0)
''')

# ------------------------------------------------------------------ 5
md("task-5", r"""
## Task 5 · A dense block (2 points)

In a DenseNet nothing is added. Each layer gets the input of the block *and* the outputs of all layers before it, side by side in the order in which they were made (the input first), and puts its own output behind them. A layer is
batch normalisation, ReLU, convolution, in this order. With $k$ filters a layer (the *growth rate*) and $c_0$ channels in, a block of $l$ layers puts out $c_0 + l k$ channels.

**Write `dense_block(x, layers)`**: `layers` is a list of dictionaries with `"norm"` and `"kernel"`. The answer holds the input and the outputs of all layers.
""")
sol("dense-block", '''
def dense_block(x, layers):
    """The input and the outputs of all layers, side by side."""
''', r'''
    for layer in layers:
        new = conv(np.maximum(batch_norm(x, layer["norm"]), 0.0), layer["kernel"])
        x = np.concatenate([x, new], axis=3)  # what the next layer gets
    return x
''')
test("test-dense-block-layer", 1, r'''
def test():
    x = np.array([-1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    layer = {"norm": np.array([[2.0], [-3.0]]), "kernel": np.array([[[[10.0, -1.0]]]])}
    found = dense_block(x, [layer])
    check.shape(found, (1, 1, 3, 3), "a block of one layer with 2 filters, on 1 channel")
    check.close(found[0, 0], EXPECTED, "a block of one layer", hints="dense-layer")


test()
print("one layer: correct")
''', r'''
# tries: blocks of one layer, with several channels
def fresh():
    import tensorflow as tf

    rng = np.random.default_rng()
    for channels in (1, 3, 4):
        x = rng.normal(size=(2, *(int(n) for n in rng.integers(4, 8, size=2)), channels))
        layer = {"norm": rng.normal(size=(2, channels)), "kernel": rng.normal(size=(3, 3, channels, 5))}
        active = tf.nn.relu(x * layer["norm"][0] + layer["norm"][1])
        new = tf.nn.conv2d(active, layer["kernel"], 1, "SAME")
        expected = tf.concat([x, new], axis=3).numpy()
        parity.check_close(dense_block(x, [layer]), expected, tolerance=1e-9)


fresh()
''')
test("test-dense-block-all", 1, r'''
def test():
    x = np.array([1.0, 2.0]).reshape(1, 1, 2, 1)
    first = {"norm": np.array([[1.0], [0.0]]), "kernel": np.array([[[[10.0]]]])}
    second = {"norm": np.array([[1.0, 1.0], [0.0, 0.0]]), "kernel": np.array([[[[1.0], [2.0]]]])}
    found = dense_block(x, [first, second])
    check.shape(found, (1, 1, 2, 3), "a block of two layers")
    check.close(found[0, 0], EXPECTED, "a block of two layers", hints="dense-all")
    check.close(dense_block(x, []), [[[[1.0], [2.0]]]], "a block without layers")


test()
print("all layers: correct")
''', r'''
# tries: blocks of two to four layers with a 1 × 1 kernel, on positive numbers
def fresh():
    rng = np.random.default_rng()
    for depth in (2, 3, 4):
        x = rng.uniform(1.0, 2.0, size=(2, 3, 4, 3))
        expected, layers = x.copy(), []
        for _ in range(depth):
            channels = expected.shape[3]
            kernel = rng.uniform(0.1, 1.0, size=(1, 1, channels, 2))
            layers.append({"norm": np.stack([np.ones(channels), np.zeros(channels)]), "kernel": kernel})
            expected = np.concatenate([expected, expected @ kernel[0, 0]], axis=3)
        found = dense_block(x, layers)
        parity.check_close(found, expected, tolerance=1e-9)


fresh()
''')
T = "dense-block"
wrong(T, "conv-first", "layer", "Convolution, then normalisation and ReLU, as elsewhere", "normalisation and ReLU come before the convolution", code='''
def dense_block(x, layers):
    for layer in layers:
        scale, shift = layer["norm"].mean(axis=1)
        new = np.maximum(conv(x, layer["kernel"]) * scale + shift, 0.0)
        x = np.concatenate([x, new], axis=3)
    return x
''')
wrong(T, "no-relu", "layer", "The ReLU is missing", "the ReLU is missing", ("np.maximum(batch_norm(x, layer[\"norm\"]), 0.0)", "batch_norm(x, layer[\"norm\"])"))
wrong(T, "no-norm", "layer", "The normalisation is missing", "the normalisation is missing", ("batch_norm(x, layer[\"norm\"])", "x"))
wrong(T, "relu-before-norm", "layer", "The ReLU stands before the normalisation", "the normalisation comes before the ReLU", ("np.maximum(batch_norm(x, layer[\"norm\"]), 0.0)", "batch_norm(np.maximum(x, 0.0), layer[\"norm\"])"))
wrong(T, "new-in-front", "layer all", "The new channels are put in front", "the input comes first, the newest output last", ("[x, new]", "[new, x]"))
wrong(T, "active-input-kept", "layer", "The normalised input is handed on in place of the input", "the input is handed on as it came, not normalised",
      ("        new = conv(np.maximum(batch_norm(x, layer[\"norm\"]), 0.0), layer[\"kernel\"])\n", "        x = np.maximum(batch_norm(x, layer[\"norm\"]), 0.0)\n        new = conv(x, layer[\"kernel\"])\n"))
wrong(T, "input-left-out", "layer all", "The input of the block is not part of the output", "", ("    return x", "    return x[..., layers[0][\"norm\"].shape[1] :] if layers else x"))
wrong(T, "only-the-last-counts", "all", "Only the newest output has numbers for the next layer; the others are set to zero", "every layer sees the outputs of all before it",
      ("    for layer in layers:", "    whole = x\n    for layer in layers:"), ("        x = np.concatenate([x, new], axis=3)  # what the next layer gets\n    return x", "        whole = np.concatenate([whole, new], axis=3)\n        x = np.concatenate([0.0 * x, new], axis=3)\n    return whole"))
wrong(T, "summed", "layer all", "The output is added to the input, as in a residual network", "nothing is added in a dense block: put it side by side",
      ("np.concatenate([x, new], axis=3)  # what the next layer gets", "np.concatenate([x, new + x.mean(axis=3, keepdims=True)], axis=3)"))
right(T, "list-of-features", "A list of feature maps that is joined anew for each layer", code='''
def dense_block(x, layers):
    features = [x]
    for layer in layers:
        together = np.concatenate(features, axis=-1)
        features.append(conv(batch_norm(together, layer["norm"]).clip(min=0), layer["kernel"]))
    return np.concatenate(features, axis=-1)
''')
right(T, "one-array-filled", "One array of the final size, filled from left to right", code='''
def dense_block(x, layers):
    done = x.shape[3]
    out = np.zeros((*x.shape[:3], done + sum(layer["kernel"].shape[3] for layer in layers)))
    out[..., :done] = x
    for layer in layers:
        active = batch_norm(out[..., :done], layer["norm"])
        new = conv(active * (active > 0), layer["kernel"])
        out[..., done : done + new.shape[3]] = new
        done += new.shape[3]
    return out
''')

# ------------------------------------------------------------------ 6
md("task-6", r"""
## Task 6 · An inverted residual (4 points)

MobileNetV2's block is thin at its ends and wide in the middle:

1. *expand*: a convolution of 1 × 1, batch normalisation, ReLU6 (a ReLU that stops at 6);
2. *filter*: a depthwise convolution, which carries the stride, batch normalisation, ReLU6;
3. *project*: a convolution of 1 × 1 to few channels, batch normalisation, and **no** activation: few channels hold more where nothing cuts them off;
4. where the input has the shape of the output, it is added; nothing follows.

The first block of the network does not expand, and leaves step 1 out.

**Write `inverted_residual(x, weights, stride=1)`**. `weights` is a dictionary with `"depthwise"`, `"norm2"`, `"project"`, `"norm3"`, and, in a block that expands, `"expand"` and `"norm1"`. Strides are at most 2, and
pictures have at least 2 × 2 pixels.
""")
sol("inverted-residual", '''
def inverted_residual(x, weights, stride=1):
    """MobileNetV2's block in inference mode."""
''', r'''
    y = x
    if "expand" in weights:
        y = np.clip(batch_norm(conv(y, weights["expand"]), weights["norm1"]), 0.0, 6.0)
    y = np.clip(batch_norm(depthwise(y, weights["depthwise"], stride), weights["norm2"]), 0.0, 6.0)
    y = batch_norm(conv(y, weights["project"]), weights["norm3"])  # no activation
    return x + y if x.shape == y.shape else y
''')
INV = r'''
    def of_torch(x, weights, stride, shortcut):
        def layer(x, kernel, norm, stride=1, groups=1):
            pad = kernel.shape[-1] // 2
            x = F.conv2d(x, torch.tensor(kernel), stride=stride, padding=pad, groups=groups)
            scale, shift = torch.tensor(norm)
            return x * scale[:, None, None] + shift[:, None, None]

        start = y = torch.tensor(x.transpose(0, 3, 1, 2))
        if "expand" in weights:
            y = F.relu6(layer(y, weights["expand"].transpose(3, 2, 0, 1), weights["norm1"]))
        kernel = weights["depthwise"].transpose(2, 0, 1)[:, None]
        y = F.relu6(layer(y, kernel, weights["norm2"], stride, len(kernel)))
        y = layer(y, weights["project"].transpose(3, 2, 0, 1), weights["norm3"])
        return (y + start if shortcut else y).numpy().transpose(0, 2, 3, 1)

    def draw(rng, channels, outputs, wide=5):
        small = 0.05  # so small that no ReLU6 cuts anything off
        weights = {"expand": small * rng.normal(size=(1, 1, channels, wide))}
        weights["depthwise"] = small * rng.normal(size=(3, 3, wide))
        weights["project"] = rng.normal(size=(1, 1, wide, outputs))
        for name in ("norm1", "norm2"):
            weights[name] = np.stack([rng.uniform(0.5, 1.0, wide), np.full(wide, 3.0)])
        weights["norm3"] = np.stack([rng.uniform(0.5, 1.0, outputs), np.full(outputs, 99.0)])
        return weights
'''.strip("\n")
INVHEAD = "    import torch\n    import torch.nn.functional as F\n\n"
ONE = r'''
    weights = {"expand": np.array([[[[1.0, -1.0]]]]), "norm1": np.array([[1.0, 1.0], [0.0, 5.0]])}
    weights |= {"depthwise": np.array([[[1.0, 2.0]]]), "norm2": np.array([[1.0, 1.0], [0.0, -1.0]])}
'''.strip("\n")
test("test-inverted-residual-relu6", 1, r'''
def test():
    x = np.array([[1.0, 4.0], [8.0, -2.0]]).reshape(1, 2, 2, 1)
''' + ONE + r'''
    weights |= {"project": np.array([[[[1.0, 0.0], [0.0, 1.0]]]]), "norm3": np.array([[1.0, 1.0], [0.0, 0.0]])}
    found = inverted_residual(x, weights)
    check.shape(found, (1, 2, 2, 2), "the output with 2 channels")
    check.close(found[0, :, :, 0], EXPECTED, "its first channel", hints="relu6")
    check.close(found[0, :, :, 1], EXPECTED, "its second channel", hints="relu6-second")


test()
print("ReLU6: correct")
''', "# tries: numbers below 0 and above 6 in the middle of the block; what comes out is positive\ndef fresh():\n" + INVHEAD + INV + r'''

    rng = np.random.default_rng()
    for channels in (2, 3):
        weights = draw(rng, channels, channels + 1)
        for name in ("expand", "depthwise", "norm1", "norm2"):
            weights[name] = 3.0 * rng.normal(size=weights[name].shape)
        weights["norm3"][1] = 999.0
        x = 3.0 * rng.normal(size=(2, 5, 4, channels))
        expected = of_torch(x, weights, 1, False)
        parity.check_close(inverted_residual(x, weights), expected, tolerance=1e-9)


fresh()
''')
test("test-inverted-residual-linear", 1, r'''
def test():
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
''' + ONE + r'''
    weights |= {"project": np.array([[[[-1.0, 2.0], [0.0, 0.0]]]]), "norm3": np.array([[1.0, 1.0], [0.0, 0.0]])}
    found = inverted_residual(x, weights)
    check.shape(found, (1, 2, 2, 2), "the output with 2 channels")
    check.close(found[0, :, :, 0], EXPECTED, "a negative channel", hints="linear")
    check.close(found[0, :, :, 1], EXPECTED, "a channel with numbers above 6", hints="linear-large")


test()
print("the linear end: correct")
''', "# tries: what comes out is negative, or above 6\ndef fresh():\n" + INVHEAD + INV + r'''

    rng = np.random.default_rng()
    for shift in (-99.0, 99.0, 0.0):
        weights = draw(rng, 3, 4)
        weights["norm3"][1] = shift
        x = rng.normal(size=(2, 5, 4, 3))
        expected = of_torch(x, weights, 1, False)
        parity.check_close(inverted_residual(x, weights), expected, tolerance=1e-9)


fresh()
''')
test("test-inverted-residual-shortcut", 1, r'''
def test():
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
''' + ONE + r'''
    weights |= {"project": np.array([[[[0.0], [1.0]]]]), "norm3": np.array([[0.0], [10.0]])}
    found = inverted_residual(x, weights)
    check.shape(found, (1, 2, 2, 1), "the output with as many channels as the input")
    check.close(found[0, :, :, 0], EXPECTED, "the output", hints="shortcut")
    found = inverted_residual(x, weights, stride=2)
    check.shape(found, (1, 1, 1, 1), "the output with stride 2")
    check.close(found[0, 0, 0], EXPECTED, "the output with stride 2", hints="no-shortcut")


test()
print("shortcut: correct")
''', "# tries: shapes that change, and shapes that stay\ndef fresh():\n" + INVHEAD + INV + r'''

    rng = np.random.default_rng()
    for outputs in (3, 4):
        weights, x = draw(rng, 3, outputs), rng.uniform(1.0, 2.0, size=(2, 6, 4, 3))
        expected = of_torch(x, weights, 1, outputs == 3)
        parity.check_close(inverted_residual(x, weights), expected, tolerance=1e-9)


fresh()
''')
test("test-inverted-residual-stride", 1, r'''
def test():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 5.5], [2.5, 3.5, 4.5]]).reshape(1, 3, 3, 1)
    weights = {"depthwise": np.array([[[1.0]]]), "norm2": np.array([[1.0], [0.0]])}
    weights |= {"project": np.array([[[[1.0, 2.0]]]]), "norm3": np.array([[1.0, 1.0], [0.0, 0.0]])}
    found = inverted_residual(x, weights)
    check.shape(found, (1, 3, 3, 2), "a block that does not expand")
    check.close(found[0, :, :, 0], EXPECTED, "a block that does not expand", hints="no-expansion")
    found = inverted_residual(x, weights, stride=2)
    check.shape(found, (1, 2, 2, 2), "the same with stride 2")
    check.close(found[0, :, :, 0], EXPECTED, "the same with stride 2")


test()
print("stride and no expansion: correct")
''', "# tries: stride 2 with other channels, with and without an expansion\ndef fresh():\n" + INVHEAD + INV + r'''

    rng = np.random.default_rng()
    for expands in (True, False):
        for stride in (1, 2):
            weights = draw(rng, 3, 4, wide=5 if expands else 3)
            if not expands:
                del weights["expand"], weights["norm1"]
            x = rng.uniform(1.0, 2.0, size=(2, *(int(n) for n in rng.integers(5, 9, size=2)), 3))
            expected = of_torch(x, weights, stride, False)
            parity.check_close(inverted_residual(x, weights, stride), expected, tolerance=1e-9)


fresh()
''')
T = "inverted-residual"
wrong(T, "relu-in-place-of-relu6", "relu6", "A plain ReLU is used", "ReLU6 stops at 6", ("0.0, 6.0", "0.0, None"))
wrong(T, "no-activation-behind-depthwise", "relu6", "The ReLU6 behind the depthwise convolution is missing", "the ReLU6 behind the depthwise convolution is missing",
      ("    y = np.clip(batch_norm(depthwise(y, weights[\"depthwise\"], stride), weights[\"norm2\"]), 0.0, 6.0)", "    y = batch_norm(depthwise(y, weights[\"depthwise\"], stride), weights[\"norm2\"])"))
wrong(T, "no-activation-behind-expand", "relu6", "The ReLU6 behind the expansion is missing", "the ReLU6 behind the expansion is missing",
      ("        y = np.clip(batch_norm(conv(y, weights[\"expand\"]), weights[\"norm1\"]), 0.0, 6.0)", "        y = batch_norm(conv(y, weights[\"expand\"]), weights[\"norm1\"])"))
wrong(T, "activation-before-norm", "relu6 linear shortcut stride", "ReLU6 stands before the normalisation", "the normalisation comes before ReLU6",
      ("np.clip(batch_norm(depthwise(y, weights[\"depthwise\"], stride), weights[\"norm2\"]), 0.0, 6.0)", "batch_norm(np.clip(depthwise(y, weights[\"depthwise\"], stride), 0.0, 6.0), weights[\"norm2\"])"))
wrong(T, "relu-at-the-end", "linear", "A ReLU follows the projection", "no activation follows the projection",
      ("    return x + y", "    y = np.maximum(y, 0.0)\n    return x + y"))
wrong(T, "relu6-at-the-end", "relu6 linear shortcut stride", "ReLU6 follows the projection, too", "no activation follows the projection, not even ReLU6",
      ("    return x + y", "    y = np.clip(y, 0.0, 6.0)\n    return x + y"))
wrong(T, "no-shortcut", "shortcut", "The input is never added", "the input has the shape of the output: it is added",
      ("    return x + y if x.shape == y.shape else y", "    return y"))
wrong(T, "shortcut-whatever-the-stride", "shortcut", "The input is added where the channels agree, whatever the stride", "with a stride the shapes differ: nothing is added",
      ("    return x + y if x.shape == y.shape else y", "    return x[:, ::stride, ::stride] + y if x.shape[3] == y.shape[3] else y"))
wrong(T, "shortcut-by-the-stride-alone", "shortcut relu6 linear stride", "The input is added wherever the stride is 1, whatever the channels (broadcasting hides it)", "the input is added only where its shape is that of the output",
      ("    return x + y if x.shape == y.shape else y", "    return x.mean(axis=3, keepdims=True) + y if stride == 1 else y"))
wrong(T, "stride-in-the-expansion", "stride", "The stride is in the convolution that expands, and where there is none, it is lost", "the depthwise convolution carries the stride",
      ("conv(y, weights[\"expand\"])", "conv(y, weights[\"expand\"], stride)"), ("weights[\"depthwise\"], stride)", "weights[\"depthwise\"])"))
wrong(T, "always-expands", "stride", "A block that does not expand is cut off by ReLU6 all the same", "", ("    y = x\n    if", "    y = np.clip(x, 0.0, 1.0) if \"expand\" not in weights else x\n    if"))
right(T, "loop-over-steps", "A loop over the three steps", code='''
def inverted_residual(x, weights, stride=1):
    y, steps = x, ["expand", "depthwise", "project"]
    for number, step in enumerate(steps, start=1):
        if step not in weights:
            continue
        y = depthwise(y, weights[step], stride) if step == "depthwise" else conv(y, weights[step])
        y = batch_norm(y, weights[f"norm{number}"])
        if step != "project":
            y = np.minimum(np.maximum(y, 0), 6)
    same = stride == 1 and y.shape[3] == x.shape[3]
    return y + x if same else y
''')
right(T, "plain-products", "The convolutions of 1 × 1 as matrix products", code='''
def inverted_residual(x, weights, stride=1):
    def relu6(z):
        return np.where(z < 0, 0.0, np.where(z > 6, 6.0, z))

    wide = x
    if "expand" in weights:
        wide = relu6((x @ weights["expand"][0, 0]) * weights["norm1"][0] + weights["norm1"][1])
    filtered = relu6(batch_norm(depthwise(wide, weights["depthwise"], stride), weights["norm2"]))
    thin = (filtered @ weights["project"][0, 0]) * weights["norm3"][0] + weights["norm3"][1]
    if stride == 1 and thin.shape[-1] == x.shape[-1]:
        thin = thin + x
    return thin
''')

# ------------------------------------------------------------------ 7
md("task-7", r"""
## Task 7 · Larger by a rule (3 points)

EfficientNet-B1 to B7 are B0 with two factors: every stage gets `width` times the channels and `depth` times the repeats. Hardware likes multiples of 8, so that the channels are rounded: to the *nearest* multiple of 8
(halves go up), at least 8; and where the rounding took away more than 10 % of what was wanted, to the next multiple above it. Repeats are rounded up.

**Write `scale_stage(channels, repeats, width, depth)`**, which returns `(channels, repeats)`, two integers.

With `width = 1.4`, 24 channels become 32: 33.6 is wanted, and 32 is nearest. With `width = 0.55`, 35 channels become 24: 19.25 is wanted, 16 is nearest, but less than 90 % of 19.25.
""")
sol("scale-stage", '''
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
''', r'''
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)  # the nearest multiple of 8
    if rounded < 0.9 * wanted:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
''')
test("test-scale-stage-multiple", 1, r'''
def test():
    found = [scale_stage(channels, 1, 1.4, 1.0)[0] for channels in (32, 24, 40, 112)]
    check.equal(found, EXPECTED, "channels of B4's width", hints="multiple")
    found = [scale_stage(channels, 1, 0.5, 1.0)[0] for channels in (8, 24, 200)]
    check.equal(found, EXPECTED, "channels of half the width", hints="multiple-half")


test()
print("multiples of 8: correct")
''', r'''
# tries: widths that leave a rest on either side of a multiple, large enough that 90 % is no matter
def fresh():
    rng = np.random.default_rng()
    for rest in (-4, -3, -1, 0, 1, 3):
        base = 8 * int(rng.integers(8, 60))
        channels = 2 * (base + rest)
        assert scale_stage(channels, 1, 0.5, 1.0)[0] == base
        assert scale_stage(base + rest, 1, 1.0, 1.0)[0] == base
    for width in (0.1, 0.25):
        assert scale_stage(16, 1, width, 1.0)[0] == 8


fresh()
# tries: the stages of EfficientNet-B3 and B7
def published():
    stages = [32, 16, 24, 40, 80, 112, 192, 320, 1280]
    for width, expected in (
        (1.2, [40, 24, 32, 48, 96, 136, 232, 384, 1536]),
        (2.0, [64, 32, 48, 80, 160, 224, 384, 640, 2560]),
    ):
        found = [scale_stage(channels, 1, width, 1.0)[0] for channels in stages]
        assert found[4:] == expected[4:]


published()
''')
test("test-scale-stage-ninety", 1, r'''
def test():
    check.equal(scale_stage(35, 1, 0.55, 1.0)[0], 24, "channels for 19.25 wanted", hints="ninety")
    check.equal(scale_stage(18, 1, 0.5, 1.0)[0], 16, "channels for 9 wanted", hints="ninety-nine")


test()
print("not below 90 %: correct")
''', r'''
# tries: what is wanted lies just above and just below the limit
def fresh():
    rng = np.random.default_rng()
    for multiple in (8, 16, 24, 32):
        limit = multiple / 0.9
        for _ in range(3):
            above = limit + rng.uniform(0.01, min(0.1, multiple + 3.99 - limit))
            below = limit - rng.uniform(0.01, 0.1)
            assert scale_stage(10, 1, above / 10, 1.0)[0] == multiple + 8
            assert scale_stage(10, 1, below / 10, 1.0)[0] == multiple


fresh()
''')
test("test-scale-stage-repeats", 1, r'''
def test():
    found = [scale_stage(64, repeats, 1.0, 1.8)[1] for repeats in (1, 2, 3, 4)]
    check.equal(found, EXPECTED, "repeats of B4's depth", hints="repeats")


test()
print("repeats: correct")
''', r'''
# tries: depths with a small and with a large rest, and without one
def fresh():
    rng = np.random.default_rng()
    for depth in (1.0, 1.25, 1.5, 2.0, 3.125):
        for repeats in rng.integers(1, 9, size=4):
            whole, rest = divmod(int(repeats) * int(depth * 8), 8)
            assert scale_stage(64, int(repeats), 1.0, depth)[1] == whole + (rest > 0)
    for depth, expected in ((1.4, [2, 3, 3, 5, 5, 6, 2]), (3.1, [4, 7, 7, 10, 10, 13, 4])):
        found = [scale_stage(64, repeats, 1.0, depth)[1] for repeats in (1, 2, 2, 3, 3, 4, 1)]
        assert found == expected
    small = [scale_stage(64, int(repeats), 1.0, 0.2)[1] for repeats in (1, 2, 4)]
    assert small == [1, 1, 1]


fresh()
''')
T = "scale-stage"
wrong(T, "rounded-down", "multiple", "The channels are rounded down to a multiple of 8", "rounded to the nearest multiple of 8, not down", ("int(wanted + 4) // 8 * 8", "int(wanted) // 8 * 8"))
wrong(T, "rounded-up", "multiple ninety", "The channels are rounded up to a multiple of 8", "rounded to the nearest multiple of 8, not up", ("int(wanted + 4) // 8 * 8", "math.ceil(wanted / 8) * 8"))
wrong(T, "not-rounded", "multiple ninety", "The channels are not rounded to a multiple of 8", "the channels must be a multiple of 8", ("max(8, int(wanted + 4) // 8 * 8)  # the nearest multiple of 8", "max(8, int(wanted))"))
wrong(T, "halves-to-even", "multiple", "Python's round sends halves to the even multiple", "halves go up; Python's round() sends them to the even neighbour", ("int(wanted + 4) // 8 * 8", "round(wanted / 8) * 8"))
wrong(T, "no-least", "multiple", "Few channels become none", "at least 8 channels", ("max(8, int(wanted + 4) // 8 * 8)", "int(wanted + 4) // 8 * 8"), ("rounded < 0.9 * wanted", "0 < rounded < 0.9 * wanted"))
wrong(T, "no-ninety", "ninety", "The limit of 90 % is not looked at", "16 is less than 90 % of what was wanted", ("    if rounded < 0.9 * wanted:\n        rounded += 8\n", ""))
wrong(T, "ninety-of-the-rounded", "ninety multiple", "The limit is taken the wrong way round: what is wanted against 90 % of the rounded", "compare the rounded number with 90 % of the wanted one", ("rounded < 0.9 * wanted", "wanted < 0.9 * rounded"))
wrong(T, "ninety-of-b0", "ninety multiple", "The limit is taken of the channels before scaling", "90 % of what is wanted, not of the channels before scaling", ("0.9 * wanted", "0.9 * channels"))
wrong(T, "repeats-rounded", "repeats", "The repeats are rounded to the nearest", "the repeats are rounded up, not to the nearest", ("math.ceil(repeats * depth)", "round(repeats * depth)"))
wrong(T, "repeats-cut-off", "repeats", "The repeats are rounded down", "the repeats are rounded up, not down", ("math.ceil(repeats * depth)", "int(repeats * depth)"))
wrong(T, "repeats-one-more", "repeats", "One is added to the whole part, also where there is no rest", "", ("math.ceil(repeats * depth)", "int(repeats * depth) + 1"))
wrong(T, "factors-swapped", "multiple ninety repeats", "Width and depth are swapped", "width scales the channels, depth the repeats", ("wanted = channels * width", "width, depth = depth, width\n    wanted = channels * width"))
right(T, "candidates", "Chooses among multiples of 8", code='''
def scale_stage(channels, repeats, width, depth):
    wanted = width * channels
    multiples = range(8, int(wanted) + 17, 8)
    nearest = min(multiples, key=lambda m: (abs(m - wanted), -m))  # of two, the larger
    allowed = [m for m in multiples if m >= nearest and m >= 0.9 * wanted]
    return allowed[0], -int(-repeats * depth // 1)
''')
right(T, "numpy", "NumPy's floor and ceil", code='''
def scale_stage(channels, repeats, width, depth):
    wanted = width * channels
    eighths = max(np.floor(wanted / 8 + 0.5), 1)
    if 8 * eighths < 0.9 * wanted:
        eighths += 1
    return [int(8 * eighths), int(np.ceil(depth * repeats))]
''')

# ------------------------------------------------------------------ 8
md("task-8", r"""
## Task 8 · A builder (4 points)

One table describes ResNet-50, -101 and -152, the wide ResNets and ResNeXt. In a bottleneck block of stage $s = 0, 1, 2, 3$, with $g$ groups of width $w$:

| | kernel | channels out |
|---|---|---|
| first convolution | 1 × 1 | $g \cdot w \cdot 2^s$ |
| second convolution | 3 × 3, with the block's stride, in $g$ groups | $g \cdot w \cdot 2^s$ |
| third convolution | 1 × 1 | $256 \cdot 2^s$ |

No convolution has a bias; behind each stands batch normalisation; behind the first two, ReLU. The first block of stages 1, 2 and 3 has stride 2, every other block stride 1. The shortcut is a projection (1 × 1 with the block's stride, and batch normalisation)
where stride or channels change, and otherwise nothing. ReLU follows the addition; the given `Residual` does both.

Before the stages: a convolution of 7 × 7 from 3 to 64 channels with stride 2, batch normalisation, ReLU, max pooling of 3 × 3 with stride 2. After them: global average pooling and one dense layer. Padding is half the kernel everywhere.

**Write `build_resnet(repeats, groups=1, width=64, classes=1000)`**, which returns a PyTorch module. `repeats` lists the blocks of each stage. `[3, 4, 6, 3]` with one group of width 64 is ResNet-50: 25,557,032 parameters, to the last one.

Below your function stands `measure`, which is given: it builds your network on PyTorch's device `meta`, where arrays have shapes and no memory, and counts parameters and multiply-adds. The tests call it. If your number differs, the difference says much: batch normalisations have few parameters, projections have many.
""")
given("given-residual", r'''
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


class Residual(nn.Module):
    """ReLU of the sum of a branch and a shortcut; an empty shortcut hands on its input."""

    def __init__(self, branch, shortcut):
        super().__init__()
        self.branch, self.shortcut = nn.Sequential(*branch), nn.Sequential(*shortcut)

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))
''')
sol("build-resnet", '''
def build_resnet(repeats, groups=1, width=64, classes=1000):
    """Return a residual network of bottleneck blocks."""
''', r'''
    def conv(inputs, outputs, kernel, stride=1, groups=1):
        settings = {"padding": kernel // 2, "groups": groups, "bias": False}
        layer = nn.Conv2d(inputs, outputs, kernel, stride, **settings)
        return [layer, nn.BatchNorm2d(outputs)]

    net, channels = [*conv(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, count in enumerate(repeats):
        inner, outer = groups * width * 2**stage, 256 * 2**stage
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            branch = [*conv(channels, inner, 1), nn.ReLU()]
            branch += [*conv(inner, inner, 3, stride, groups), nn.ReLU(), *conv(inner, outer, 1)]
            changes = stride > 1 or channels != outer
            net.append(Residual(branch, conv(channels, outer, 1, stride) if changes else []))
            channels = outer
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*net, *head)
    ### END SOLUTION


def measure(size, *arguments, **settings):  # given: leave it as it is
    """Parameters, multiply-adds for a picture of this size, and the shape of the output."""
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        net = build_resnet(*arguments, **settings).eval()
        shape = tuple(net(torch.empty(1, 3, *size)).shape)
    return sum(p.numel() for p in net.parameters()), counter.get_total_flops() // 2, shape
''')
c = CELLS[-1]
CELLS[-1] = (c[0], c[1], c[2].removesuffix("\n    ### END SOLUTION"), None)
MEASURE = REFS["build-resnet"][REFS["build-resnet"].index("def measure"):]
test("test-build-resnet-count", 2, r'''
def test():
    found = measure((64, 64), [3, 4, 6, 3])
    check.equal(found[0], 25557032, "the parameters of ResNet-50", hints="resnet-50")
    found = measure((64, 64), [1, 1], classes=10)
    check.equal(found[0], EXPECTED, "the parameters of a small one", hints="resnet-small")


test()
print("parameters: correct")
''', r'''
# tries: the published depths, and other ones with other numbers of classes
def fresh():
    for repeats, published in (([3, 4, 23, 3], 44549160), ([3, 8, 36, 3], 60192808)):
        assert measure((64, 64), repeats)[0] == published
    rng = np.random.default_rng()
    for _ in range(4):
        repeats = [int(n) for n in rng.integers(1, 5, size=int(rng.integers(1, 5)))]
        classes, channels = int(rng.integers(2, 200)), 64
        expected = 3 * 49 * 64 + 2 * 64
        for stage, blocks in enumerate(repeats):
            inner, outer = 64 * 2**stage, 256 * 2**stage
            for block in range(blocks):
                expected += channels * inner + 9 * inner * inner + inner * outer
                expected += 4 * inner + 2 * outer
                expected += 0 if block else channels * outer + 2 * outer
                channels = outer
        expected += (channels + 1) * classes
        assert measure((64, 64), repeats, classes=classes)[0] == expected


fresh()
''')
test("test-build-resnet-groups", 1, r'''
def test():
    grouped, plain = measure((64, 64), [1, 1], groups=32, width=4), measure((64, 64), [1, 1])
    more = grouped[0] - plain[0]
    check.equal(more, EXPECTED, "ResNeXt's parameters less ResNet's", hints="resnext")


test()
print("groups and width: correct")
''', r'''
# tries: ResNeXt and wide ResNets, as the difference to the plain network of the same depth
def fresh():
    plain = measure((64, 64), [3, 4, 6, 3])[0]
    for groups, width, published in ((32, 4, 25028904), (1, 128, 68883240)):
        found = measure((64, 64), [3, 4, 6, 3], groups, width)[0]
        assert found - plain == published - 25557032
    rng = np.random.default_rng()
    for _ in range(3):
        groups, width, blocks = (int(n) for n in rng.integers((2, 2, 1), (9, 33, 4)))
        expected, inner = 0, 64
        for channels in (64, 256 * (blocks > 1)):  # the first block, and the others
            wide, times = groups * width, 1 if channels == 64 else blocks - 1
            grouped = (channels + 256 + 4) * wide + 9 * wide * width
            expected += times * (grouped - (channels + 256 + 4) * inner - 9 * inner * inner)
        found = measure((64, 64), [blocks], groups, width)[0] - measure((64, 64), [blocks])[0]
        assert found == expected


fresh()
''')
test("test-build-resnet-strides", 1, r'''
def test():
    found = measure((64, 96), [1, 1, 1, 1], classes=10)
    check.equal(found[2], [1, 10], "the shape of the output")
    check.equal(found[1], EXPECTED, "the multiply-adds for 64 × 96 pixels", hints="resnet-cost")


test()
print("strides: correct")
''', r'''
# tries: the multiply-adds of networks of other depths, counted by PyTorch, and odd sizes
def fresh():
    rng = np.random.default_rng()
    for length in (1, 2, 3, 4):
        repeats = [int(n) for n in rng.integers(1, 4, size=length)]
        height, width = (int(n) for n in rng.integers(33, 70, size=2))
        expected, sides, channels = 0, [height, width], 64

        def halved(sides):
            return [(side + 1) // 2 for side in sides]

        sides = halved(sides)
        expected += math.prod(sides) * 3 * 49 * 64
        sides = halved(sides)
        for stage, blocks in enumerate(repeats):
            inner, outer = 64 * 2**stage, 256 * 2**stage
            for block in range(blocks):
                expected += math.prod(sides) * channels * inner
                sides = halved(sides) if stage and not block else sides
                expected += math.prod(sides) * (9 * inner * inner + inner * outer)
                expected += 0 if block else math.prod(sides) * channels * outer
                channels = outer
        expected += channels * 1000
        _, spent, shape = measure((height, width), repeats)
        assert tuple(shape) == (1, 1000)
        parity.check_close(spent / expected, 1.0, tolerance=1e-9)


fresh()
''')
T = "build-resnet"
wrong(T, "biases", "count groups", "The convolutions have biases", "the convolutions have no biases", ("\"bias\": False", "\"bias\": True"))
wrong(T, "no-norm-in-the-shortcut", "count", "The projection has no normalisation", "the projection has a normalisation of its own", ("conv(channels, outer, 1, stride) if changes", "conv(channels, outer, 1, stride)[:1] if changes"))
wrong(T, "projection-in-every-block", "count strides", "Every block has a projection", "a projection only where stride or channels change", ("changes = stride > 1 or channels != outer", "changes = True"))
wrong(T, "no-projection-in-stage-0", "count groups strides", "The first block of stage 0 has no projection, since its stride is 1 (its channels change nevertheless)", "", ("changes = stride > 1 or channels != outer", "changes = stride > 1"))
wrong(T, "stage-0-with-stride", "strides", "The first block of every stage has stride 2", "stage 0 has no stride: the pooling before it has one", ("stage > 0 and block == 0", "block == 0"))
wrong(T, "no-strides", "strides", "No block has a stride", "the first block of stages 1, 2 and 3 has stride 2", ("stride = 2 if stage > 0 and block == 0 else 1", "stride = 1"), ("for block in range", "for _ in range"))
wrong(T, "stride-in-the-first", "strides", "The stride is in the first convolution of a block, as in the paper", "the stride is in the second convolution of a block, the one of 3 × 3", ("*conv(channels, inner, 1), nn.ReLU()", "*conv(channels, inner, 1, stride), nn.ReLU()"), ("conv(inner, inner, 3, stride, groups)", "conv(inner, inner, 3, 1, groups)"))
wrong(T, "no-pooling", "strides", "The max pooling is missing", "the max pooling before the stages is missing", ("nn.ReLU(), nn.MaxPool2d(3, 2, 1)]", "nn.ReLU()]"))
wrong(T, "groups-ignored", "groups", "The second convolution is not grouped", "the second convolution is done in groups", ("conv(inner, inner, 3, stride, groups)", "conv(inner, inner, 3, stride)"))
wrong(T, "width-of-all-groups", "groups", "width is taken for the width of all groups together", "width is that of one group: the block has groups * width channels", ("groups * width * 2**stage", "width * 2**stage"))
wrong(T, "groups-everywhere", "groups", "All three convolutions are grouped", "only the second convolution is grouped",
      ("conv(channels, inner, 1)", "conv(channels, inner, 1, 1, groups)"), ("conv(inner, outer, 1)", "conv(inner, outer, 1, 1, groups)"))
wrong(T, "wide-at-the-ends", "groups", "The width multiplies the block's output, too", "", ("256 * 2**stage", "4 * groups * width * 2**stage"))
wrong(T, "basic-blocks", "count groups strides", "Two convolutions of 3 × 3 in a block, as in ResNet-18 and -34", "these are basic blocks: a bottleneck has 1 × 1, 3 × 3, 1 × 1",
      ("            branch = [*conv(channels, inner, 1), nn.ReLU()]\n            branch += [*conv(inner, inner, 3, stride, groups), nn.ReLU(), *conv(inner, outer, 1)]\n", "            branch = [*conv(channels, outer, 3, stride), nn.ReLU(), *conv(outer, outer, 3)]\n"), ("inner, outer = groups * width * 2**stage, 256", "outer = 256"))
right(T, "functions-for-blocks", "A function for a block, and the channels from the list of blocks", code='''
def build_resnet(repeats, groups=1, width=64, classes=1000):
    def block(inputs, stage, stride):
        inner, outputs = (groups * width) << stage, 256 << stage
        branch = [
            nn.Conv2d(inputs, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, inner, 3, stride, 1, groups=groups, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        if inputs == outputs and stride == 1:
            return Residual(branch, [])
        projection = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
        return Residual(branch, [projection, nn.BatchNorm2d(outputs)])

    net = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU())
    net.append(nn.MaxPool2d(3, 2, padding=1))
    inputs = 64
    for stage, blocks in enumerate(repeats):
        for number in range(blocks):
            net.append(block(inputs, stage, 1 if number or not stage else 2))
            inputs = 256 << stage
    net.extend([nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(inputs, classes)])
    return net
''' + "\n\n" + MEASURE)
right(T, "own-module", "A module with a forward pass of its own, stages within, a mean in place of the pooling layer", code='''
def build_resnet(repeats, groups=1, width=64, classes=1000):
    def normed(*arguments, **settings):
        layer = nn.Conv2d(*arguments, bias=False, **settings)
        return nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = normed(3, 64, 7, stride=2, padding=3)
            self.stages, channels = nn.ModuleList(), 64
            for stage in range(len(repeats)):
                blocks = []
                for number in range(repeats[stage]):
                    stride = 2 if (number, stage > 0) == (0, True) else 1
                    middle, out = groups * width * 2**stage, 2 ** (8 + stage)
                    branch = [normed(channels, middle, 1), nn.ReLU()]
                    settings = {"stride": stride, "padding": 1, "groups": groups}
                    branch += [normed(middle, middle, 3, **settings), nn.ReLU()]
                    skip = [normed(channels, out, 1, stride=stride)] if number == 0 else []
                    blocks.append(Residual([*branch, normed(middle, out, 1)], skip))
                    channels = out
                self.stages.append(nn.Sequential(*blocks))
            self.head = nn.Linear(channels, classes)

        def forward(self, x):
            x = torch.relu(self.stem(x))
            x = nn.functional.max_pool2d(x, 3, stride=2, padding=1)
            for stage in self.stages:
                x = stage(x)
            return self.head(x.mean(dim=(2, 3)))

    return ResNet()
''' + "\n\n" + MEASURE)
if __name__ == "__main__":
    main(NAME, sys.argv[1])
