# task: conv-sizes
# how: Counts the positions at which the kernel begins, in a loop
def conv_sizes(size, kernel, stride, padding, dilation):
    last = dilation * (kernel - 1)  # the offset of the kernel's last entry
    before = after = 0
    if padding == "same":
        starts = list(range(0, size, stride))
        total = max(starts[-1] + last + 1 - size, 0)
        before, after = total // 2, (total + 1) // 2
        return before, after, len(starts)
    if padding != "valid":
        before = after = padding
    return before, after, len(range(0, before + size + after - last, stride))
