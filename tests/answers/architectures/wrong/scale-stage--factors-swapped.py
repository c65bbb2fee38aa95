# task: scale-stage
# loses: test-scale-stage-multiple 1, test-scale-stage-ninety 1, test-scale-stage-repeats 1
# mistake: Width and depth are swapped
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
    width, depth = depth, width
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)  # the nearest multiple of 8
    if rounded < 0.9 * wanted:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
