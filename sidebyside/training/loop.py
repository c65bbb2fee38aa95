"""The plain PyTorch training loop, with evaluation and prediction beside it."""

import contextlib
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import NonFiniteError, ShapeError, SideBySideError, require
from sidebyside.training.batches import check_batch_size, minibatches
from sidebyside.training.history import History
from sidebyside.training.metrics import BatchMetric, Metric, batch_length, is_one_of, resolve

if TYPE_CHECKING:
    import torch

PURPOSE = "training and running PyTorch models"
POINTWISE_MODULES = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss")
POINTWISE_FUNCTIONS = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


def fit(
    model: "torch.nn.Module",
    x: Any,
    y: Any,
    *,
    loss_fn: Callable[[Any, Any], "torch.Tensor"],
    optimizer: "torch.optim.Optimizer",
    epochs: int = 1,
    batch_size: int = 32,
    validation_data: tuple[Any, Any] | None = None,
    metrics: Sequence[Metric] = ("accuracy",),
    shuffle: bool = True,
    seed: int = 0,
    device: "torch.device | str | None" = None,
    progress: bool = False,
    on_epoch_end: Callable[[int, dict[str, float]], Any] | None = None,
) -> History:
    """Train a PyTorch model, and give back its history in the form that Keras' ``fit`` does.

    Each batch: forward, loss, ``zero_grad``, backward, step. The training loss and metrics of an
    epoch are, as in Keras, means over what the model gave *while it learned*, each batch weighted
    by its size; those called ``val_…`` are measured after the epoch, in evaluation mode.

    The model trains in training mode. A submodule that you have put into evaluation mode inside a
    model in training mode (a frozen batch normalisation) stays there. Afterwards every module is in
    the mode in which it was given. The seed decides the order of the examples and nothing
    else: the batches are those of ``minibatches`` with ``np.random.default_rng(seed)``, epoch
    after epoch. For dropout and initial weights see ``training.seed``.

    Args:
        model: takes x (or, for a tuple, one argument per entry) and gives a tensor or a tuple of
            tensors.
        x: inputs, an array or tensor of shape (n, …), or a tuple of them for several inputs.
            Floating-point values are converted to the type of the model's parameters.
        y: targets of shape (n, …), or a tuple. Floating-point values are converted likewise, whole
            numbers to int64.
        loss_fn: ``loss_fn(y_pred, y_true)`` gives a scalar tensor, the mean over the batch.
        optimizer: a PyTorch optimiser of the model's parameters.
        epochs: passes over the data.
        batch_size: examples in a batch; the last batch of an epoch has what remains.
        validation_data: ``(x_val, y_val)``, in the same forms as x and y.
        metrics: ``"accuracy"``, ``"mae"``, ``"mse"``, or functions ``(y_pred, y_true) -> float``
            called on each batch. Accuracy compares the largest of the class logits with the label,
            for (n, classes), (n, time, classes) and PyTorch's (n, classes, …); of binary logits
            (n,) or (n, 1) the sign (probabilities, under ``nn.BCELoss``: 0.5). Labels equal to the
            ``ignore_index`` of the loss (an attribute, or a keyword of a ``functools.partial``;
            −100 if it has none) do not count.
        shuffle: permute the examples anew in every epoch.
        seed: for that permutation.
        device: where to train; the model is moved there. None leaves it where it is.
        progress: show a progress bar, on stdout.
        on_epoch_end: called as ``on_epoch_end(epoch, logs)`` after each epoch, with the epoch
            counted from 0 and its numbers as in the history. If it returns True, training stops.

    Returns:
        The history, as in ``{"loss": [...], "accuracy": [...], "val_loss": [...], …}``.

    Raises:
        ShapeError: x and y differ in length, are empty, or the loss does not accept the shapes.
        NonFiniteError: a loss is NaN or infinite; its ``history`` holds the epochs before.
        ValueError: an unknown metric, epochs or a batch size that make no sense, or an optimiser
            that does not hold the model's parameters.
        TypeError: x or y holds words or objects, or a metric does not take what the model gives.
        MissingPackageError: PyTorch is not installed.
    """
    torch = require("torch", extra="frameworks", purpose=PURPOSE)
    if device is not None:
        model.to(device)
    data = _Data(model, x, y)
    validation = None if validation_data is None else _Data(model, *_pair(validation_data))
    check_batch_size(batch_size)
    if not isinstance(epochs, int | np.integer) or epochs < 0:
        raise ValueError(f"epochs is {epochs!r}; expected a whole number of at least 0")
    _check_optimizer(optimizer, model)
    measured = resolve(metrics, loss_fn)

    history = History()
    rng = np.random.default_rng(seed)
    batches = math.ceil(data.n / batch_size)
    with _mode(model, training=True), _bar(epochs * batches, progress) as bar:
        for epoch in range(epochs):
            means = _Means(measured)
            order = minibatches(data.n, batch_size, rng, shuffle)
            for number, indices in enumerate(order, start=1):
                inputs, targets = data.batch(indices)
                y_pred = model(*inputs)
                loss = _loss(loss_fn, y_pred, targets)
                value = loss.item()
                if not math.isfinite(value):
                    where = f"in epoch {epoch + 1} of {epochs}, batch {number} of {batches}"
                    raise _non_finite("training loss", value, where, inputs, history)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                with torch.no_grad():
                    means.add(value, y_pred, targets)
                if bar is not None:
                    bar.set_description(f"epoch {epoch + 1}/{epochs}", refresh=False)
                    bar.set_postfix_str(means.text(), refresh=False)
                    bar.update()
            logs = means.result()
            if validation is not None:
                measured_there = _measure(model, validation, loss_fn, batch_size, measured)
                if not math.isfinite(measured_there["loss"]):
                    where = f"after epoch {epoch + 1} of {epochs}"
                    value = measured_there["loss"]
                    raise _non_finite("validation loss", value, where, validation.x, history)
                logs |= {f"val_{name}": value for name, value in measured_there.items()}
            history.append(epoch, logs)
            if on_epoch_end is not None and on_epoch_end(epoch, dict(logs)) is True:
                break
    return history


def evaluate(
    model: "torch.nn.Module",
    x: Any,
    y: Any,
    *,
    loss_fn: Callable[[Any, Any], "torch.Tensor"],
    batch_size: int = 256,
    metrics: Sequence[Metric] = ("accuracy",),
) -> dict[str, float]:
    """Measure a PyTorch model's loss and metrics, in evaluation mode and without gradients.

    Afterwards every module is in the mode in which it was given.

    Args:
        model: as in ``fit``; it is measured on the device where it is.
        x: inputs of shape (n, …), or a tuple of them.
        y: targets of shape (n, …), or a tuple of them.
        loss_fn: ``loss_fn(y_pred, y_true)`` gives a scalar tensor, the mean over the batch.
        batch_size: examples at a time; each batch weighs in by its size.
        metrics: as in ``fit``.

    Returns:
        ``{"loss": …, "accuracy": …}``. A loss that is NaN is returned as it is.

    Raises:
        ShapeError: x and y differ in length, are empty, or the loss does not accept the shapes.
        ValueError: an unknown metric, or a batch size that makes no sense.
        TypeError: x or y holds words or objects, or a metric does not take what the model gives.
        MissingPackageError: PyTorch is not installed.
    """
    require("torch", extra="frameworks", purpose=PURPOSE)
    check_batch_size(batch_size)
    return _measure(model, _Data(model, x, y), loss_fn, batch_size, resolve(metrics, loss_fn))


def predict(model: "torch.nn.Module", x: Any, *, batch_size: int = 256) -> np.ndarray:
    """Run a PyTorch model on all of x, in evaluation mode and without gradients.

    Afterwards every module is in the mode in which it was given.

    Args:
        model: as in ``fit``; it runs on the device where it is.
        x: inputs of shape (n, …), or a tuple of them.
        batch_size: examples at a time.

    Returns:
        What the model gives for each example, an array of shape (n, …); for a model that gives a
        tuple, a tuple of arrays.

    Raises:
        ShapeError: x is empty, or several inputs differ in length.
        ValueError: a batch size that makes no sense.
        TypeError: x holds words or objects.
        MissingPackageError: PyTorch is not installed.
    """
    torch = require("torch", extra="frameworks", purpose=PURPOSE)
    check_batch_size(batch_size)
    data = _Data(model, x)
    outputs = []
    with _mode(model, training=False), torch.no_grad():
        for indices in minibatches(data.n, batch_size, None, shuffle=False):
            outputs.append(model(*data.batch(indices)[0]))
    if isinstance(outputs[0], tuple):
        return tuple(torch.cat(parts).cpu().numpy() for parts in zip(*outputs, strict=True))
    return torch.cat(outputs).cpu().numpy()


class _Data:
    """Inputs (a tuple of tensors) and targets (a tensor, a tuple or None), checked once."""

    def __init__(self, model: "torch.nn.Module", x: Any, y: Any = None) -> None:
        parameters = list(model.parameters())
        self.device = parameters[0].device if parameters else "cpu"
        dtype = next((p.dtype for p in parameters if p.is_floating_point()), None)
        several = isinstance(x, tuple)
        self.x = tuple(_tensor("x", part, dtype) for part in (x if several else (x,)))
        self.y = y
        lengths = {(f"x[{i}]" if several else "x"): len(part) for i, part in enumerate(self.x)}
        if isinstance(y, tuple):
            self.y = tuple(_tensor("y", part, dtype, targets=True) for part in y)
            lengths |= {f"y[{i}]": len(part) for i, part in enumerate(self.y)}
        elif y is not None:
            self.y = _tensor("y", y, dtype, targets=True)
            lengths["y"] = len(self.y)
        if len(set(lengths.values())) > 1:
            found = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            raise ShapeError(
                f"the inputs and targets differ in length: {found} examples; expected one target "
                "per input: check how they were split"
            )
        self.n = next(iter(lengths.values()), 0)
        if self.n == 0:
            raise ShapeError("x is empty; expected at least one example along its first axis")

    def batch(self, indices: np.ndarray) -> tuple[tuple, Any]:
        import torch

        chosen = torch.from_numpy(indices)
        inputs = tuple(part[chosen].to(self.device) for part in self.x)
        if isinstance(self.y, tuple):
            return inputs, tuple(part[chosen].to(self.device) for part in self.y)
        return inputs, None if self.y is None else self.y[chosen].to(self.device)


def _tensor(name: str, value: Any, dtype: "torch.dtype | None", targets: bool = False) -> Any:
    import torch

    if not isinstance(value, torch.Tensor):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError(
                f"{name} holds values of type {array.dtype}; expected numbers: turn words or "
                "objects into numbers (a table of indices, one-hot vectors) first"
            )
        if not array.flags.writeable or any(stride < 0 for stride in array.strides):
            array = array.copy()  # PyTorch warns of the one and refuses the other
        value = torch.from_numpy(np.ascontiguousarray(array) if array.ndim else array)
    value = value.detach()
    if value.ndim == 0:
        raise ShapeError(f"{name} is a single number; expected examples along a first axis")
    if value.is_floating_point():
        return value if dtype is None else value.to(dtype)
    return value.long() if targets and value.dtype != torch.bool else value


class _Means:
    """Running means of the loss and the metrics over the batches of an epoch."""

    def __init__(self, metrics: list[BatchMetric]) -> None:
        self._metrics = metrics
        self._sums = {name: [0.0, 0.0] for name in ("loss", *(m.name for m in metrics))}

    def add(self, loss: float, y_pred: Any, y_true: Any) -> None:
        size = batch_length(y_true)
        self._add("loss", loss * size, size)
        for metric in self._metrics:
            self._add(metric.name, *metric.measure(y_pred, y_true))

    def _add(self, name: str, total: float, weight: float) -> None:
        self._sums[name][0] += total
        self._sums[name][1] += weight

    def result(self) -> dict[str, float]:
        return {
            name: total / weight if weight else math.nan
            for name, (total, weight) in self._sums.items()
        }

    def text(self) -> str:
        return ", ".join(f"{name} {value:.4f}" for name, value in self.result().items())


def _measure(
    model: Any, data: _Data, loss_fn: Callable, batch_size: int, metrics: list[BatchMetric]
) -> dict[str, float]:
    import torch

    means = _Means(metrics)
    with _mode(model, training=False), torch.no_grad():
        for indices in minibatches(data.n, batch_size, None, shuffle=False):
            inputs, targets = data.batch(indices)
            y_pred = model(*inputs)
            means.add(_loss(loss_fn, y_pred, targets).item(), y_pred, targets)
    return means.result()


def _loss(loss_fn: Callable, y_pred: Any, y_true: Any) -> "torch.Tensor":
    import torch

    if is_one_of(loss_fn, POINTWISE_MODULES, POINTWISE_FUNCTIONS):
        _check_same_shape(loss_fn, y_pred, y_true)  # PyTorch would broadcast, with a mere warning
    try:
        loss = loss_fn(y_pred, y_true)
    except (RuntimeError, ValueError, IndexError) as error:
        if isinstance(error, SideBySideError | torch.OutOfMemoryError):
            raise
        raise ShapeError(
            f"the loss {_name(loss_fn)} failed on outputs of {_shapes(y_pred)} and targets of "
            f"{_shapes(y_true)}: {error}"
        ) from error
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
        got = f"a tensor of {_shapes(loss)}" if isinstance(loss, torch.Tensor) else repr(loss)
        raise ShapeError(
            f"the loss {_name(loss_fn)} gave {got}; expected one number as a tensor: take the mean "
            'over the batch (reduction="mean")'
        )
    return loss


def _check_same_shape(loss_fn: Callable, y_pred: Any, y_true: Any) -> None:
    if getattr(y_pred, "shape", None) != getattr(y_true, "shape", None):
        raise ShapeError(
            f"the loss {_name(loss_fn)} got outputs of {_shapes(y_pred)} and targets of "
            f"{_shapes(y_true)}; expected the same shape: PyTorch would compare every output with "
            "every target. Reshape y, or squeeze the model's output"
        )


def _name(function: Callable) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _shapes(value: Any) -> str:
    import torch

    if isinstance(value, torch.Tensor):
        return f"shape {tuple(value.shape)} ({str(value.dtype).removeprefix('torch.')})"
    if isinstance(value, tuple):
        return f"shapes {tuple(tuple(getattr(part, 'shape', ())) for part in value)}"
    return f"type {type(value).__name__}"


def _non_finite(
    what: str, value: float, where: str, inputs: tuple, history: History
) -> NonFiniteError:
    if all(bool(part.isfinite().all()) for part in inputs):
        advice = (
            "its inputs are finite, so look at the steps: try a learning rate ten times lower, "
            "scale the inputs to about zero mean and unit variance, clip the gradients, and take "
            "logarithms and divisions in the loss from logits, not from probabilities"
        )
    else:
        advice = "its inputs hold NaN or infinite values themselves: clean the data first"
    error = NonFiniteError(f"the {what} is {value} {where}; expected a finite number; {advice}")
    error.history = history
    return error


def _pair(validation_data: Any) -> tuple[Any, Any]:
    if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
        size = f" of {len(validation_data)}" if hasattr(validation_data, "__len__") else ""
        raise ShapeError(
            f"validation_data is a {type(validation_data).__name__}{size}; expected the pair "
            "(x_val, y_val)"
        )
    return tuple(validation_data)


def _check_optimizer(optimizer: Any, model: Any) -> None:
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    trainable = [p for p in model.parameters() if p.requires_grad]
    if trainable and not any(id(p) in held for p in trainable):
        raise ValueError(
            "the optimiser holds none of the model's trainable parameters, so the model would not "
            "learn; make it from this model: optimizer = torch.optim.Adam(model.parameters())"
        )


@contextlib.contextmanager
def _mode(model: "torch.nn.Module", *, training: bool) -> Iterator[None]:
    """Put the model into a mode, and afterwards each of its modules back into its own."""
    before = {module: module.training for module in model.modules()}
    if model.training != training:
        model.train(training)
    elif not training:
        model.eval()
    try:
        yield
    finally:
        for module, mode in before.items():
            module.training = mode


@contextlib.contextmanager
def _bar(total: int, wanted: bool) -> Iterator[Any]:
    if not wanted:
        yield None
        return
    tqdm = require("tqdm", extra="frameworks", purpose="progress bars").tqdm
    with tqdm(total=total, file=sys.stdout, unit="batch", ncols=100, mininterval=0.2) as bar:
        yield bar
