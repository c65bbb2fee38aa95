# task: preprocess
# loses: test-preprocess-tf 1
# mistake: scales to −½ … ½
def preprocess(images, convention):
    """Return the images as a network of this convention expects them."""
    x = np.array(images, dtype=float)
    if convention == "caffe":
        return x[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "tf":
        return x / 255 - 0.5
    return (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
