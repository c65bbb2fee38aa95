# task: freeze-but-last
# loses: test-last-layers-count 1
# mistake: counts only the layers that have weights
def freeze_but_last(model, k):
    """Let only the last k layers learn, and no batch norm; return the model."""
    model.trainable = True  # else none of its layers counts
    for layer in model.layers:
        layer.trainable = False
    some = [layer for layer in model.layers if layer.weights]
    first = len(some) - k
    for i, layer in enumerate(some):
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

    backbone.trainable = False
    inputs = keras.Input(backbone.input_shape[1:])
    x = Inference(backbone)(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(classes)(x))
