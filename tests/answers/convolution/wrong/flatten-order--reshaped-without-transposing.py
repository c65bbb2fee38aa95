# task: flatten-order
# loses: test-flatten-order-torch 2, test-flatten-order-keras 1
# mistake: Reshaping alone is taken for a change of order
def dense_to_torch(kernel, height, width, channels):
    units = kernel.shape[1]
    return kernel.reshape(units, channels * height * width)


def dense_to_keras(weight, height, width, channels):
    units = weight.shape[0]
    return weight.reshape(height * width * channels, units)
