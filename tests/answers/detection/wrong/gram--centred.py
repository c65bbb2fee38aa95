# task: gram
# loses: test-gram 1, test-style-gradient 2
# mistake: subtracts the mean of each channel: that is the covariance
def gram(features):
    """Return the Gram matrix of every image, an array (batch, channels, channels)."""
    features = features - features.mean(axis=(1, 2), keepdims=True)
    positions = features.shape[1] * features.shape[2]
    return np.einsum("byxi,byxj->bij", features, features) / positions


def style_gradient(features, target):
    """Return the gradient of sum((G - target)**2) with respect to the features."""
    features = features - features.mean(axis=(1, 2), keepdims=True)
    positions = features.shape[1] * features.shape[2]
    G = np.einsum("byxi,byxj->bij", features, features) / positions
    return np.einsum("byxi,bij->byxj", features, G - target) * 4 / positions
