# task: gram
# loses: test-style-gradient 2
# mistake: target minus G: the gradient points downhill
def gram(features):
    """Return the Gram matrix of every image, an array (batch, channels, channels)."""
    positions = features.shape[1] * features.shape[2]
    return np.einsum("byxi,byxj->bij", features, features) / positions


def style_gradient(features, target):
    """Return the gradient of sum((target - G)**2) with respect to the features."""
    positions = features.shape[1] * features.shape[2]
    G = np.einsum("byxi,byxj->bij", features, features) / positions
    return np.einsum("byxi,bij->byxj", features, target - G) * 4 / positions
