# task: freeze-but-last
# how: slices from a counted place; a model of its own class
def freeze_but_last(model, k):
    model.trainable = False
    model.trainable = True
    cut = max(len(model.layers) - k, 0)
    for layer in model.layers[:cut]:
        layer.trainable = False
    for layer in model.layers[cut:]:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    return model


class _InferenceOnly(layers.Wrapper):
    def call(self, images):
        return self.layer(images, training=False)


def with_head(backbone, classes):
    backbone.trainable = False
    return keras.Sequential(
        [
            keras.Input(backbone.input_shape[1:]),
            _InferenceOnly(backbone),
            layers.Lambda(lambda x: keras.ops.mean(x, axis=(1, 2))),
            layers.Dense(classes),
        ]
    )
