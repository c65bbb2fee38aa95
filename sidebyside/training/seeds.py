"""Many seeds of one small network, trained at once: their weights are stacked, one pass for all."""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError, require
from sidebyside.training.batches import check_batch_size, minibatches
from sidebyside.training.loop import PURPOSE, _Data, _loss, _mode
from sidebyside.training.metrics import resolve

if TYPE_CHECKING:
    import torch

Optimizer = Callable[[list, float], "torch.optim.Optimizer"]


@dataclass(frozen=True, eq=False)
class ManySeeds:
    """What ``many_seeds`` trained: one network for every learning rate and seed.

    Attributes:
        seeds: of the networks, along the second axis of every array.
        learning_rates: along the first axis.
        losses: the training loss of each step's batch, (learning rates, seeds, steps); NaN or
            infinite where a run diverged.
    """

    seeds: tuple[int, ...]
    learning_rates: tuple[float, ...]
    losses: np.ndarray
    _model: Any
    _state: tuple[dict[str, Any], dict[str, Any]]
    _loss_fn: Callable

    @property
    def diverged(self) -> np.ndarray:
        """Whether the last loss is NaN or infinite, (learning rates, seeds)."""
        return ~np.isfinite(self.losses[..., -1])

    def network(self, rate: int, seed: int) -> "torch.nn.Module":
        """The trained network at these two positions, as a module of its own."""
        i = int(np.arange(self._count).reshape(self._shape)[rate, seed])
        model = copy.deepcopy(self._model)
        parameters, buffers = self._state
        state = {name: value[i] for name, value in {**parameters, **buffers}.items()}
        model.load_state_dict(state, strict=False)  # tied weights are held once
        return model

    def predict(self, x: Any, *, batch_size: int = 256) -> np.ndarray:
        """What every network gives for x, in evaluation mode: (learning rates, seeds, n, …)."""
        torch = require("torch", extra="frameworks", purpose=PURPOSE)
        check_batch_size(batch_size)
        data = _Data(self._model, x)

        def forward(parameters: dict, buffers: dict, inputs: tuple) -> Any:
            return torch.func.functional_call(self._model, (parameters, buffers), inputs)

        at_once = torch.vmap(forward, in_dims=(0, 0, None))
        with _mode(self._model, training=False), torch.no_grad():
            parts = [
                at_once(*self._state, data.batch(indices)[0])
                for indices in minibatches(data.n, batch_size, None, shuffle=False)
            ]
        found = torch.cat(parts, dim=1)
        return found.reshape(*self._shape, *found.shape[1:]).cpu().numpy()

    def accuracy(self, x: Any, y: Any) -> np.ndarray:
        """The accuracy of every network, as ``evaluate`` measures it: (learning rates, seeds)."""
        torch = require("torch", extra="frameworks", purpose=PURPOSE)
        targets = _Data(self._model, x, y).y.cpu()
        outputs = torch.from_numpy(self.predict(x)).reshape(self._count, len(targets), -1)
        outputs = outputs.squeeze(-1) if targets.ndim == 1 and outputs.shape[-1] == 1 else outputs
        (metric,) = resolve("accuracy", self._loss_fn)
        found = [np.divide(*metric.measure(one, targets)) for one in outputs]
        return np.reshape(found, self._shape)

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.learning_rates), len(self.seeds)

    @property
    def _count(self) -> int:
        return math.prod(self._shape)


def many_seeds(
    make_net: Callable[[int], "torch.nn.Module"],
    x: Any,
    y: Any,
    *,
    seeds: Sequence[int],
    learning_rates: Sequence[float],
    loss_fn: Callable[[Any, Any], "torch.Tensor"],
    optimizer: Optimizer | None = None,
    steps: int | None = None,
    epochs: int | None = None,
    batch_size: int = 32,
    clip_norm: float | None = None,
    shuffle: bool = True,
) -> ManySeeds:
    """Train a small PyTorch network from every seed at every learning rate, all of them at once.

    The weights of equal networks are stacked, so that a matrix product for one becomes a batch of
    products for all; small networks train several times faster than one after another. Each of
    them ends where this loop for one network ends, but for rounding::

        def train_one(seed, learning_rate):
            torch.manual_seed(seed)
            net = make_net(seed)
            optimizer = torch.optim.SGD(net.parameters(), lr=learning_rate, momentum=0.9)
            training.fit(net, x, y, loss_fn=loss_fn, optimizer=optimizer, epochs=4, seed=seed)
            return training.evaluate(net, x_test, y_test, loss_fn=loss_fn)["accuracy"]

    and the same for five seeds at three learning rates::

        runs = training.many_seeds(
            make_net, x, y, seeds=range(5), learning_rates=[0.01, 0.03, 0.1], loss_fn=loss_fn,
            optimizer=lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9),
            epochs=4,
        )
        runs.losses                     # (learning rates, seeds, steps)
        runs.accuracy(x_test, y_test)   # (learning rates, seeds)

    Any module works that ``torch.vmap`` takes: dense and convolutional layers, normalisation,
    residual and gated blocks; not recurrent layers, dropout (two ways of training can't draw equal
    masks), or a forward pass that asks for the value of a tensor. Where ``fit`` stops at a loss
    that is NaN or infinite, here the run goes on beside the others, and ``diverged`` names it.

    Args:
        make_net: called as ``make_net(seed)``, with PyTorch's random generator seeded by the same,
            gives a new network; all have the same layers and shapes.
        x: inputs, as in ``fit``.
        y: targets, as in ``fit``.
        seeds: whole numbers from 0, each once: of the initial weights and of the order of the
            examples, which is that of ``minibatches`` with ``np.random.default_rng(seed)``.
        learning_rates: each is tried from every seed, from the same weights on the same batches.
        loss_fn: ``loss_fn(y_pred, y_true)`` gives a scalar tensor, the mean over the batch.
        optimizer: called as ``optimizer(parameters, learning_rate)``, gives a PyTorch optimiser
            that treats every number of a parameter by itself (SGD, with or without momentum or
            weight decay, Adam, AdamW, RMSprop, Adagrad …). Plain ``torch.optim.SGD`` by default.
        steps: how many batches to train on; epoch follows epoch.
        epochs: passes over the data, instead of ``steps``.
        batch_size: examples in a batch.
        clip_norm: scale a network's gradient to this norm where its norm is larger, as
            ``torch.nn.utils.clip_grad_norm_`` does.
        shuffle: permute the examples anew in every epoch.

    Raises:
        ShapeError: x and y differ in length, are empty, or the loss does not accept the shapes.
        ValueError: no seed or learning rate, a seed that appears twice, neither or both of steps
            and epochs, networks that differ, or one that has dropout.
        MissingPackageError: PyTorch is not installed.
    """
    torch = require("torch", extra="frameworks", purpose=PURPOSE)
    seeds, rates = _checked_seeds(seeds), _checked_rates(learning_rates)
    check_batch_size(batch_size)
    nets = _new_networks(make_net, seeds)
    model = copy.deepcopy(nets[0])
    data = _Data(model, x, y)
    if isinstance(data.y, tuple):
        raise ShapeError("y is a tuple; many networks at once are trained on one target")
    steps = _checked_steps(steps, epochs, math.ceil(data.n / batch_size))
    parameters, buffers = _stacked(nets, len(rates))
    trained = {name: p for name, p in parameters.items() if p.requires_grad}
    make_optimizer = optimizer or (lambda parameters, lr: torch.optim.SGD(parameters, lr=lr))
    # Views of the stack, one for each learning rate: an optimiser changes its part in place.
    views = [_part(trained, i, len(seeds)) for i in range(len(rates))]
    optimizers = [
        make_optimizer(list(view.values()), rate) for view, rate in zip(views, rates, strict=True)
    ]

    def loss_of_one(parameters: dict, buffers: dict, inputs: tuple, target: Any) -> Any:
        y_pred = torch.func.functional_call(model, (parameters, buffers), inputs)
        return _loss(loss_fn, y_pred, target)

    at_once = torch.vmap(loss_of_one)
    orders = [_batches(data.n, batch_size, seed, shuffle) for seed in seeds]
    losses = []
    with _mode(model, training=True):
        for _ in range(steps):
            rows = np.stack([next(order) for order in orders])  # (seeds, batch)
            inputs, target = data.batch(np.tile(rows, (len(rates), 1)))
            loss = at_once(parameters, buffers, inputs, target)  # (learning rates × seeds,)
            # The gradient of the sum in the weights of one network is that of its own loss.
            found = torch.autograd.grad(loss.sum(), list(trained.values()))
            if clip_norm is not None:
                found = _clipped(found, clip_norm)
            for i, (view, stepping) in enumerate(zip(views, optimizers, strict=True)):
                for parameter, gradient in zip(view.values(), found, strict=True):
                    parameter.grad = gradient[i * len(seeds) : (i + 1) * len(seeds)]
                stepping.step()
            losses.append(loss.detach())
    measured = torch.stack(losses, dim=1).reshape(len(rates), len(seeds), steps).cpu().numpy()
    state = ({name: p.detach() for name, p in parameters.items()}, buffers)
    return ManySeeds(seeds, rates, measured, model, state, loss_fn)


def _checked_seeds(seeds: Sequence[int]) -> tuple[int, ...]:
    seeds = tuple(seeds)
    if not seeds:
        raise ValueError("there are no seeds; expected some, such as seeds=range(5)")
    for seed in seeds:
        if not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
            raise ValueError(f"a seed is {seed!r}; expected a whole number from 0 to 2**32 - 1")
        if seeds.count(seed) > 1:
            raise ValueError(f"the seed {seed} appears twice; its runs would be the same")
    return tuple(int(seed) for seed in seeds)


def _checked_rates(learning_rates: Sequence[float]) -> tuple[float, ...]:
    if isinstance(learning_rates, int | float):
        raise ValueError(
            f"learning_rates is {learning_rates!r}; expected a list, such as [{learning_rates!r}]: "
            "the first axis of the results is theirs"
        )
    rates = tuple(float(rate) for rate in learning_rates)
    if not rates:
        raise ValueError("there are no learning rates; expected some, such as [0.01, 0.1]")
    return rates


def _checked_steps(steps: int | None, epochs: int | None, batches: int) -> int:
    if (steps is None) == (epochs is None):
        raise ValueError(f"steps is {steps!r} and epochs {epochs!r}; expected one of them")
    name, value = ("steps", steps) if epochs is None else ("epochs", epochs)
    if not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least 1")
    return int(value) if epochs is None else int(value) * batches


def _new_networks(make_net: Callable[[int], Any], seeds: Sequence[int]) -> list[Any]:
    """A network for each seed; PyTorch's random generator is left as it was."""
    import torch

    nets = []
    with torch.random.fork_rng():
        for seed in seeds:
            torch.manual_seed(seed)
            nets.append(make_net(seed))
    shapes = [{name: tuple(p.shape) for name, p in net.state_dict().items()} for net in nets]
    for seed, found in zip(seeds, shapes, strict=True):
        different = sorted(set(found.items()) ^ set(shapes[0].items()))
        if different:
            raise ValueError(
                f"the network of seed {seed} differs from that of seed {seeds[0]} in "
                f"{different[0][0]!r}; only networks with the same layers and shapes can be stacked"
            )
    for module in nets[0].modules():
        if isinstance(module, torch.nn.modules.dropout._DropoutNd) and module.p:
            raise ValueError(
                f"the network has {module}; networks trained at once can't draw the masks that the "
                "loop for one network draws: train them one after another"
            )
    return nets


def _stacked(nets: list[Any], copies: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and buffers of all, (copies × networks, …): every network `copies` times over."""
    import torch

    def stack(values: list[Any]) -> Any:
        together = torch.stack([value.detach() for value in values])
        return together.repeat(copies, *[1] * (together.ndim - 1))

    parameters, buffers = {}, {}
    for name, parameter in nets[0].named_parameters():
        found = stack([net.get_parameter(name) for net in nets])
        parameters[name] = found.requires_grad_(parameter.requires_grad)
    for name, _ in nets[0].named_buffers():
        buffers[name] = stack([net.get_buffer(name) for net in nets])
    return parameters, buffers


def _part(stack: dict[str, Any], i: int, size: int) -> dict[str, Any]:
    """The parameters of one learning rate, which share their memory with the stack."""
    return {name: p.detach()[i * size : (i + 1) * size] for name, p in stack.items()}


def _batches(n: int, batch_size: int, seed: int, shuffle: bool) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    while True:
        yield from minibatches(n, batch_size, rng, shuffle)


def _clipped(gradients: Sequence[Any], limit: float) -> list[Any]:
    """Each network's gradients, scaled to the limit where their norm is larger."""
    import torch

    squares = [gradient.flatten(1).square().sum(dim=1) for gradient in gradients]
    norms = torch.stack(squares).sum(dim=0).sqrt()
    scale = (limit / (norms + 1e-6)).clamp(max=1.0)  # as torch.nn.utils.clip_grad_norm_
    return [g * scale.view(-1, *[1] * (g.ndim - 1)) for g in gradients]
