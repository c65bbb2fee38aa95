# task: residual-block
# how: A helper for convolution and normalisation, and the shortcut first
def residual_block(x, weights, stride=1):
    def layer(x, kernel, norm, stride=1):
        return batch_norm(conv(x, weights[kernel], stride), weights[norm])

    try:
        start = layer(x, "projection", "norm3", stride)
    except KeyError:
        start = x
    hidden = layer(x, "kernel1", "norm1", stride).clip(min=0)
    return (start + layer(hidden, "kernel2", "norm2")).clip(min=0)
