# task: flatten-order
# loses: test-flatten-order-torch 2, test-flatten-order-keras 1
# mistake: The matrix is transposed, and the order of the inputs stays
def dense_to_torch(kernel, height, width, channels):
    return kernel.T


def dense_to_keras(weight, height, width, channels):
    return weight.T
