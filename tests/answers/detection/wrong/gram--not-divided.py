# task: gram
# loses: test-gram 1, test-style-gradient 2
# mistake: the sum over the positions is not divided by their number
def gram(features):
    """Return the Gram matrix of every image, an array (batch, channels, channels)."""
    return np.einsum("byxi,byxj->bij", features, features)


def style_gradient(features, target):
    """Return the gradient of sum((G - target)**2) with respect to the features."""
    G = np.einsum("byxi,byxj->bij", features, features)
    return np.einsum("byxi,bij->byxj", features, G - target) * 4
