"""Many seeds at once beside the loop for one network: ``python -m benchmarks.seeds``.

The same work for both: five seeds at three learning rates, momentum, 80 batches of 32 digits,
networks of 4 and of 30 layers. Times are those of the processor, which other programs on the
machine hardly change; set ``OMP_NUM_THREADS=1`` so that one core does the work of each. Either is
run once before it is measured, and twice in turn; the ratio is that of the two fastest.
"""

import time

import numpy as np
import torch
from torch import nn

from sidebyside import data, training

SEEDS, RATES, BATCH, STEPS = range(5), (0.003, 0.01, 0.03), 32, 80


def make_plain(depth):
    def make_net(seed):
        hidden = [m for _ in range(depth - 1) for m in (nn.Linear(64, 64), nn.ReLU())]
        return nn.Sequential(*hidden, nn.Linear(64, 10))

    return make_net


def momentum(parameters, learning_rate):
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9)


def at_once(make_net, x, y, steps):
    runs = training.many_seeds(
        make_net, x, y, seeds=SEEDS, learning_rates=RATES, loss_fn=nn.CrossEntropyLoss(),
        optimizer=momentum, steps=steps, batch_size=BATCH,
    )  # fmt: skip
    return runs.losses


def one_by_one(make_net, x, y, steps):
    """The plainest loop, without the metrics that ``fit`` measures on every batch."""
    loss_fn, losses = nn.CrossEntropyLoss(), []
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    for learning_rate in RATES:
        for seed in SEEDS:
            torch.manual_seed(seed)
            net, rng = make_net(seed), np.random.default_rng(seed)
            optimizer = momentum(net.parameters(), learning_rate)
            batches = []
            while len(batches) < steps:
                batches += training.minibatches(len(x), BATCH, rng)
            for rows in batches[:steps]:
                loss = loss_fn(net(x[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
    return np.reshape(losses, (len(RATES), len(SEEDS), steps))


def main():
    digits = data.load_digits(flat=True)
    x, y = digits.x_train.astype(np.float32), digits.y_train.astype(np.int64)
    for depth in (4, 30):
        make_net, fastest, losses = make_plain(depth), {}, {}
        for way in (at_once, one_by_one):
            way(make_net, x, y, steps=3)
        for _ in range(2):
            for way in (at_once, one_by_one):
                start = time.process_time()
                losses[way] = way(make_net, x, y, STEPS)
                seconds = time.process_time() - start
                fastest[way] = min(seconds, fastest.get(way, seconds))
        gap = np.abs(losses[at_once] - losses[one_by_one]).max()
        print(
            f"{depth:2d} layers, {len(SEEDS) * len(RATES)} networks, {STEPS} steps: "
            f"one by one {fastest[one_by_one]:.2f} s, at once {fastest[at_once]:.2f} s, "
            f"ratio {fastest[one_by_one] / fastest[at_once]:.1f}, "
            f"largest difference of a loss {gap:.0e}"
        )


if __name__ == "__main__":
    main()
