"""What `WarmParent.selftest` runs in a child: a little of each framework that was preloaded."""

from __future__ import annotations

import os
import sys


def run(fds: list[int], argument: dict) -> int:
    """Each step's name is written to the socket before it is begun, and ``done`` at the end."""

    def step(name: str) -> None:
        os.write(fds[0], name.encode() + b"\n")

    if "numpy" in sys.modules:
        step("numpy product")
        import numpy as np

        matrix = np.arange(90_000.0).reshape(300, 300) % 7
        if not np.array_equal(matrix @ np.eye(300), matrix):
            return 2
    if "torch" in sys.modules:
        step("torch backward")
        import torch

        weight = torch.ones(256, 256, requires_grad=True)
        (torch.ones(256, 256) @ weight).sum().backward()
        if weight.grad.unique().tolist() != [256.0]:
            return 3
        step("torch optimiser")
        torch.optim.SGD([weight], lr=0.1).step()
    if "tensorflow" in sys.modules:
        step("tensorflow gradient")
        import tensorflow as tf

        variable = tf.Variable(tf.ones((64, 64)))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.matmul(tf.ones((64, 64)), variable))
        if float(tape.gradient(loss, variable)[0, 0]) != 64.0:
            return 4
    step("done")
    return 0
