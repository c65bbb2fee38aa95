# task: preprocess
# loses: test-preprocess-torch 1
# mistake: the division by the standard deviations is missing
def preprocess(images, convention):
    """Return the images as a network of this convention expects them."""
    x = np.array(images, dtype=float)
    if convention == "caffe":
        return x[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "tf":
        return x / 127.5 - 1
    return x / 255 - [0.485, 0.456, 0.406]
