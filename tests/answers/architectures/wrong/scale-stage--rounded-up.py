# task: scale-stage
# loses: test-scale-stage-multiple 1, test-scale-stage-ninety 1
# mistake: The channels are rounded up to a multiple of 8
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
    wanted = channels * width
    rounded = max(8, math.ceil(wanted / 8) * 8)  # the nearest multiple of 8
    if rounded < 0.9 * wanted:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
