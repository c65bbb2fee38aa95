# task: scale-stage
# loses: test-scale-stage-ninety 1
# mistake: The limit of 90 % is not looked at
def scale_stage(channels, repeats, width, depth):
    """Return the channels and repeats of a stage under compound scaling."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)  # the nearest multiple of 8
    return rounded, math.ceil(repeats * depth)
