# task: im2col
# loses: test-im2col-columns 1, test-im2col-rows 1, test-im2col-stride 1
# mistake: The picture itself in one row, which is right for a picture of one patch
def im2col(x, kernel_height, kernel_width, stride=1):
    """Return every patch that a kernel meets, one in a row."""
    return x.reshape(1, -1)
