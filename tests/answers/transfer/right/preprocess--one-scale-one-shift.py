# task: preprocess
# how: a factor and an offset for each channel
def preprocess(images, convention):
    mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    factor, offset = {
        "caffe": (1.0, -np.array([103.939, 116.779, 123.68])),
        "tf": (1 / 127.5, -1.0),
        "torch": (1 / (255 * spread), -mean / spread),
    }[convention]
    x = images[..., [2, 1, 0]] if convention == "caffe" else images
    return x * factor + offset
