"""Which examples go into which batch: decided once, in NumPy, for every framework."""

from collections.abc import Iterator

import numpy as np

from sidebyside.errors import ShapeError


def minibatches(
    n: int, batch_size: int, rng: np.random.Generator | None, shuffle: bool = True
) -> Iterator[np.ndarray]:
    """Split the indices of ``n`` examples into the batches of one epoch.

    The indices index NumPy arrays, TensorFlow tensors (``tf.gather``) and PyTorch tensors alike, so
    that implementations in all three see the same batches. Pass the *same* generator for every
    epoch: each epoch then has an order of its own, and a generator made from the same seed gives
    the same sequence of orders. With ``shuffle=False`` the generator is not used and may be None.

    Args:
        n: number of examples.
        batch_size: examples in a batch; the last batch has what remains.
        rng: NumPy's random generator, from ``np.random.default_rng(seed)``.
        shuffle: permute the examples first.

    Returns:
        An iterator of int64 arrays of shape (batch_size,), the last one possibly shorter.

    Raises:
        ShapeError: there are no examples.
        ValueError: the batch size is no positive whole number.
        TypeError: a generator is needed and something else was given.
    """
    if n < 1:
        raise ShapeError(f"there are no examples to put into batches: n = {n}; expected at least 1")
    check_batch_size(batch_size)
    if not shuffle:
        order = np.arange(n)
    elif isinstance(rng, np.random.Generator):
        order = rng.permutation(n)
    else:
        raise TypeError(
            f"rng is {rng!r}; shuffling needs a NumPy generator: make one before the first epoch "
            "with rng = np.random.default_rng(0), and pass the same one for every epoch"
        )
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def check_batch_size(batch_size: int) -> None:
    """Raise ValueError unless ``batch_size`` is a positive whole number."""
    if not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise ValueError(f"batch_size is {batch_size!r}; expected a whole number of at least 1")
