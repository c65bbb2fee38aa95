# task: preprocess
# loses: test-preprocess-caffe 1
# mistake: the channels stay red, green, blue, and so do the means
def preprocess(images, convention):
    """Return the images as a network of this convention expects them."""
    x = np.array(images, dtype=float)
    if convention == "caffe":
        return x - [123.68, 116.779, 103.939]
    if convention == "tf":
        return x / 127.5 - 1
    return (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
