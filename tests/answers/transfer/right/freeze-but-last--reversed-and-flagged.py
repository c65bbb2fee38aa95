# task: freeze-but-last
# how: counts from the end; batch norm in a layer that ignores the flag
def freeze_but_last(model, k):
    model.trainable = True
    for left, layer in zip(range(len(model.layers), 0, -1), model.layers, strict=False):
        layer.trainable = bool(left <= k and not isinstance(layer, layers.BatchNormalization))
    return model


class _Features(layers.Layer):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.pool = layers.GlobalAveragePooling2D()

    def call(self, images, training=None):
        return self.pool(self.net(images, training=False))


def with_head(backbone, classes):
    features = _Features(backbone)
    features.trainable = False
    images = keras.Input(backbone.input_shape[1:])
    return keras.Model(images, layers.Dense(classes)(features(images)))
