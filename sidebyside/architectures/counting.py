"""Counting what a network holds and what it computes, in both frameworks."""

import math
from collections.abc import Iterator
from typing import Any

from sidebyside.errors import ShapeError
from sidebyside.parity.alignment import is_keras, is_torch


def parameters(net: Any, *, trainable: bool = True) -> int:
    """The numbers that a network learns.

    Args:
        net: a Keras model or a torch module, also one without memory (on the ``meta`` device, or
            as ``members`` builds it).
        trainable: False counts the moving statistics of batch normalisation too, as Keras'
            ``count_params`` does.

    Raises:
        TypeError: it is neither.
    """
    if is_torch(net):
        found = sum(p.numel() for p in net.parameters())
        # not num_batches_tracked, which Keras lacks
        kept = sum(b.numel() for b in net.buffers() if b.ndim) if not trainable else 0
        return found + kept
    if is_keras(net):
        weights = net.trainable_weights if trainable else net.weights
        return sum(math.prod(w.shape) for w in weights)
    raise TypeError(f"expected a Keras model or a torch module, got {type(net).__name__}")


def multiply_adds(net: Any, shape: tuple[int, ...] | None = None) -> int:
    """Products in the convolutions and dense layers for one picture, in inference mode.

    This is the count of the papers: one multiplication with its addition is one. Biases,
    normalisation, activations, pooling and the products of attention over channels are left out.

    Args:
        net: a functional Keras model whose input has a fixed shape, or a torch module.
        shape: for a torch module, the shape of one picture, (channels, height, width).

    Raises:
        ShapeError: a torch module without a shape, or a Keras model whose input has open sides.
        TypeError: it is neither.
    """
    if is_torch(net):
        if shape is None:
            raise ShapeError("a torch module knows no shape: pass (channels, height, width)")
        return _of_torch(net, shape)
    if is_keras(net):
        return sum(_of_keras(net))
    raise TypeError(f"expected a Keras model or a torch module, got {type(net).__name__}")


def _of_torch(net: Any, shape: tuple[int, ...]) -> int:
    import torch
    from torch import nn

    found = []

    def note(module: Any, inputs: tuple, output: Any) -> None:
        places = math.prod(output.shape[2:])  # 1 for a dense layer
        found.append(places * module.weight.numel())

    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(note) for layer in layers]
    device, mode = next(net.parameters()).device, net.training
    try:
        with torch.no_grad():
            net.eval()(torch.empty(1, *shape, device=device))
    finally:
        net.train(mode)
        for hook in hooks:
            hook.remove()
    return sum(found)


def _of_keras(net: Any) -> Iterator[int]:
    import keras

    convolutions = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
    for layer in net._flatten_layers(include_self=False):
        if isinstance(layer, (*convolutions, keras.layers.Dense)):
            kernels = [math.prod(w.shape) for w in layer.weights if w.name.endswith("kernel")]
            places = layer.output.shape[1:-1]
            if None in places:
                raise ShapeError(
                    f"the output of {layer.name!r} has the shape {layer.output.shape}; give the "
                    "model a keras.Input with a fixed height and width"
                )
            yield math.prod(places) * sum(kernels)
