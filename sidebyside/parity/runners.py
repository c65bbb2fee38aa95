"""The two frameworks behind one face: forward, loss and gradients, parameters, a step.

It is the face that a NumPy network shows to ``compare`` as well. A runner changes its model while
it works; ``close`` puts everything back.
"""

import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from sidebyside.errors import ShapeError, SideBySideError
from sidebyside.parity.alignment import keras_layers, torch_modules
from sidebyside.parity.arrays import shape_text, to_numpy
from sidebyside.parity.layers import Link


class KerasRunner:
    """A Keras model that can be run, trained and put back as it was.

    Args:
        net: the model.
        links: the weights that it shares with the torch module, or None where unknown.
        dtype: the precision of its floating inputs.
    """

    def __init__(self, net: Any, links: tuple[Link, ...], dtype: str) -> None:
        self.net, self.links, self.dtype = net, links, dtype
        self.optimizer: Any = None
        self.before_step: Callable[[int], None] = lambda t: None
        self._steps = 0
        self._saved = [(variable, variable.numpy()) for variable in net.variables]
        self._rates: list[tuple[Any, str, Any]] = []

    def without_dropout(self) -> list[str]:
        """Set every dropout rate to zero until ``close``; the paths of those that were not."""
        found = []
        for path, layer in keras_layers(self.net):
            for owner in (layer, *_cells(layer), getattr(layer, "_dropout_layer", None)):
                for name in ("rate", "dropout", "recurrent_dropout", "_dropout", "stddev"):
                    if owner is None or not _is_rate(getattr(owner, "__dict__", {}).get(name)):
                        continue
                    if name == "rate" and "Dropout" not in type(owner).__name__:
                        continue
                    self._rates.append((owner, name, getattr(owner, name)))
                    setattr(owner, name, 0.0)
                    found.append(path)
        return list(dict.fromkeys(found))

    def exact_attention_scale(self) -> list[str]:
        """Give attention its 1/√key_dim in float64 until ``close``; the paths where that matters.

        Keras keeps it as a Python float, which TensorFlow rounds to float32 on the way to float64.
        """
        found = []
        for path, layer in keras_layers(self.net):
            scale = getattr(layer, "_inverse_sqrt_key_dim", None)
            if isinstance(scale, float) and layer.compute_dtype == "float64":
                self._rates.append((layer, "_inverse_sqrt_key_dim", scale))
                layer._inverse_sqrt_key_dim = np.float64(scale)
                found += [path] if np.float32(scale) != scale else []
        return found

    def call(self, x: Any, *, training: bool) -> Any:
        """The model's output for its inputs, as TensorFlow tensors."""
        import tensorflow as tf

        tensors = [self._tensor(array, tf) for array in (x if isinstance(x, tuple) else (x,))]
        if len(tensors) == 1:
            return self.net(tensors[0], training=training)
        if getattr(self.net, "inputs", None) or _positional(self.net.call) < len(tensors):
            return self.net(tensors, training=training)
        return self.net(*tensors, training=training)

    def _tensor(self, array: np.ndarray, tf: Any) -> Any:
        return tf.convert_to_tensor(array.astype(self.dtype) if array.dtype.kind == "f" else array)

    def forward(self, x: Any) -> list[np.ndarray]:
        """Outputs in inference mode."""
        return [to_numpy(tensor) for tensor in flat(self.call(x, training=False))]

    def loss_and_gradients(
        self, x: Any, y: Any, loss_fn: Callable[[Any, Any], Any]
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Loss and every link's gradient in training mode; keeps the gradients for ``step``."""
        import tensorflow as tf

        target = tuple(self._tensor(a, tf) for a in y) if isinstance(y, tuple) else y
        target = self._tensor(y, tf) if isinstance(y, np.ndarray) else target
        with tf.GradientTape() as tape:
            loss = loss_fn(target, self.call(x, training=True))
        variables = self.net.trainable_variables
        self._gradients = tape.gradient(loss, [v.value for v in variables])
        by_id = {}
        for variable, gradient in zip(variables, self._gradients, strict=True):
            zero = np.zeros(variable.shape, variable.dtype)
            by_id[id(variable)] = zero if gradient is None else to_numpy(gradient)
        return to_numpy(loss), {
            link.name: by_id[id(link.variable)] for link in self.links if id(link.variable) in by_id
        }

    def step(self) -> None:
        """One optimiser step with the gradients computed last."""
        import tensorflow as tf

        self._steps += 1
        self.before_step(self._steps)
        variables = self.net.trainable_variables
        gradients = [
            tf.zeros_like(v.value) if g is None else tf.convert_to_tensor(g)
            for v, g in zip(variables, self._gradients, strict=True)
        ]
        self.optimizer.apply(gradients, variables)

    def parameters(self) -> dict[str, np.ndarray]:
        """Every link's value."""
        return {link.name: link.keras_value() for link in self.links}

    def updates(self, link: Link) -> bool:
        """Whether training moved this statistic."""
        before = next(value for variable, value in self._saved if variable is link.variable)
        return bool((link.keras_value() != before).any())

    def close(self) -> None:
        """Put weights and dropout rates back."""
        for variable, value in self._saved:
            variable.assign(value)
        for owner, name, value in self._rates:
            setattr(owner, name, value)


class TorchRunner:
    """A torch module that can be run, trained and put back as it was."""

    def __init__(self, net: Any, links: tuple[Link, ...], dtype: str) -> None:
        import torch

        self.net, self.links, self.dtype = net, links, dtype
        self.optimizer: Any = None
        self.to_keras_layout: Callable[[Any], Any] = lambda tensor: tensor
        first = next(iter([*net.parameters(), *net.buffers()]), None)
        self.device = torch.device("cpu") if first is None else first.device
        tensors = [*net.parameters(), *net.buffers()]
        self._saved = [(t, t.detach().clone(), t.requires_grad, t.grad) for t in tensors]
        self._modes = [(module, module.training) for module in net.modules()]
        self._random = torch.get_rng_state()
        self._rates: list[tuple[Any, str, Any]] = []
        self.batch_counts: dict[int, list[int]] = {}
        self._hooks = [
            link.module.register_forward_hook(self._count)
            for link in links
            if link.statistic == "variance"
        ]

    def _count(self, module: Any, inputs: Any, output: Any) -> None:
        """Note over how many values a batch normalisation took each channel's variance."""
        if module.training:
            count = inputs[0].numel() // inputs[0].shape[1]
            self.batch_counts.setdefault(id(module), []).append(count)

    def without_dropout(self) -> list[str]:
        """Set every dropout probability to zero until ``close``; the paths of those that were not.

        A probability given to ``torch.nn.functional.dropout`` in a forward can't be reached.
        """
        found = []
        for path, module in torch_modules(self.net):
            is_dropout = "Dropout" in type(module).__name__
            for name in ("p",) if is_dropout else ("dropout",):
                if _is_rate(getattr(module, name, None)):
                    self._rates.append((module, name, getattr(module, name)))
                    setattr(module, name, 0.0)
                    found.append(path)
        return found

    def call(self, x: Any, *, training: bool) -> Any:
        """The module's output for its inputs, as torch tensors."""
        self.net.train(training)
        arrays = x if isinstance(x, tuple) else (x,)
        return self.net(*(self._tensor(array) for array in arrays))

    def _tensor(self, array: np.ndarray) -> Any:
        import torch

        if array.dtype.kind == "f":
            array = array.astype(self.dtype)
        elif array.dtype.kind in "iu":
            array = array.astype(np.int64)
        return torch.from_numpy(np.array(array, order="C")).to(self.device)

    def forward(self, x: Any) -> list[np.ndarray]:
        """Outputs in inference mode, in torch's layout."""
        return [to_numpy(tensor) for tensor in flat(self.call(x, training=False))]

    def loss_and_gradients(
        self, x: Any, y: Any, loss_fn: Callable[[Any, Any], Any]
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Loss and every link's gradient (in Keras' layout) in training mode."""
        target = tuple(self._tensor(a) for a in y) if isinstance(y, tuple) else y
        target = self._tensor(y) if isinstance(y, np.ndarray) else target
        self.net.zero_grad(set_to_none=True)
        output = self.to_keras_layout(self.call(x, training=True))
        loss = loss_fn(output, target)
        loss.backward()
        gradients = {}
        for link in self.links:
            if link.statistic is None and any(s.tensor.requires_grad for s in link.slots):
                gradient = link.torch_gradient()
                zero = np.zeros(link.variable.shape, self.dtype)
                gradients[link.name] = zero if gradient is None else gradient
        return to_numpy(loss), gradients

    def freeze_second_biases(self) -> None:
        """Fold the recurrent biases that Keras lacks into the others, and hold them at zero.

        The function computed is the same; steps then move one bias, not two, and weight decay
        acts on all of it.
        """
        import torch

        for link in self.links:
            for slot in link.fixed:
                with torch.no_grad():
                    link.slots[0].tensor.add_(slot.tensor)
                    slot.tensor.zero_()
                slot.tensor.requires_grad_(False)

    def step(self) -> None:
        """One optimiser step with the gradients computed last."""
        self.optimizer.step()

    def parameters(self) -> dict[str, np.ndarray]:
        """Every link's value in Keras' layout."""
        return {link.name: link.torch_value() for link in self.links}

    def close(self) -> None:
        """Put weights, gradients, modes, dropout and the random state back."""
        import torch

        for hook in self._hooks:
            hook.remove()
        with torch.no_grad():
            for tensor, value, requires_grad, grad in self._saved:
                tensor.copy_(value)
                if tensor.is_leaf and tensor.is_floating_point():
                    tensor.requires_grad_(requires_grad)
                tensor.grad = grad
        for module, mode in self._modes:
            module.training = mode
        for module, name, value in self._rates:
            setattr(module, name, value)
        torch.set_rng_state(self._random)


def flat(output: Any) -> list[Any]:
    """A model's output as a list of tensors: a dict by its sorted keys, None left out."""
    if output is None:
        return []
    if isinstance(output, dict):
        return [tensor for key in sorted(output) for tensor in flat(output[key])]
    if isinstance(output, list | tuple):
        return [tensor for part in output for tensor in flat(part)]
    return [output]


@contextlib.contextmanager
def model_call(who: str, inputs: tuple[np.ndarray, ...], advice: str) -> Iterator[None]:
    """Turn a framework's complaint about shapes into a ShapeError that says what it was given."""
    try:
        yield
    except SideBySideError:
        raise
    except (RuntimeError, ValueError, IndexError) as error:
        raise _not_taken(who, inputs, advice, error) from error
    except Exception as error:
        if not type(error).__module__.startswith("tensorflow"):
            raise
        raise _not_taken(who, inputs, advice, error) from error


def _not_taken(
    who: str, inputs: tuple[np.ndarray, ...], advice: str, error: Exception
) -> ShapeError:
    shapes = ", ".join(shape_text(array.shape) for array in inputs)
    return ShapeError(f"{who} failed on inputs of shape {shapes}: {error}. {advice}")


def _positional(function: Callable[..., Any]) -> int:
    """How many positional arguments a function takes."""
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return 99
    names = inspect.signature(function).parameters
    return sum(
        kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and name not in ("training", "mask")
        for name, kind in zip(names, kinds, strict=True)
    )


def _cells(layer: Any) -> list[Any]:
    found = [getattr(layer, "cell", None)]
    for name in ("forward_layer", "backward_layer"):
        inner = getattr(layer, name, None)
        found += [inner, getattr(inner, "cell", None)]
    return [cell for cell in found if cell is not None]


def _is_rate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
