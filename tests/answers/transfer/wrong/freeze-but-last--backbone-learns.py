# task: freeze-but-last
# loses: test-with-head-shape 1
# mistake: the backbone is not frozen
def freeze_but_last(model, k):
    """Let only the last k layers learn, and no batch norm; return the model."""
    model.trainable = True  # else none of its layers counts
    first = len(model.layers) - k
    for i, layer in enumerate(model.layers):
        norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = i >= first and not norm
    return model


def with_head(backbone, classes):
    """Return a model: backbone in inference mode, mean over the places, dense layer."""

    class Inference(keras.layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, images):
            return self.inner(images, training=False)

    inputs = keras.Input(backbone.input_shape[1:])
    x = Inference(backbone)(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(classes)(x))
