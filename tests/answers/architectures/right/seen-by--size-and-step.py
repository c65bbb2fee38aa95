# task: seen-by
# how: From the input upwards, with the size of the field, its step and its start
def seen_by(stack, position):
    size, step, start = 1, 1, 0
    for kernel, stride, padding, dilation in stack:
        size += dilation * (kernel - 1) * step
        start -= padding * step
        step *= stride
    first = start + position * step
    return [first, first + size - 1]
