# task: gram
# how: a loop over the images; the gradient by the product rule
def gram(features):
    found = []
    for image in features:
        columns = image.reshape(-1, image.shape[-1])
        found.append(columns.T.dot(columns) / len(columns))
    return np.array(found)


def style_gradient(features, target):
    found = np.zeros_like(features)
    for k, image in enumerate(features):
        columns = image.reshape(-1, image.shape[-1])
        upstream = 2 * (columns.T.dot(columns) / len(columns) - target[k]) / len(columns)
        found[k] = (columns @ upstream + columns @ upstream.T).reshape(image.shape)
    return found
