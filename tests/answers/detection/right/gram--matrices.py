# task: gram
# how: reshapes to a matrix for each image
def gram(features):
    flat = features.reshape(len(features), -1, features.shape[-1])
    return flat.transpose(0, 2, 1) @ flat / flat.shape[1]


def style_gradient(features, target):
    flat = features.reshape(len(features), -1, features.shape[-1])
    difference = flat.transpose(0, 2, 1) @ flat / flat.shape[1] - target
    return (4 / flat.shape[1] * flat @ difference).reshape(features.shape)
