"""Train the backbone that ``sidebyside.pretrained`` ships: run once, its result committed.

    python scripts/backbone.py [FILE]

Trains on five classes of the embedded Fashion-MNIST subset, 2,500 pictures, for 20 epochs on one
thread (about 15 s), prints the accuracy on their 500 test pictures and how far the weights are from
those that are shipped, and writes them to FILE (sidebyside/pretrained/backbone.npz). Each picture
is mirrored half of the time, each batch shifted by up to two pixels. On one machine two runs give
the same weights; on another, sums in another order make them drift apart by rounding.
``train(steps=…)`` stops early, for tests.

The five classes were not drawn: of three ways to divide the ten, this one was taken after the
accuracies on the test pictures of the other five had been seen. Chapter 13 says so.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from sidebyside import data, training
from sidebyside.pretrained import SOURCE_CLASSES, WIDTHS, torch_backbone
from sidebyside.pretrained.backbone import FILE

EPOCHS, BATCH, LEARNING_RATE, SEED = 20, 64, 3e-3, 0


def source_data() -> tuple[np.ndarray, ...]:
    """x_train (2500, 1, 28, 28), y_train, x_test (500, 1, 28, 28), y_test; labels 0–4."""
    clothes = data.load_fashion_mnist(full=False)
    parts = []
    for x, y in ((clothes.x_train, clothes.y_train), (clothes.x_test, clothes.y_test)):
        kept = np.isin(y, SOURCE_CLASSES)
        parts += [x[kept][:, None], np.searchsorted(SOURCE_CLASSES, y[kept])]
    return tuple(parts)


def augmented(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Half of the pictures mirrored, the batch shifted by up to two pixels each way."""
    mirrored = torch.from_numpy(rng.random(len(x)) < 0.5)
    x = torch.where(mirrored[:, None, None, None], x.flip(-1), x)
    down, right = rng.integers(-2, 3, 2)
    return torch.roll(x, (int(down), int(right)), (-2, -1))


def train(steps: int | None = None) -> nn.Sequential:
    """The backbone with its head, trained; all of it, or the first ``steps`` steps of the same."""
    x_train, y_train, _, _ = source_data()
    x_train, y_train = torch.from_numpy(x_train), torch.from_numpy(y_train)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(SEED)
            backbone = torch_backbone(pretrained=False)
            net = nn.Sequential(backbone, nn.Linear(WIDTHS[-1], len(SOURCE_CLASSES)))
        rng, loss_fn, done = np.random.default_rng(SEED), nn.CrossEntropyLoss(), 0
        optimizer = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
        total = EPOCHS * -(-len(x_train) // BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
        net.train()
        while done < (steps or total):
            for rows in training.minibatches(len(x_train), BATCH, rng):
                loss = loss_fn(net(augmented(x_train[rows], rng)), y_train[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                done += 1
                if done == steps:
                    break
    finally:
        torch.set_num_threads(threads)
    return net


def arrays_of(backbone: nn.Sequential) -> dict[str, np.ndarray]:
    """Its weights as the file holds them."""
    arrays = {}
    for number in range(1, len(WIDTHS) + 1):
        kernel = backbone.get_submodule(f"conv{number}").weight
        norm = backbone.get_submodule(f"norm{number}")
        found = {"kernel": kernel.permute(2, 3, 1, 0), "gamma": norm.weight, "beta": norm.bias}
        found |= {"mean": norm.running_mean, "variance": norm.running_var}
        arrays |= {
            f"{number}.{name}": np.ascontiguousarray(value.detach().numpy())
            for name, value in found.items()
        }
    return arrays


def main(file: Path) -> None:
    net = train()
    _, _, x_test, y_test = source_data()
    measured = training.evaluate(net, x_test, y_test, loss_fn=nn.CrossEntropyLoss())
    print(f"accuracy on the test pictures of its own classes: {measured['accuracy']:.3f}")
    found = arrays_of(net[0])
    with np.load(FILE) as shipped:
        off = max(float(np.abs(found[name] - shipped[name]).max()) for name in found)
    print(f"largest difference from the weights that are shipped: {off:.1e}")
    np.savez_compressed(file, **found)
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
