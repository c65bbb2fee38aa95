# task: circular-conv2d
# loses: test-circular-conv2d-values 1, test-circular-conv2d-equivariance 1
# mistake: Each pixel by itself, times the sum of the kernel: equivariant, and no neighbour is met
def circular_conv2d(x, kernel):
    """Slide a kernel over pictures whose opposite edges are joined."""
    return x @ kernel.sum(axis=(0, 1))
