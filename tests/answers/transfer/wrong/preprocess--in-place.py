# task: preprocess
# loses: test-preprocess-caffe 1, test-preprocess-tf 1, test-preprocess-torch 1
# mistake: changes float images in place
def preprocess(images, convention):
    """Return the images as a network of this convention expects them."""
    x = images if images.dtype.kind == "f" else images.astype(float)
    if convention == "caffe":
        x -= [123.68, 116.779, 103.939]
        return x[..., ::-1]
    if convention == "tf":
        x /= 127.5
        return x - 1
    x /= 255
    return (x - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
