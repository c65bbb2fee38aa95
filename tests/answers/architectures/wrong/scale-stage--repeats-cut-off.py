# task: scale-stage
# loses: test-scale-stage-repeats 1
# mistake: The repeats are rounded down
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)  # the nearest multiple of 8
    if rounded < 0.9 * wanted:
        rounded += 8
    return rounded, int(repeats * depth)
