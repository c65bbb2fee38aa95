# task: scale-stage
# loses: test-scale-stage-multiple 1
# mistake: Few channels become none
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
    wanted = channels * width
    rounded = int(wanted + 4) // 8 * 8  # the nearest multiple of 8
    if 0 < rounded < 0.9 * wanted:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
