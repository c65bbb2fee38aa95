# task: freeze-but-last
# how: sets the model and then every layer; a subclass of keras.Model with a call of its own
def freeze_but_last(model, k):
    model.trainable = True
    for place, layer in enumerate(reversed(model.layers)):
        layer.trainable = place < k and not isinstance(layer, layers.BatchNormalization)
    return model


class _FrozenNorm(keras.Model):
    def __init__(self, backbone, classes):
        super().__init__()
        self.backbone, self.head = backbone, layers.Dense(classes)

    def call(self, images):
        return self.head(keras.ops.mean(self.backbone(images, training=False), axis=(1, 2)))


def with_head(backbone, classes):
    backbone.trainable = False
    return _FrozenNorm(backbone, classes)
