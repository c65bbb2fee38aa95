# task: preprocess
# how: every channel by itself, in float32
def preprocess(images, convention):
    red, green, blue = (images[..., k].astype("float32") for k in range(3))
    if convention == "caffe":
        channels = [blue - 103.939, green - 116.779, red - 123.68]
    elif convention == "tf":
        channels = [2 * (c / 255) - 1 for c in (red, green, blue)]
    else:
        channels = [
            (c / 255 - m) / s
            for c, m, s in zip(
                (red, green, blue), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=False
            )
        ]
    return np.stack(channels, axis=-1)
