"""Which layer of one model is which layer of the other.

A *unit* is the smallest piece with weights that has a counterpart in the other framework: usually
a layer, sometimes a part of one (one layer of a stacked ``nn.LSTM``, the depthwise half of a
``SeparableConv2D``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sidebyside.errors import TranslationError, require

CUSTOM = "custom layer"


@dataclass(frozen=True)
class Unit:
    """A piece of a model that has weights.

    Attributes:
        path: where it is: ``"encoder/dense_1"`` in Keras, ``"encoder.linear1"`` in torch.
        kind: what it computes, in words common to both frameworks: ``"dense"``, ``"lstm"`` …
        layer: the Keras layer or torch module.
        part: which part of it, where it is not the whole: a number for a stacked recurrent layer,
            ``"depthwise"`` or ``"pointwise"`` for a separable convolution.
    """

    path: str
    kind: str
    layer: Any
    part: int | str | None = None

    @property
    def type_name(self) -> str:
        """The layer's class as its user knows it."""
        return type(self.layer).__name__

    def __str__(self) -> str:
        part = "" if self.part is None else f", part {self.part}"
        return f"{self.path!r} ({self.type_name}{part})"


def is_keras(model: Any) -> bool:
    """Whether the model is a Keras layer or model."""
    import sys

    keras = sys.modules.get("keras")
    return keras is not None and isinstance(model, keras.Layer)


def is_torch(model: Any) -> bool:
    """Whether the model is a torch module."""
    import sys

    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def require_keras_model(model: Any) -> None:
    """Check that a Keras model can be read: it is one, built, on the TensorFlow backend.

    Raises:
        TranslationError: it can't; the message says what to do.
    """
    keras = require("keras", extra="frameworks", purpose="comparing models")
    if not is_keras(model):
        raise TranslationError(
            f"expected a Keras model or layer, got {type(model).__module__}.{type(model).__name__}"
        )
    if keras.backend.backend() != "tensorflow":
        raise TranslationError(
            f"Keras runs on the {keras.backend.backend()!r} backend; set KERAS_BACKEND=tensorflow "
            "before Keras is imported"
        )


def require_torch_module(model: Any) -> None:
    """Check that it is a torch module.

    Raises:
        TranslationError: it is something else.
    """
    if not is_torch(model):
        raise TranslationError(
            f"expected a torch.nn.Module, got {type(model).__module__}.{type(model).__name__}"
        )


# --- Keras ---------------------------------------------------------------------------------------


def keras_children(layer: Any) -> list[Any]:
    """The layers directly inside a Keras layer, in the order they were created or connected."""
    if hasattr(layer, "layers") and isinstance(layer.layers, list):
        return list(layer.layers)
    return list(layer._flatten_layers(include_self=False, recursive=False))


def keras_layers(model: Any, *, by_creation: bool = False) -> Iterator[tuple[str, Any]]:
    """Every layer inside a Keras model with its path, depth first, each once.

    A functional model's layers come in the order of its graph, branches interleaved by depth; with
    ``by_creation`` in the order in which their weights were made, that is, in which the code that
    built the model called them.
    """
    import keras

    seen: set[int] = set()

    def walk(layer: Any, path: str) -> Iterator[tuple[str, Any]]:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        yield path, layer
        if _keras_kind(layer):
            return
        children = keras_children(layer)
        is_graph = isinstance(layer, keras.Model) and hasattr(layer, "inputs")
        if by_creation and is_graph and not isinstance(layer, keras.Sequential):
            children.sort(key=_created)
        for child in children:
            yield from walk(child, f"{path}/{child.name}" if path else child.name)

    root = model.name if _keras_kind(model) else ""
    yield from walk(model, root)


def _created(layer: Any) -> int:
    """When a layer's first weight was made, by TensorFlow's count; 0 where there is no telling."""
    numbers = [getattr(w.value, "_unique_id", "").rpartition("_")[2] for w in layer.weights]
    return min((int(number) for number in numbers if number.isdigit()), default=0)


def _keras_kind(layer: Any) -> str | None:
    """The kind of a Keras layer that has a rule of its own, or None."""
    import keras

    k = keras.layers
    if isinstance(layer, k.Bidirectional):
        inner = _keras_kind(layer.forward_layer)
        return f"bidirectional {inner}" if inner in ("simple rnn", "lstm", "gru") else None
    if isinstance(layer, k.RNN) and not isinstance(layer, k.SimpleRNN | k.LSTM | k.GRU):
        return _keras_kind(layer.cell)
    table = [
        ((k.Dense,), "dense"),
        ((k.SeparableConv1D,), "separable conv1d"),
        ((k.SeparableConv2D,), "separable conv2d"),
        ((k.Conv1D, k.DepthwiseConv1D), "conv1d"),
        ((k.Conv2D, k.DepthwiseConv2D), "conv2d"),
        ((k.Conv3D,), "conv3d"),
        ((k.Conv1DTranspose,), "conv1d transpose"),
        ((k.Conv2DTranspose,), "conv2d transpose"),
        ((k.Conv3DTranspose,), "conv3d transpose"),
        ((k.BatchNormalization,), "batch normalisation"),
        ((k.LayerNormalization,), "layer normalisation"),
        ((k.GroupNormalization,), "group normalisation"),
        ((k.RMSNormalization,), "rms normalisation"),
        ((k.Embedding,), "embedding"),
        ((k.SimpleRNN, k.SimpleRNNCell), "simple rnn"),
        ((k.LSTM, k.LSTMCell), "lstm"),
        ((k.GRU, k.GRUCell), "gru"),
        ((k.MultiHeadAttention,), "multi-head attention"),
    ]
    for classes, kind in table:
        if isinstance(layer, classes):
            return kind
    return None


def keras_units(model: Any) -> list[Unit]:
    """The units of a Keras model: depth first, in the order the layers were created.

    A functional model's layers come in the order in which the code that built it called them.

    Raises:
        TranslationError: the model or one of its layers is not built yet.
    """
    require_keras_model(model)
    units = []
    for path, layer in keras_layers(model, by_creation=True):
        kind = _keras_kind(layer)
        if kind and not layer.built:
            raise TranslationError(
                f"the Keras layer {path!r} ({type(layer).__name__}) has no weights yet; "
                "call the model on one batch, or give it a keras.Input, before translating"
            )
        if kind in ("separable conv1d", "separable conv2d"):
            for part in ("depthwise", "pointwise"):
                units.append(Unit(path, kind.removeprefix("separable "), layer, part))
        elif kind:
            if layer.weights:
                units.append(Unit(path, kind, layer))
        elif own_keras_weights(layer):
            units.append(Unit(path or layer.name, CUSTOM, layer))
    if not units and not model.built:
        raise TranslationError(
            f"the Keras model {model.name!r} is not built; call it on one batch before translating"
        )
    return units


def own_keras_weights(layer: Any) -> list[Any]:
    """The weights that a Keras layer holds itself, not through a layer inside it."""
    inner = {id(w) for child in keras_children(layer) for w in child.weights}
    return [w for w in layer.weights if id(w) not in inner]


# --- torch ---------------------------------------------------------------------------------------


def _torch_kind(module: Any) -> str | None:
    """The kind of a torch module that has a rule of its own, or None."""
    from torch import nn

    recurrent = {nn.RNN: "simple rnn", nn.LSTM: "lstm", nn.GRU: "gru"}
    for cls, kind in recurrent.items():
        if isinstance(module, cls):
            return f"bidirectional {kind}" if module.bidirectional else kind
    table = [
        ((nn.Linear,), "dense"),
        ((nn.Conv1d,), "conv1d"),
        ((nn.Conv2d,), "conv2d"),
        ((nn.Conv3d,), "conv3d"),
        ((nn.ConvTranspose1d,), "conv1d transpose"),
        ((nn.ConvTranspose2d,), "conv2d transpose"),
        ((nn.ConvTranspose3d,), "conv3d transpose"),
        ((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d), "batch normalisation"),
        ((nn.LayerNorm,), "layer normalisation"),
        ((nn.GroupNorm,), "group normalisation"),
        ((nn.RMSNorm,), "rms normalisation"),
        ((nn.Embedding,), "embedding"),
        ((nn.RNNCell,), "simple rnn"),
        ((nn.LSTMCell,), "lstm"),
        ((nn.GRUCell,), "gru"),
        ((nn.MultiheadAttention,), "multi-head attention"),
    ]
    for classes, kind in table:
        if isinstance(module, classes):
            return kind
    return None


def torch_modules(model: Any) -> Iterator[tuple[str, Any]]:
    """Every module inside a torch module with its path, in the order of registration."""
    seen: set[int] = set()

    def walk(module: Any, path: str) -> Iterator[tuple[str, Any]]:
        if id(module) in seen:
            return
        seen.add(id(module))
        yield path, module
        if _torch_kind(module):
            return
        for name, child in module.named_children():
            yield from walk(child, f"{path}.{name}" if path else name)

    yield from walk(model, type(model).__name__ if _torch_kind(model) else "")


def torch_units(model: Any) -> list[Unit]:
    """The units of a torch module, in the order its modules were registered.

    A module whose parameters all belong to an earlier one (tied weights) is not counted again.

    Raises:
        TranslationError: a lazy module has no weights yet.
    """
    require_torch_module(model)
    from torch.nn.parameter import is_lazy

    units = []
    seen: set[int] = set()
    for path, module in torch_modules(model):
        kind = _torch_kind(module)
        own = dict(module.named_parameters(recurse=kind is not None))
        if any(is_lazy(p) for p in own.values()):
            raise TranslationError(
                f"the torch module {path!r} ({type(module).__name__}) has no weights yet; "
                "call the model on one batch before translating"
            )
        has_statistics = getattr(module, "running_mean", None) is not None
        tied = own and all(id(p) in seen for p in own.values())
        seen |= {id(p) for p in own.values()}
        if tied or not (own or has_statistics):
            continue
        if kind is None:
            units.append(Unit(path or type(module).__name__, CUSTOM, module))
        elif getattr(module, "num_layers", 1) > 1:
            units += [Unit(path, kind, module, part) for part in range(module.num_layers)]
        else:
            units.append(Unit(path, kind, module))
    return units


# --- both ----------------------------------------------------------------------------------------


def align(
    keras_net: Any, torch_net: Any, pairs: Mapping[str, str] | None = None
) -> list[tuple[Unit, Unit]]:
    """Pair every layer of a Keras model that has weights with its counterpart in torch.

    Without ``pairs``, layers whose paths are equal in all of both models are paired by name;
    otherwise the n-th layer goes with the n-th.

    Args:
        pairs: Keras layer path → torch module path, for every layer that has weights. A path may
            name a container (a nested model, a block): the layers inside are then paired in order.

    Raises:
        TranslationError: the numbers of layers or the kinds at a position differ, or a path in
            ``pairs`` does not exist.
    """
    ours, theirs = keras_units(keras_net), torch_units(torch_net)
    if pairs is not None:
        return _align_by_pairs(ours, theirs, pairs)
    names = [(unit.path.replace("/", "."), unit.part) for unit in ours]
    by_name = {(unit.path, unit.part): unit for unit in theirs}
    if len(set(names)) == len(names) == len(theirs) and set(names) == set(by_name):
        matched = [(unit, by_name[name]) for unit, name in zip(ours, names, strict=True)]
        if all(a.kind == b.kind for a, b in matched):
            return matched
    return _in_order(ours, theirs, "the Keras model", "the torch module")


def _in_order(
    ours: list[Unit], theirs: list[Unit], our_name: str, their_name: str
) -> list[tuple[Unit, Unit]]:
    advice = (
        'If the models are the same but list their layers in another order, pass pairs={"keras '
        'layer path": "torch module path", …}.'
    )
    for position, (a, b) in enumerate(zip(ours, theirs, strict=False), start=1):
        if a.kind != b.kind:
            raise TranslationError(
                f"layer {position} with weights is {a}, a {a.kind}, in {our_name} and {b}, "
                f"a {b.kind}, in {their_name}. {advice}"
            )
    if len(ours) != len(theirs):
        longer, name = (ours, our_name) if len(ours) > len(theirs) else (theirs, their_name)
        extra = longer[min(len(ours), len(theirs))]
        raise TranslationError(
            f"{our_name} has {len(ours)} layers with weights and {their_name} {len(theirs)}: "
            f"{extra} of {name} has no counterpart. {advice}"
        )
    return list(zip(ours, theirs, strict=True))


def _align_by_pairs(
    ours: list[Unit], theirs: list[Unit], pairs: Mapping[str, str]
) -> list[tuple[Unit, Unit]]:
    matched: dict[int, tuple[Unit, Unit]] = {}
    used: set[int] = set()
    for keras_path, torch_path in pairs.items():
        mine = _under(ours, keras_path, "/", "Keras layer")
        yours = _under(theirs, torch_path, ".", "torch module")
        for a, b in _in_order(mine, yours, f"Keras' {keras_path!r}", f"torch's {torch_path!r}"):
            if ours.index(a) in matched or theirs.index(b) in used:
                raise TranslationError(f"pairs names {a} or {b} twice")
            matched[ours.index(a)] = (a, b)
            used.add(theirs.index(b))
    left = [str(unit) for i, unit in enumerate(ours) if i not in matched]
    left += [str(unit) for i, unit in enumerate(theirs) if i not in used]
    if left:
        raise TranslationError(
            f"pairs leaves out {', '.join(left)}; it must name every layer that has weights"
        )
    return [matched[i] for i in sorted(matched)]


def _under(units: list[Unit], path: str, separator: str, kind: str) -> list[Unit]:
    found = [u for u in units if u.path == path or u.path.startswith(path + separator)]
    if not found:
        known = ", ".join(dict.fromkeys(repr(unit.path) for unit in units))
        raise TranslationError(
            f"pairs names the {kind} {path!r}, which has no weights or does not exist; "
            f"those with weights are {known}"
        )
    return found
