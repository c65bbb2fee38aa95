"""What the Keras families share: convolution with its normalisation, padding, the classifier."""

from typing import Any

import keras
from keras import layers

HE = "he_normal"


def conv(
    x: Any,
    filters: int,
    kernel: int | tuple[int, int],
    stride: int = 1,
    *,
    groups: int = 1,
    norm: bool = True,
    activation: str | None = "relu",
    padding: int | None = None,
    epsilon: float = 1e-5,
) -> Any:
    """Convolution, batch norm, activation: (n, h, w, channels) → (n, h', w', filters).

    Half the kernel is padded on every side, as in the papers: with a stride, Keras' "same" would
    pad the right and bottom sides only. A convolution has a bias exactly where no normalisation
    follows.
    """
    if padding is None and stride == 1:
        mode = "same"
    else:
        x, mode = padded(x, kernel // 2 if padding is None else padding), "valid"
    if groups == x.shape[-1] and filters == groups and groups > 1:
        settings = {"depthwise_initializer": HE, "use_bias": not norm}
        x = layers.DepthwiseConv2D(kernel, stride, mode, **settings)(x)
    else:
        settings = {"kernel_initializer": HE, "use_bias": not norm, "groups": groups}
        x = layers.Conv2D(filters, kernel, stride, mode, **settings)(x)
    x = batch_norm(x, epsilon) if norm else x
    return layers.Activation(activation)(x) if activation else x


def batch_norm(x: Any, epsilon: float = 1e-5) -> Any:
    """Batch normalisation with PyTorch's settings; Keras' own are 1e-3 and 0.99."""
    return layers.BatchNormalization(epsilon=epsilon, momentum=0.9)(x)


def dense(units: int, activation: str | None = None) -> keras.Layer:
    """A dense layer with He's weights."""
    return layers.Dense(units, activation, kernel_initializer=HE)


def padded(x: Any, padding: int) -> Any:
    """Zeros on all four sides; nothing for 0."""
    return layers.ZeroPadding2D(padding)(x) if padding else x


def max_pool(x: Any) -> Any:
    """3×3 with stride 2, padded by one on every side; of numbers that are not negative."""
    return layers.MaxPooling2D(3, 2)(padded(x, 1))


def classifier(x: Any, classes: int, dropout: float = 0.0) -> Any:
    """Global average pooling, dropout, one dense layer."""
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout)(x) if dropout else x
    return dense(classes)(x)


@keras.saving.register_keras_serializable("sidebyside")
class LocalResponseNorm(keras.Layer):
    """x / (k + alpha Σ x²)^beta, the sum over five neighbouring channels (Krizhevsky et al. 2012).

    Here alpha is not divided by the number of channels in the sum; PyTorch divides.
    """

    def __init__(self, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0, **settings: Any):
        super().__init__(**settings)
        self.alpha, self.beta, self.k = alpha, beta, k

    def call(self, x: Any) -> Any:
        squares = keras.ops.pad(keras.ops.square(x), [[0, 0], [0, 0], [0, 0], [2, 2]])
        channels = x.shape[-1]
        total = sum(squares[..., i : i + channels] for i in range(5))
        return x / (self.k + self.alpha * total) ** self.beta

    def compute_output_shape(self, shape: tuple) -> tuple:
        return shape

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"alpha": self.alpha, "beta": self.beta, "k": self.k}
