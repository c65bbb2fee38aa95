"""Run implementations side by side and measure how far apart they are."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sidebyside.errors import ShapeError, TranslationError
from sidebyside.parity import losses, optimisers, settings
from sidebyside.parity.alignment import (
    Unit,
    keras_layers,
    require_keras_model,
    require_torch_module,
)
from sidebyside.parity.arrays import check_finite, to_numpy
from sidebyside.parity.layers import Link
from sidebyside.parity.layout import inputs_for_torch, moves_output
from sidebyside.parity.recording import Record, in_keras_layout, keras_outputs, torch_outputs
from sidebyside.parity.report import Comparison, Row, rows_for
from sidebyside.parity.runners import KerasRunner, TorchRunner, model_call
from sidebyside.parity.translate import Bridge, bridge

Loss = str | tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]


def compare(
    keras_net: Any,
    torch_net: Any,
    x: Any,
    y: Any = None,
    *,
    numpy_net: Any = None,
    loss: Loss | None = None,
    optimizer: tuple[Any, Any] | None = None,
    steps: int = 0,
    tolerance: float | None = None,
    title: str | None = None,
    pairs: Mapping[str, str] | None = None,
    torch_x: Any = None,
    flatten: str = "auto",
) -> Comparison:
    """Run the models on one batch and table their differences.

    Outputs are compared in inference mode; with ``loss``, so are the loss and every parameter's
    gradient in training mode; with ``optimizer`` and ``steps``, every parameter after that many
    steps on the same batch. Weights, statistics, gradients and modes are put back afterwards: a
    comparison changes no model. Carry the weights across with ``translate`` first. Without a
    ``tolerance`` nothing is raised, however large a difference: read the table.

    Args:
        keras_net: a built Keras model, on the TensorFlow backend.
        torch_net: a torch module.
        x: the batch in Keras' layout; a tuple or list for several inputs.
        y: the targets, for ``loss``.
        numpy_net: an object with ``forward(x)``, ``loss_and_gradients(x, y)`` → loss and a dict,
            ``parameters()`` → a dict, names and layouts in Keras' order and layout ((in, out)
            kernels), and ``step(gradients)``, one optimiser step in place. A copy of it is used.
        loss: "sparse_categorical_crossentropy", "categorical_crossentropy",
            "binary_crossentropy" (all from logits), "mse" (each the mean over everything), or
            ``(keras_fn(y_true, y_pred), torch_fn(y_pred, y_true))``.
        optimizer: ``("adam", {"learning_rate": 0.01})`` (sgd, adam, adamw, rmsprop, adagrad, with
            settings in Keras' names, made equal as ``sidebyside.parity.optimisers`` says), or
            ``(Keras optimizer, function of the parameters → torch optimizer)``, used as they are.
        steps: how many optimiser steps to take.
        tolerance: raise where a row differs by more than this times ``max(1, max|reference|)``.
        title: the table's title.
        pairs: Keras layer path → torch module path, where the order of layers differs.
        torch_x: the batch in torch's layout. Without it, images (rank 4) go to a torch module
            with convolutions as (batch, channels, height, width), and rank-3 input to one that
            begins with a 1-D convolution as (batch, channels, length); outputs come back.
        flatten: as in ``translate``.

    What can't be made equal and is set aside, with a note in the table: dropout is 0 for loss and
    gradients; regularisers' penalties are not added; torch's second recurrent bias, which Keras'
    SimpleRNN and LSTM lack, is frozen while steps are taken; torch's moving variance is freed of
    the factor n / (n - 1) that it has over Keras'. Settings that differ (epsilon, padding …) are
    not touched: they are named, and the differences show.

    Raises:
        ParityError: a row is above the tolerance.
        TranslationError: the models' layers can't be paired; the message names the layer.
        ShapeError: inputs, outputs or targets don't fit; the message gives both shapes.
        NonFiniteError: an input, output, loss, gradient or parameter is NaN or infinite.
        ValueError: ``steps`` is negative, or 0 although an optimizer is given.
    """
    require_keras_model(keras_net)
    require_torch_module(torch_net)
    if loss is not None and y is None:
        raise ShapeError("compare has a loss and no y; pass the targets")
    if steps < 0:
        raise ValueError(f"steps is {steps}; expected 0 or more")
    if steps and (loss is None or optimizer is None):
        raise TranslationError(f"steps={steps} needs a loss and an optimizer")
    if optimizer is not None and not steps:
        raise ValueError("an optimizer without steps compares no step; name some, as in steps=10")
    inputs = _inputs(x, "x")
    found = bridge(keras_net, torch_net, pairs=pairs, flatten=flatten)
    units = list(found.units)
    notes = [note for note in found.notes if steps or "bias_hh" not in note]
    inputs = _as_keras_takes_them(inputs, keras_net, notes)
    keras_dtype, torch_dtype = _keras_dtype(keras_net), _torch_dtype(torch_net)
    if keras_dtype != torch_dtype:
        notes.append(
            f"the Keras model computes in {keras_dtype} and the torch module in {torch_dtype}: "
            "expect no better agreement than the coarser of them gives."
        )
    dtype = min(keras_dtype, torch_dtype, key=lambda name: np.finfo(name).precision)
    if torch_x is None:
        torch_inputs, note = inputs_for_torch(inputs, units)
        notes += [note] if note else []
    else:
        torch_inputs = _as_keras_takes_them(_inputs(torch_x, "torch_x"), keras_net, [])
    notes += _unequal_weights(found.links)
    notes += settings.precision_notes(keras_net)
    notes += _left_out(keras_net) if loss is not None else []
    loss_dtype = getattr(loss[0], "dtype", None) if isinstance(loss, tuple) else None
    if loss_dtype == "float32" and keras_dtype == "float64":
        notes.append(
            "the Keras loss rounds to float32, whatever the model computes in; make it with "
            "dtype='float64'."
        )
    keras_side = KerasRunner(keras_net, found.links, keras_dtype)
    torch_side = TorchRunner(torch_net, found.links, torch_dtype)
    numpy_side = copy.deepcopy(numpy_net)
    rows: list[Row] = []
    try:
        rounded = keras_side.exact_attention_scale()
        if rounded:
            notes.append(
                f"Keras rounds the 1/√key_dim of {_some_of(rounded)} to float32 even "
                "in a float64 model; it was compared in full precision."
            )
        with (
            model_call("the Keras model", inputs, "Pass x in the shape that it was built for."),
            keras_outputs(units) as ours,
        ):
            outputs = {"tensorflow": keras_side.forward(inputs)}
        advice = "Pass torch_x, the batch in the layout that the module takes."
        with (
            model_call("the torch module", torch_inputs, advice),
            torch_outputs(units) as theirs,
        ):
            outputs["pytorch"] = torch_side.forward(torch_inputs)
        if numpy_side is not None:
            outputs["numpy"] = [to_numpy(numpy_side.forward(_one(inputs)), "NumPy's output")]
        moved = _move_outputs(outputs, units)
        rows += _layer_rows(units, ours, theirs, found, notes)
        rows += _output_rows(outputs)
        if loss is not None:
            silent = [*keras_side.without_dropout(), *torch_side.without_dropout()]
            if silent:
                notes.append(
                    "dropout was set to 0 for the loss and the gradients (in "
                    f"{_some_of(silent)}): two frameworks can't draw equal masks."
                )
            batch = _Batch(inputs, torch_inputs, _target(y, loss, outputs["tensorflow"]), moved)
            rows += _training_rows(
                (keras_side, torch_side, numpy_side), batch, loss, optimizer, steps, dtype, notes
            )
    finally:
        torch_side.close()
        keras_side.close()
    names = ["tensorflow", "pytorch"]
    comparison = Comparison(
        rows=tuple(rows),
        frameworks=tuple(names if numpy_net is None else ["numpy", *names]),
        dtype=dtype,
        title=title or "Same weights, same numbers",
        tolerance=tolerance,
        steps=steps,
        notes=tuple(notes),
        differences=found.differences,
    )
    return comparison if tolerance is None else comparison.check(tolerance)


@dataclass(frozen=True)
class _Batch:
    """Inputs in both layouts, targets, and which outputs torch returns with the channels first."""

    inputs: tuple[np.ndarray, ...]
    torch_inputs: tuple[np.ndarray, ...]
    target: Any
    moved: tuple[bool, ...]


def _inputs(x: Any, what: str) -> tuple[np.ndarray, ...]:
    parts = x if isinstance(x, tuple | list) and _holds_arrays(x) else (x,)
    names = [what] if len(parts) == 1 else [f"{what}[{i}]" for i in range(len(parts))]
    return tuple(
        check_finite(to_numpy(part, name), name) for part, name in zip(parts, names, strict=True)
    )


def _holds_arrays(x: Any) -> bool:
    return bool(x) and all(hasattr(part, "shape") for part in x)


def _as_keras_takes_them(
    inputs: tuple[np.ndarray, ...], keras_net: Any, notes: list[str]
) -> tuple[np.ndarray, ...]:
    """The batch rounded to float32 where ``keras.Input`` will do so, for every implementation.

    ``keras.Input`` has its own dtype (``keras.config.floatx()``, float32 by default), whatever the
    dtype of the layers is.
    """
    declared = {str(tensor.dtype) for tensor in getattr(keras_net, "inputs", None) or []}
    narrowed = tuple(
        array.astype(np.float32).astype(array.dtype) if array.dtype == np.float64 else array
        for array in inputs
    )
    changed = any((a != b).any() for a, b in zip(inputs, narrowed, strict=True))
    if "float32" not in declared or _keras_dtype(keras_net) == "float32" or not changed:
        return inputs
    notes.append(
        "keras.Input declares float32, so Keras rounds the batch: every implementation was given "
        "the rounded one. Write keras.Input(…, dtype='float64') to avoid it."
    )
    return narrowed


def _one(inputs: tuple[np.ndarray, ...]) -> Any:
    return inputs[0] if len(inputs) == 1 else inputs


def _keras_dtype(net: Any) -> str:
    for weight in net.weights:
        if weight.dtype in ("float32", "float64"):
            return weight.dtype
    return net.compute_dtype if net.compute_dtype in ("float32", "float64") else "float32"


def _torch_dtype(net: Any) -> str:
    for tensor in [*net.parameters(), *net.buffers()]:
        if tensor.is_floating_point():
            return str(tensor.dtype).removeprefix("torch.")
    return "float32"


def _unequal_weights(links: tuple[Link, ...]) -> list[str]:
    """A note where the models start from different weights, which is rarely meant."""
    for link in links:
        mine, yours = link.keras_value(), link.torch_value()
        scale = max(1.0, float(np.abs(mine).max(initial=0.0)))
        if float(np.abs(mine - yours).max(initial=0.0)) > 1e-5 * scale:
            return [
                f"the models start from different weights ({link.name!r} differs): call "
                "translate first."
            ]
    return []


def _some_of(names: list[str]) -> str:
    """Names in a sentence, at most four of them."""
    shown = ", ".join(map(repr, names[:4]))
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def _left_out(keras_net: Any) -> list[str]:
    """A note on penalties that Keras' ``fit`` would add to the loss."""
    names = [
        path
        for path, layer in keras_layers(keras_net)
        if any(
            getattr(layer, name, None) is not None
            for name in ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
        )
    ]
    if not names:
        return []
    return [
        f"the regularisers of {_some_of(names)} are not in the loss compared; add the "
        "penalty to both by a pair of loss functions."
    ]


def _move_outputs(
    outputs: dict[str, list[np.ndarray]], units: list[tuple[Unit, Unit]]
) -> tuple[bool, ...]:
    """Bring torch's outputs into Keras' layout, in place; which of them were moved."""
    pairs = zip(outputs["tensorflow"], outputs["pytorch"], strict=False)
    moved = tuple(moves_output(ours, theirs, units) for ours, theirs in pairs)
    for i, move in enumerate(moved):
        if move:
            outputs["pytorch"][i] = np.moveaxis(outputs["pytorch"][i], 1, -1)
    return moved


def _layer_rows(
    units: list[tuple[Unit, Unit]], ours: Record, theirs: Record, found: Bridge, notes: list[str]
) -> list[Row]:
    """What the layers put out one by one, where both frameworks let it be seen."""
    rows: list[Row] = []
    unseen = []
    for i, (a, b) in enumerate(units):
        mine, yours = ours.get(i, []), theirs.get(i, [])
        if a.part == "depthwise" or (not mine and not yours):
            continue
        arrays = [
            in_keras_layout(a, b, array, wanted) for wanted, array in zip(mine, yours, strict=False)
        ]
        if len(mine) != len(yours) or any(array is None for array in arrays):
            unseen.append(a.path)
            continue
        order = found.output_orders.get(i)
        for n, (wanted, array) in enumerate(zip(mine, arrays, strict=True)):
            if order is not None:
                array = np.take(array, np.argsort(order), axis=-1)
            name = a.path if len(mine) == 1 else f"{a.path}, call {n + 1}"
            rows += rows_for("layer output", name, {"tensorflow": wanted, "pytorch": array})
    if unseen:
        notes.append(
            f"the outputs of {_some_of(unseen)} alone are not compared: the two "
            "frameworks give them in different forms or a different number of times."
        )
    return rows


def _output_rows(outputs: dict[str, list[np.ndarray]]) -> list[Row]:
    counts = {name: len(arrays) for name, arrays in outputs.items()}
    if len(set(counts.values())) != 1:
        raise ShapeError(
            "the implementations return different numbers of outputs: "
            + ", ".join(f"{name} {count}" for name, count in counts.items())
        )
    many = counts["tensorflow"] > 1
    rows = []
    for i in range(counts["tensorflow"]):
        arrays = {name: found[i] for name, found in outputs.items()}
        rows += rows_for("output", str(i) if many else "", arrays)
    return rows


def _target(y: Any, loss: Loss, outputs: list[np.ndarray]) -> Any:
    target = _one(_inputs(y, "y"))
    if not isinstance(loss, str):
        return target
    if loss not in losses.NAMES:
        raise TranslationError(
            f"no loss {loss!r}; the names are {', '.join(map(repr, losses.NAMES))}, or pass "
            "(keras_fn(y_true, y_pred), torch_fn(y_pred, y_true))"
        )
    if len(outputs) != 1 or isinstance(target, tuple):
        raise ShapeError(
            f"the loss {loss!r} needs one output and one target; for a model with "
            f"{len(outputs)} outputs pass a pair of functions"
        )
    target = losses.check_targets(loss, target, outputs[0].shape)
    return target if loss.startswith("sparse") else target.astype(outputs[0].dtype)


def _training_rows(
    sides: tuple[KerasRunner, TorchRunner, Any],
    batch: _Batch,
    loss: Loss,
    optimizer: tuple[Any, Any] | None,
    steps: int,
    dtype: str,
    notes: list[str],
) -> list[Row]:
    keras_side, torch_side, numpy_side = sides
    target = torch_target = batch.target
    if isinstance(loss, str):
        keras_fn, torch_fn = losses.keras_loss(loss), losses.torch_loss(loss)
        if batch.moved[0]:
            torch_side.to_keras_layout = lambda tensor: tensor.movedim(1, -1)
    else:
        keras_fn, torch_fn = loss
        if any(batch.moved) and isinstance(target, np.ndarray) and target.ndim > 2:
            torch_target = _target_for_torch(target, batch)
    start = torch_side.parameters()
    if steps:
        torch_side.freeze_second_biases()
        _give_optimizers(keras_side, torch_side, optimizer, dtype)
    rows: list[Row] = []
    names: list[str] = []
    for step in range(max(1, steps)):
        values, gradients = {}, {}
        values["tensorflow"], gradients["tensorflow"] = keras_side.loss_and_gradients(
            batch.inputs, target, keras_fn
        )
        values["pytorch"], gradients["pytorch"] = torch_side.loss_and_gradients(
            batch.torch_inputs, torch_target, torch_fn
        )
        if numpy_side is not None:
            value, found = numpy_side.loss_and_gradients(_one(batch.inputs), target)
            values["numpy"] = to_numpy(value, "NumPy's loss")
            names = list(gradients["tensorflow"])
            gradients["numpy"] = _renamed(found, names, "loss_and_gradients")
        if step == 0:
            rows += rows_for("loss", "", values)
            for name in gradients["tensorflow"]:
                arrays = {who: g[name] for who, g in gradients.items() if name in g}
                rows += rows_for("gradient", name, arrays) if len(arrays) > 1 else []
        if steps:
            keras_side.step()
            torch_side.step()
            if numpy_side is not None:
                numpy_side.step(found)
    if steps:
        after = {"tensorflow": keras_side.parameters(), "pytorch": torch_side.parameters()}
        if numpy_side is not None:
            after["numpy"] = _renamed(numpy_side.parameters(), names, "parameters")
        what = f"parameter after {steps} step{'s' if steps > 1 else ''}"
        for link in keras_side.links:
            arrays = {who: p[link.name] for who, p in after.items() if link.name in p}
            if link.statistic is None and link.variable.trainable:
                rows += rows_for(what, link.name, arrays)
    return rows + _statistics_rows(keras_side, torch_side, start, max(1, steps), notes)


def _target_for_torch(target: np.ndarray, batch: _Batch) -> np.ndarray:
    """Targets of the outputs' own shape with the channels where torch's outputs have them."""
    rank = target.ndim
    is_map = any(array.ndim == rank for array in batch.inputs)
    return np.ascontiguousarray(np.moveaxis(target, -1, 1)) if is_map else target


def _statistics_rows(
    keras_side: KerasRunner,
    torch_side: TorchRunner,
    start: dict[str, np.ndarray],
    passes: int,
    notes: list[str],
) -> list[Row]:
    """Batch normalisation's moving statistics after the training passes.

    A pass adds the variance divided by n in Keras, by n - 1 in torch (the mean is the same). With
    decay d, torch holds ``d**k v0 + n/(n-1) S`` after k passes and Keras ``d**k v0 + S``: the
    factor is taken out of torch's before they are compared.
    """
    rows: list[Row] = []
    for link in keras_side.links:
        module = link.module
        if link.statistic is None or module.momentum is None:
            continue
        counts = torch_side.batch_counts.get(id(module), [])
        if len(counts) != passes or not keras_side.updates(link):
            continue
        theirs, n = link.torch_value(), counts[0]
        name = link.name
        if link.statistic == "variance":
            rest = (1.0 - module.momentum) ** passes * start[link.name]
            theirs = (rest + (theirs - rest) * (n - 1) / n).astype(theirs.dtype)
            name += " (torch's × (n − 1)/n)"
            note = (
                "in training, batch normalisation's moving variance takes in the batch's variance "
                "divided by n in Keras and by n − 1 in torch. That factor is taken out of torch's "
                "here; in use its moving variance stays the larger one."
            )
            if note not in notes:
                notes.append(note)
        what = f"statistic after {passes} training pass" + ("es" if passes > 1 else "")
        rows += rows_for(what, name, {"tensorflow": link.keras_value(), "pytorch": theirs})
    return rows


def _give_optimizers(
    keras_side: KerasRunner, torch_side: TorchRunner, optimizer: tuple[Any, Any], dtype: str
) -> None:
    parameters = [p for p in torch_side.net.parameters() if p.requires_grad]
    first, second = optimizer
    if isinstance(first, str):
        chosen = optimisers.settings_for(first, second, dtype)
        keras_side.optimizer, keras_side.before_step = optimisers.keras_optimizer(
            first, chosen, dtype
        )
        torch_side.optimizer = optimisers.torch_optimizer(first, chosen, parameters)
    else:
        keras_side.optimizer = optimisers.clone_keras_optimizer(first, dtype)
        torch_side.optimizer = second(parameters)
    keras_side.optimizer.build(keras_side.net.trainable_variables)


def _renamed(found: Mapping[str, Any], names: list[str], method: str) -> dict[str, np.ndarray]:
    """NumPy's arrays under Keras' names: the n-th is the n-th."""
    if len(found) != len(names):
        raise ShapeError(
            f"numpy_net.{method}() has {len(found)} arrays ({', '.join(found)}) and the Keras "
            f"model {len(names)} trainable weights ({', '.join(names)})"
        )
    return {
        name: to_numpy(array, f"NumPy's {own!r}")
        for name, (own, array) in zip(names, found.items(), strict=True)
    }
