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


# Given: leave all below as it is. The tests call it.


def after_freezing(kinds, k, frozen=""):
    """The layers that learn, how many weights, outputs without and in training, running means."""
    model = dense_model(kinds)
    if frozen == "model":
        model.trainable = False
    for layer in model.layers if frozen == "layers" else []:
        layer.trainable = False
    model = freeze_but_last(model, k)
    learning = [layer.name for layer in model.layers if layer.trainable_weights]
    x = np.arange(12, dtype="float32").reshape(4, 3)
    outputs = [model(x, training=training).numpy() for training in (False, True)]
    means = [w.numpy() for w in model.weights if "moving_mean" in w.path]
    return learning, len(model.trainable_weights), outputs, means


def new_model(shape, weights, classes, images):
    """A new head on a backbone: the shape of the outputs, what learns, the outputs for images."""
    backbone = small_backbone(*shape)
    backbone.set_weights(weights or backbone.get_weights())
    model = with_head(backbone, classes)
    learns = [w.numpy() for w in model.trainable_weights]
    return list(model.output_shape), learns, np.asarray(model(images))


def fine_tuned(shape, classes, images, targets):
    """Unfreeze and fit: how many weights learn, what of the backbone moved, running statistics."""
    backbone = small_backbone(*shape)
    model = with_head(backbone, classes)
    for value in (False, True):  # only a change of the value reaches the layers inside
        model.trainable = value
    before = {w.path: w.numpy() for w in backbone.trainable_weights}
    count = len(model.trainable_weights)
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(images, targets, verbose=0)
    moved = [w.path for w in backbone.trainable_weights if (w.numpy() != before[w.path]).any()]
    return count, moved, [w.numpy() for w in model.weights if "moving" in w.path]
