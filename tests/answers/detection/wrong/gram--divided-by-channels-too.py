# task: gram
# loses: test-gram 1, test-style-gradient 2
# mistake: divides by the number of channels, too
def gram(features):
    """Return the Gram matrix of every image, an array (batch, channels, channels)."""
    positions = features[0].size
    return np.einsum("byxi,byxj->bij", features, features) / positions


def style_gradient(features, target):
    """Return the gradient of sum((G - target)**2) with respect to the features."""
    positions = features[0].size
    G = np.einsum("byxi,byxj->bij", features, features) / positions
    return np.einsum("byxi,bij->byxj", features, G - target) * 4 / positions
