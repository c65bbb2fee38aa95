"""Metrics of one batch, as sums and weights, so that an epoch's value is their exact mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sidebyside.errors import ShapeError

if TYPE_CHECKING:
    import torch

Metric = str | Callable[[Any, Any], Any]


@dataclass(frozen=True)
class BatchMetric:
    """A metric by name; ``measure(y_pred, y_true)`` gives (sum over the items, number of items)."""

    name: str
    measure: Callable[[Any, Any], tuple[float, float]]


def resolve(metrics: Sequence[Metric], loss_fn: Callable) -> list[BatchMetric]:
    """Turn the names and functions that a caller gave into metrics of a batch.

    Raises:
        ValueError: a name is not known, or appears twice.
        TypeError: something is neither a name nor a function.
    """
    if isinstance(metrics, str) or callable(metrics):
        metrics = (metrics,)
    known = {
        "accuracy": partial(_accuracy, loss_fn=loss_fn),
        "mae": partial(_pointwise, name="mae", power=1),
        "mse": partial(_pointwise, name="mse", power=2),
    }
    resolved = []
    for metric in metrics:
        if isinstance(metric, str):
            if metric not in known:
                raise ValueError(
                    f"the metric {metric!r} is not known; expected one of {', '.join(known)}, or a "
                    "function (y_pred, y_true) -> float of your own"
                )
            resolved.append(BatchMetric(metric, known[metric]))
        elif callable(metric):
            name = getattr(metric, "__name__", type(metric).__name__)
            resolved.append(BatchMetric(name, partial(_of_function, function=metric)))
        else:
            raise TypeError(
                f"the metric {metric!r} is a {type(metric).__name__}; expected a name "
                f"({', '.join(known)}) or a function (y_pred, y_true) -> float"
            )
    names = ["loss", *(metric.name for metric in resolved)]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"two quantities are called {name!r}; each needs a name of its own: give the "
                "function another __name__"
            )
    return resolved


def batch_length(value: Any) -> int:
    """Number of examples in a batch that is a tensor or a tuple of tensors."""
    return len(value[0] if isinstance(value, tuple) else value)


def _of_function(y_pred: Any, y_true: Any, *, function: Callable) -> tuple[float, float]:
    weight = batch_length(y_true)
    return float(function(y_pred, y_true)) * weight, weight


def _pointwise(y_pred: Any, y_true: Any, *, name: str, power: int) -> tuple[float, float]:
    _check_tensors(name, y_pred, y_true)
    if _without_ones(y_pred) != _without_ones(y_true):
        raise ShapeError(
            f"the metric {name!r} got outputs of shape {tuple(y_pred.shape)} and targets of shape "
            f"{tuple(y_true.shape)}; expected the same shape"
        )
    difference = (y_pred - y_true.reshape(y_pred.shape)).abs()
    return float((difference**power).sum(dtype=_wide(difference))), difference.numel()


def _accuracy(y_pred: Any, y_true: Any, *, loss_fn: Callable) -> tuple[float, float]:
    _check_tensors("accuracy", y_pred, y_true)
    axis = _class_axis(y_pred, y_true, loss_fn)
    if axis is not None:
        labels = y_true.reshape(y_pred.argmax(axis).shape)
        correct = y_pred.argmax(axis) == labels
        counted = labels != _ignore_index(loss_fn)
        return float((correct & counted).sum()), float(counted.sum())
    if _without_ones(y_pred) != _without_ones(y_true):
        raise ShapeError(
            f"the metric 'accuracy' got outputs of shape {tuple(y_pred.shape)} and targets of "
            f"shape {tuple(y_true.shape)}; expected class labels (n,) with logits (n, classes), "
            "or labels 0 and 1 of the same shape as binary logits"
        )
    y_true = y_true.reshape(y_pred.shape)
    if y_pred.ndim > 1 and y_pred.shape[-1] > 1 and not _is_binary(loss_fn):  # one-hot targets
        axis = 1 if _classes_second(loss_fn) else -1
        correct = y_pred.argmax(axis) == y_true.argmax(axis)
    else:
        if not bool(((y_true == 0) | (y_true == 1)).all()):
            raise ValueError(
                "the metric 'accuracy' got one output per target and targets other than 0 and 1 "
                f"(such as {float(y_true[(y_true != 0) & (y_true != 1)][0]):.4g}); for a "
                'regression pass metrics=("mae",), or metrics=() for none'
            )
        threshold = 0.5 if _from_probabilities(loss_fn) else 0.0
        correct = (y_pred > threshold) == (y_true > 0.5)
    return float(correct.sum()), correct.numel()


def _class_axis(y_pred: Any, y_true: Any, loss_fn: Callable) -> int | None:
    """The axis of ``y_pred`` that holds one logit per class, for targets that are class labels."""
    shape, target = tuple(y_pred.shape), tuple(y_true.shape)
    if len(target) == len(shape) and target[-1:] == (1,) and shape[-1] > 1:
        target = target[:-1]  # labels (n, 1), as Keras takes them
    last = len(shape) > 1 and shape[:-1] == target and shape[-1] > 1
    second = len(shape) > 1 and shape[:1] + shape[2:] == target and shape[1] > 1
    if second and (_classes_second(loss_fn) or not last):
        return 1
    return len(shape) - 1 if last else None


def _unwrapped(loss_fn: Callable) -> Callable:
    return loss_fn.func if isinstance(loss_fn, partial) else loss_fn


def is_one_of(loss_fn: Callable, modules: tuple[str, ...], functions: tuple[str, ...]) -> bool:
    """Whether a loss is one of these of ``torch.nn`` or ``torch.nn.functional``, even partial."""
    import torch

    loss_fn = _unwrapped(loss_fn)
    return isinstance(loss_fn, tuple(getattr(torch.nn, name) for name in modules)) or any(
        loss_fn is getattr(torch.nn.functional, name) for name in functions
    )


def _classes_second(loss_fn: Callable) -> bool:
    """PyTorch's own cross-entropy has the classes on axis 1, (batch, classes, time)."""
    return is_one_of(loss_fn, ("CrossEntropyLoss", "NLLLoss"), ("cross_entropy", "nll_loss"))


def _from_probabilities(loss_fn: Callable) -> bool:
    return is_one_of(loss_fn, ("BCELoss",), ("binary_cross_entropy",))


def _is_binary(loss_fn: Callable) -> bool:
    return _from_probabilities(loss_fn) or is_one_of(
        loss_fn, ("BCEWithLogitsLoss",), ("binary_cross_entropy_with_logits",)
    )


def _ignore_index(loss_fn: Callable) -> int:
    """The label that the loss leaves out; −100 is PyTorch's default."""
    if isinstance(loss_fn, partial) and "ignore_index" in loss_fn.keywords:
        return loss_fn.keywords["ignore_index"]
    return getattr(_unwrapped(loss_fn), "ignore_index", -100)


def _check_tensors(name: str, y_pred: Any, y_true: Any) -> None:
    if isinstance(y_pred, tuple | list | dict) or isinstance(y_true, tuple | list | dict):
        raise TypeError(
            f"the metric {name!r} needs one output and one target, got {type(y_pred).__name__} "
            f"and {type(y_true).__name__}; pass metrics=() or a function of your own"
        )


def _without_ones(tensor: "torch.Tensor") -> tuple[int, ...]:
    return tuple(size for size in tensor.shape if size != 1)


def _wide(tensor: "torch.Tensor") -> "torch.dtype":
    import torch

    return torch.promote_types(tensor.dtype, torch.float32)
