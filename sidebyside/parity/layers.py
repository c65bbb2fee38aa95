"""How the weights of each kind of layer are laid out in both frameworks.

For a pair of layers, ``links`` gives one ``Link`` per Keras weight: which tensors of torch hold the
same numbers, and the conversions both ways. Everything is linear (transposes, slices, permuted
gates), so the same conversion carries gradients.

Sources: the layouts are those of the frameworks' documentation, keras.io/api/layers and
pytorch.org/docs/stable/nn.html, held against their outputs and gradients in the tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sidebyside.errors import TranslationError
from sidebyside.parity.alignment import CUSTOM, Unit, own_keras_weights
from sidebyside.parity.arrays import shape_text, to_numpy


@dataclass(frozen=True)
class Slot:
    """A torch parameter or buffer, or a block of rows of one (packed attention weights)."""

    name: str
    tensor: Any
    rows: slice | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._view(self.tensor).shape)

    def _view(self, tensor: Any) -> Any:
        return tensor if self.rows is None else tensor[self.rows]

    def value(self) -> np.ndarray:
        """A copy of the numbers held."""
        return to_numpy(self._view(self.tensor)).copy()

    def gradient(self) -> np.ndarray | None:
        """A copy of the gradient, or None where there is none."""
        grad = self.tensor.grad
        return None if grad is None else to_numpy(self._view(grad)).copy()

    def write(self, array: np.ndarray) -> None:
        """Overwrite the numbers, in the tensor's own precision and on its device."""
        import torch

        with torch.no_grad():
            source = torch.from_numpy(np.array(array, order="C"))
            self._view(self.tensor).copy_(source)


@dataclass(frozen=True)
class Link:
    """One Keras weight and the torch tensors that hold the same numbers.

    Attributes:
        name: the weight's path: ``"encoder/dense_1/kernel"``.
        variable: the Keras variable.
        slots: the torch tensors.
        to_torch: Keras array → one array for each slot.
        to_keras: one array for each slot → Keras array.
        grad_to_keras: the same for gradients, where it differs (torch's two recurrent biases).
        fixed: slots that carry no number of Keras' (the second recurrent bias): zero, and held
            there while optimiser steps are compared.
        statistic: ``"mean"`` or ``"variance"`` for batch normalisation's moving statistics.
        module: the torch module, for those.
    """

    name: str
    variable: Any
    slots: tuple[Slot, ...]
    to_torch: Callable[[np.ndarray], Sequence[np.ndarray]]
    to_keras: Callable[..., np.ndarray]
    grad_to_keras: Callable[..., np.ndarray] | None = None
    fixed: tuple[Slot, ...] = field(default=())
    statistic: str | None = None
    module: Any = None

    def keras_value(self) -> np.ndarray:
        """The Keras weight's numbers."""
        return np.array(to_numpy(self.variable))

    def torch_value(self) -> np.ndarray:
        """The torch numbers in Keras' layout."""
        return np.ascontiguousarray(self.to_keras(*(slot.value() for slot in self.slots)))

    def torch_gradient(self) -> np.ndarray | None:
        """The torch gradient in Keras' layout, or None where no slot has one."""
        grads = [slot.gradient() for slot in self.slots]
        if all(grad is None for grad in grads):
            return None
        grads = [
            np.zeros(slot.shape) if grad is None else grad
            for slot, grad in zip(self.slots, grads, strict=True)
        ]
        return np.ascontiguousarray((self.grad_to_keras or self.to_keras)(*grads))


def links(a: Unit, b: Unit) -> list[Link]:
    """The links of a Keras unit and a torch unit of one kind.

    Raises:
        TranslationError: the two can't compute the same (one has a bias, another number of heads,
            another gate convention), or a weight's shape does not fit.
    """
    rule = _bidirectional if a.kind.startswith("bidirectional") else _RULES[a.kind]
    found = rule(a, b)
    for link in found:
        try:
            shapes = [array.shape for array in link.to_torch(np.zeros(link.variable.shape))]
        except ValueError:
            shapes = []
        wanted = [slot.shape for slot in link.slots]
        if shapes != wanted:
            raise TranslationError(
                f"the shapes of {a} and {b} do not fit: Keras' {link.name!r} is "
                f"{shape_text(link.variable.shape)}, which is "
                f"{' and '.join(map(shape_text, shapes)) or 'of no such form'} in torch's layout, "
                f"and torch's {' and '.join(repr(slot.name) for slot in link.slots)} is "
                f"{' and '.join(map(shape_text, wanted))}. Give both layers the same sizes."
            )
    return found


# --- small tools ---------------------------------------------------------------------------------


def _same(array: np.ndarray) -> np.ndarray:
    return array


def _link(
    a: Unit,
    b: Unit,
    name: str,
    variable: Any,
    torch_name: str,
    to_torch: Callable[[np.ndarray], np.ndarray] = _same,
    to_keras: Callable[[np.ndarray], np.ndarray] = _same,
    *,
    rows: slice | None = None,
    statistic: str | None = None,
) -> Link:
    """The link of one Keras weight with one torch tensor; a TranslationError where one lacks it."""
    tensor = b.layer
    for attribute in torch_name.split("."):
        tensor = getattr(tensor, attribute, None)
    if (variable is None) != (tensor is None):
        has, lacks = (a, b) if tensor is None else (b, a)
        raise TranslationError(
            f"{has} has a {name if has is a else torch_name!r} and {lacks} has none; build both "
            "with it or both without (Keras: use_bias, center, scale; torch: bias, affine)"
        )
    return Link(
        name=f"{a.path}/{name}",
        variable=variable,
        slots=(Slot(f"{b.path}.{torch_name}", tensor, rows),),
        to_torch=lambda array: (to_torch(array),),
        to_keras=to_keras,
        statistic=statistic,
        module=b.layer,
    )


def _some(*candidates: tuple[Any, Any, Callable[[], Link]]) -> list[Link]:
    """The links of the weights that at least one side has."""
    return [make() for mine, yours, make in candidates if mine is not None or yours is not None]


def _transpose(array: np.ndarray) -> np.ndarray:
    return array.T


def _last_axes_first(rank: int) -> tuple[Callable[[np.ndarray], np.ndarray], ...]:
    """(k…, m, n) → (n, m, k…) for a kernel of this many spatial axes, and back."""
    spatial = tuple(range(rank))
    return (
        lambda array: array.transpose(rank + 1, rank, *spatial),
        lambda array: array.transpose(*(axis + 2 for axis in spatial), 1, 0),
    )


# --- one rule for each kind ----------------------------------------------------------------------


def _dense(a: Unit, b: Unit) -> list[Link]:
    k, t = a.layer, b.layer
    return _some(
        (
            k.kernel,
            t.weight,
            lambda: _link(a, b, "kernel", k.kernel, "weight", _transpose, _transpose),
        ),
        (k.bias, t.bias, lambda: _link(a, b, "bias", k.bias, "bias")),
    )


def _embedding(a: Unit, b: Unit) -> list[Link]:
    return [_link(a, b, "embeddings", a.layer.embeddings, "weight")]


def _conv(a: Unit, b: Unit) -> list[Link]:
    """(k…, in, out) ↔ (out, in, k…); depthwise (k…, in, multiplier) ↔ (in·multiplier, 1, k…)."""
    k, t = a.layer, b.layer
    name, kernel, bias, depthwise = "kernel", getattr(k, "kernel", None), k.bias, False
    if a.part == "depthwise":
        name, kernel, bias, depthwise = "depthwise_kernel", k.depthwise_kernel, None, True
    elif a.part == "pointwise":
        name, kernel = "pointwise_kernel", k.pointwise_kernel
    elif type(k).__name__.startswith("Depthwise") or hasattr(k, "depth_multiplier"):
        depthwise = True
    rank = len(kernel.shape) - 2
    if depthwise:
        spatial = tuple(range(rank))
        channels, multiplier = int(kernel.shape[-2]), int(kernel.shape[-1])
        window = tuple(int(n) for n in kernel.shape[:-2])

        def to_torch(array: np.ndarray) -> np.ndarray:
            moved = array.transpose(rank, rank + 1, *spatial)
            return moved.reshape(channels * multiplier, 1, *window)

        def to_keras(array: np.ndarray) -> np.ndarray:
            split = array.reshape(channels, multiplier, *window)
            return split.transpose(*(n + 2 for n in spatial), 0, 1)
    else:
        to_torch, to_keras = _last_axes_first(rank)

    groups = int(kernel.shape[-2]) if depthwise else int(getattr(k, "groups", 1))
    if a.part == "pointwise":
        groups = 1
    if groups != t.groups:
        raise TranslationError(
            f"{a} has {groups} group(s) of channels and {b} has {t.groups}; give both the same "
            "(a depthwise convolution is groups=in_channels in torch)"
        )
    return _some(
        (kernel, t.weight, lambda: _link(a, b, name, kernel, "weight", to_torch, to_keras)),
        (bias, t.bias, lambda: _link(a, b, "bias", bias, "bias")),
    )


def _conv_transpose(a: Unit, b: Unit) -> list[Link]:
    """(k…, out, in) ↔ (in, out, k…)."""
    k, t = a.layer, b.layer
    if t.groups != 1:
        raise TranslationError(f"{b} has {t.groups} groups; {a} can only have one")
    return _some(
        (
            k.kernel,
            t.weight,
            lambda: _link(
                a, b, "kernel", k.kernel, "weight", *_last_axes_first(len(k.kernel.shape) - 2)
            ),
        ),
        (k.bias, t.bias, lambda: _link(a, b, "bias", k.bias, "bias")),
    )


def _batch_norm(a: Unit, b: Unit) -> list[Link]:
    k, t = a.layer, b.layer
    return [
        *_some(
            (k.gamma, t.weight, lambda: _link(a, b, "gamma", k.gamma, "weight")),
            (k.beta, t.bias, lambda: _link(a, b, "beta", k.beta, "bias")),
        ),
        _link(a, b, "moving_mean", k.moving_mean, "running_mean", statistic="mean"),
        _link(a, b, "moving_variance", k.moving_variance, "running_var", statistic="variance"),
    ]


def _scale_and_shift(a: Unit, b: Unit) -> list[Link]:
    k, t = a.layer, b.layer
    gamma = k.scale if a.kind == "rms normalisation" else k.gamma
    beta, bias = getattr(k, "beta", None), getattr(t, "bias", None)
    if a.kind == "group normalisation" and k.groups not in (t.num_groups, -1):
        raise TranslationError(f"{a} has {k.groups} groups and {b} has {t.num_groups}")
    return _some(
        (gamma, t.weight, lambda: _link(a, b, "gamma", gamma, "weight")),
        (beta, bias, lambda: _link(a, b, "beta", beta, "bias")),
    )


# the gates' order along Keras' last axis, as positions in torch's first axis
_GATES = {"simple rnn": (0,), "lstm": (0, 1, 2, 3), "gru": (1, 0, 2)}


def _gates(kind: str) -> tuple[Callable[[np.ndarray], np.ndarray], ...]:
    """Reorder blocks of the last axis: Keras → torch, torch → Keras.

    LSTM: both i, f, c, o. GRU: Keras z, r, h; torch r, z, n (a swap, its own inverse).
    """
    order = _GATES[kind]

    def reorder(array: np.ndarray) -> np.ndarray:
        if array.shape[-1] % len(order):
            raise ValueError("not a whole number of gates")
        blocks = np.split(array, len(order), axis=-1)
        return np.concatenate([blocks[i] for i in order], axis=-1)

    return reorder, reorder


def _recurrent(a: Unit, b: Unit) -> list[Link]:
    _check_recurrent(a, b)
    cell = getattr(a.layer, "cell", a.layer)
    return _recurrent_links(a, b, cell, a.kind, "", "")


def _bidirectional(a: Unit, b: Unit) -> list[Link]:
    if a.layer.merge_mode != "concat":
        raise TranslationError(
            f"{a} merges its directions by {a.layer.merge_mode!r}; torch concatenates them, "
            "so build it with merge_mode='concat'"
        )
    kind = a.kind.removeprefix("bidirectional ")
    found = []
    for prefix, layer, suffix in (
        ("forward", a.layer.forward_layer, ""),
        ("backward", a.layer.backward_layer, "_reverse"),
    ):
        inner = Unit(f"{a.path}/{prefix}", kind, layer, a.part)
        _check_recurrent(inner, b)
        found += _recurrent_links(a, b, layer.cell, kind, f"{prefix}/", suffix)
    return found


def _check_recurrent(a: Unit, b: Unit) -> None:
    """Raise where the torch module's fixed formula is not that of the Keras layer."""
    cell = getattr(a.layer, "cell", a.layer)
    name = lambda function: getattr(function, "__name__", str(function))
    if a.kind == "simple rnn":
        wanted = {"activation": b.layer.nonlinearity}
    else:
        wanted = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    for setting, value in wanted.items():
        got = name(getattr(cell, setting))
        if got != value:
            raise TranslationError(
                f"{a} has {setting}={got!r}, and {b} computes with {value!r}; "
                f"build the Keras layer with {setting}={value!r}"
            )
    if a.kind == "gru" and not cell.reset_after:
        raise TranslationError(
            f"{a} has reset_after=False: it applies the reset gate before the product with the "
            f"recurrent weights, and {b} after it; build the Keras layer with reset_after=True"
        )
    if getattr(b.layer, "proj_size", 0):
        raise TranslationError(f"{b} has proj_size={b.layer.proj_size}, which Keras' LSTM lacks")


def _recurrent_links(
    a: Unit, b: Unit, cell: Any, kind: str, prefix: str, suffix: str
) -> list[Link]:
    """Keras' kernel, recurrent kernel and bias; torch's weight_ih, weight_hh, bias_ih, bias_hh.

    torch adds two biases where Keras' SimpleRNN and LSTM have one. Keras' goes into ``bias_ih`` and
    zero into ``bias_hh``. Each of the two has the gradient of Keras' one. A GRU with
    ``reset_after=True`` has both in Keras too: the two rows of its bias.
    """
    is_cell = not hasattr(b.layer, "num_layers")
    end = "" if is_cell else f"_l{b.part or 0}{suffix}"
    to_torch, to_keras = _gates(kind)
    found = [
        _link(
            a,
            b,
            prefix + name,
            getattr(cell, name),
            torch_name + end,
            lambda array: to_torch(array).T,
            lambda array: to_keras(array.T),
        )
        for name, torch_name in (("kernel", "weight_ih"), ("recurrent_kernel", "weight_hh"))
    ]
    bias = cell.bias if cell.use_bias else None
    first = getattr(b.layer, f"bias_ih{end}", None) if b.layer.bias else None
    second = getattr(b.layer, f"bias_hh{end}", None) if b.layer.bias else None
    if (bias is None) != (first is None):
        raise TranslationError(
            f"{a if bias is not None else b} has a bias and {b if bias is not None else a} has "
            "none; build both with it or both without (Keras: use_bias, torch: bias)"
        )
    if bias is None:
        return found
    slots = (Slot(f"{b.path}.bias_ih{end}", first), Slot(f"{b.path}.bias_hh{end}", second))
    if kind == "gru":
        link = Link(
            name=f"{a.path}/{prefix}bias",
            variable=bias,
            slots=slots,
            to_torch=lambda array: tuple(to_torch(array)),
            to_keras=lambda ih, hh: to_keras(np.stack([ih, hh])),
        )
    else:
        link = Link(
            name=f"{a.path}/{prefix}bias",
            variable=bias,
            slots=slots,
            to_torch=lambda array: (to_torch(array), np.zeros_like(array)),
            to_keras=lambda ih, hh: to_keras(ih + hh),
            grad_to_keras=lambda ih, hh: to_keras(ih),
            fixed=(slots[1],),
        )
    return [*found, link]


def _attention(a: Unit, b: Unit) -> list[Link]:
    """(in, heads, size) ↔ (heads·size, in), in one ``in_proj_weight`` where torch packs."""
    k, t = a.layer, b.layer
    width = k.num_heads * k.key_dim
    for setting, mine, yours in (
        ("number of heads", k.num_heads, t.num_heads),
        ("heads × key_dim (torch: embed_dim)", width, t.embed_dim),
        ("value_dim (torch: embed_dim / num_heads)", k.value_dim, t.head_dim),
    ):
        if mine != yours:
            raise TranslationError(f"the {setting} of {a} is {mine}, that of {b} is {yours}")
    if t.bias_k is not None or t.add_zero_attn:
        raise TranslationError(f"{b} has add_bias_kv or add_zero_attn, which {a} lacks")
    if getattr(k, "use_gate", False) or getattr(k, "_use_gate", False):
        raise TranslationError(f"{a} has use_gate=True, which {b} lacks")

    def split(heads: int) -> tuple[Callable[[np.ndarray], np.ndarray], ...]:
        return (
            lambda array: array.reshape(array.shape[0], -1).T,
            lambda array: array.T.reshape(array.shape[1], heads, -1),
        )

    found = []
    inputs = (("query", k.query_dense), ("key", k.key_dense), ("value", k.value_dense))
    for i, (name, dense) in enumerate(inputs):
        rows = slice(i * width, (i + 1) * width)
        weight, block = ("in_proj_weight", rows) if t._qkv_same_embed_dim else (None, None)
        found.append(
            _link(
                a,
                b,
                f"{name}/kernel",
                dense.kernel,
                weight or f"{name[0]}_proj_weight",
                *split(k.num_heads),
                rows=block,
            )
        )
        if dense.bias is not None or t.in_proj_bias is not None:
            found.append(
                _link(
                    a,
                    b,
                    f"{name}/bias",
                    dense.bias,
                    "in_proj_bias",
                    lambda array: array.reshape(-1),
                    lambda array: array.reshape(k.num_heads, -1),
                    rows=rows,
                )
            )
    out = k.output_dense
    found.append(
        _link(
            a,
            b,
            "attention_output/kernel",
            out.kernel,
            "out_proj.weight",
            lambda array: array.reshape(-1, array.shape[-1]).T,
            lambda array: array.T.reshape(k.num_heads, k.value_dim, -1),
        )
    )
    if out.bias is not None or t.out_proj.bias is not None:
        found.append(_link(a, b, "attention_output/bias", out.bias, "out_proj.bias"))
    return found


def _custom(a: Unit, b: Unit) -> list[Link]:
    """Weights of the user's own layers: copied as they are where names and shapes are equal."""
    mine = {weight.name: weight for weight in own_keras_weights(a.layer)}
    yours = dict(b.layer.named_parameters(recurse=False))
    if set(mine) != set(yours):
        raise TranslationError(
            f"no rule is known for {a} and {b}, with weights of their own "
            f"({', '.join(sorted(mine))} and {', '.join(sorted(yours))}); give these equal names "
            "and shapes (they are then copied as they are), or use a layer of the frameworks"
        )
    return [_link(a, b, name, variable, name) for name, variable in mine.items()]


_RULES: dict[str, Callable[[Unit, Unit], list[Link]]] = {
    "dense": _dense,
    "embedding": _embedding,
    "conv1d": _conv,
    "conv2d": _conv,
    "conv3d": _conv,
    "conv1d transpose": _conv_transpose,
    "conv2d transpose": _conv_transpose,
    "conv3d transpose": _conv_transpose,
    "batch normalisation": _batch_norm,
    "layer normalisation": _scale_and_shift,
    "group normalisation": _scale_and_shift,
    "rms normalisation": _scale_and_shift,
    "simple rnn": _recurrent,
    "lstm": _recurrent,
    "gru": _recurrent,
    "multi-head attention": _attention,
    CUSTOM: _custom,
}
