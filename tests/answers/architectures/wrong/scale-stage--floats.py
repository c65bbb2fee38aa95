# task: scale-stage
# loses: test-scale-stage-multiple 1, test-scale-stage-repeats 1
# mistake: rounded numbers, left as floats
def scale_stage(channels, repeats, width, depth):
    wanted = channels * width
    rounded = max(8.0, 8 * np.floor(wanted / 8 + 0.5))
    return rounded + 8 * (rounded < 0.9 * wanted), np.ceil(repeats * depth)
