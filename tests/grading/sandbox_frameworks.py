"""Ordinary work with both frameworks, in a sandbox with the default limits.

Run as a program: it imports the frameworks once, as the warm parent does, forks a sandbox for each
user named, and prints a line of JSON for each: step → "" or what went wrong.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import warnings
from collections.abc import Callable

import keras
import matplotlib
import numpy as np
import tensorflow as tf
import torch
import torch._dynamo

matplotlib.use("agg")
import matplotlib.pyplot as plt

from tests.grading.sandbox_attempts import inside


class Images(torch.utils.data.Dataset):
    def __len__(self) -> int:
        return 64

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.ones(3, 64, 64) * index


def torch_training() -> None:
    model = torch.nn.Linear(100, 10)
    optimiser = torch.optim.Adam(model.parameters())
    for _ in range(2):
        optimiser.zero_grad()
        model(torch.randn(64, 100)).pow(2).sum().backward()
        optimiser.step()
    torch.save(model.state_dict(), "model.pt")
    assert torch.load("model.pt", weights_only=True)["bias"].shape == (10,)


def torch_loader_with_workers() -> None:
    loader = torch.utils.data.DataLoader(Images(), batch_size=16, num_workers=2)
    assert sum(float(batch.mean()) for batch in loader) == 126.0


def keras_training() -> None:
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(np.ones((64, 10)), np.ones(64), verbose=0, epochs=2)
    model.save("model.keras")
    assert keras.models.load_model("model.keras").count_params() == 11


def tensorflow_function() -> None:
    assert float(tf.function(lambda x: tf.sin(x) * 2, jit_compile=True)(tf.zeros(()))) == 0
    numbers = tf.data.Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=tf.data.AUTOTUNE)
    assert len(list(numbers.prefetch(2).batch(10))) == 10


def figure() -> None:
    plt.plot([1, 2])
    plt.title("a title")
    plt.savefig("figure.png")
    assert os.path.getsize("figure.png") > 1000


def processes() -> None:
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


STEPS: tuple[Callable[[], None], ...] = (
    torch_training,
    torch_loader_with_workers,
    keras_training,
    tensorflow_function,
    figure,
    processes,
)


def work() -> dict[str, str]:
    warnings.simplefilter("ignore")
    found = {}
    for step in STEPS:
        try:
            step()
            found[step.__name__] = ""
        except Exception as error:
            found[step.__name__] = f"{type(error).__name__}: {error}"
    return found


if __name__ == "__main__":
    gc.freeze()
    for user in sys.argv[1:]:
        attempt = inside(work, user, seconds=60)
        print(json.dumps(attempt.value or {"sandbox": repr(attempt)}), flush=True)
