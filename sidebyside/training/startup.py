"""The first cell of every chapter: quiet start of both frameworks, seeds, device, plot style."""

import contextlib
import io
import logging
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, TextIO

import numpy as np

from sidebyside import plots
from sidebyside.errors import SideBySideError, require

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)


def setup(seed: int = 0) -> "torch.device":
    """Make a kernel ready for a chapter, and say which device PyTorch models go to.

    Imports TensorFlow, Keras and PyTorch without their start-up messages, lets TensorFlow take
    GPU memory as it needs it, seeds everything, and applies the book's plot style. What the
    frameworks wrote meanwhile is logged at level DEBUG (logger ``sidebyside.training.startup``);
    if one of them fails to start, it is written to stderr after all, above the traceback.

    Args:
        seed: for Python, NumPy, Keras and PyTorch.

    Returns:
        ``torch.device("cuda")`` where PyTorch sees an NVIDIA or AMD GPU, else ``"cpu"``.

    Raises:
        ValueError: the seed is out of range.
        MissingPackageError: TensorFlow, Keras or PyTorch is not installed.
        SideBySideError: Keras runs on a backend other than TensorFlow.
    """
    _check_seed(seed)
    with quiet_stderr():
        device = _start_frameworks()
    _seed_everything(seed)
    plots.use_style()
    return device


def seed(seed: int) -> None:
    """Seed the random generators of Python, NumPy, TensorFlow with Keras, and PyTorch.

    A framework that has not been imported is left alone (and is not imported by this).

    Args:
        seed: a whole number from 0 to 2³² − 1.

    Raises:
        ValueError: the seed is out of range.
    """
    _check_seed(seed)
    _seed_everything(seed)


def _check_seed(seed: int) -> None:
    if not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; expected a whole number from 0 to 2**32 - 1")


def _seed_everything(seed: int) -> None:
    seed = int(seed)
    random.seed(seed)
    np.random.seed(seed)
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def _start_frameworks() -> "torch.device":
    tf = require("tensorflow", extra="frameworks", purpose="the TensorFlow half of this course")
    keras = require("keras", extra="frameworks", purpose="the TensorFlow half of this course")
    torch = require("torch", extra="frameworks", purpose="the PyTorch half of this course")
    if keras.backend.backend() != "tensorflow":
        raise SideBySideError(
            f"Keras runs on the backend {keras.backend.backend()!r}; this course needs "
            "'tensorflow': set the environment variable KERAS_BACKEND=tensorflow and restart "
            "the kernel"
        )
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # in use already: too late to change, and no harm
            tf.config.experimental.set_memory_growth(gpu, True)
    # TensorFlow looks for its devices, and complains of missing ones, at its first operation.
    tf.reduce_sum(tf.ones((2, 2))).numpy()
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep what is written to stderr inside the block away from the reader.

    Works at the level of the file descriptor, because the frameworks' C++ libraries write there and
    Jupyter shows what arrives there, and at the level of ``sys.stderr``. What was written is
    logged at level DEBUG, or, if the block raises, written to stderr after all.
    """
    with tempfile.TemporaryFile() as capture:
        try:
            with _both_redirected(capture.fileno()):
                yield
        except BaseException:
            if sys.stderr is not None:
                sys.stderr.write(_content(capture))
                sys.stderr.flush()
            raise
        written = _content(capture)
        if written:
            logger.debug("kept quiet at start-up:\n%s", written)


@contextlib.contextmanager
def _both_redirected(target: int) -> Iterator[None]:
    """Send descriptor 2 and ``sys.stderr`` to the file descriptor ``target``."""
    before = sys.stderr
    with (
        _descriptor_redirected(2, target),
        io.TextIOWrapper(os.fdopen(os.dup(target), "wb"), "utf-8", "replace") as text,
    ):
        sys.stderr = stream = _Redirected(text)
        try:
            yield
        finally:
            if sys.stderr is stream:
                sys.stderr = before
            stream.send_to(before)  # a logging handler may have kept the stream: it stays good


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


class _Redirected(io.TextIOBase):
    """A text stream that hands everything to another, which can be exchanged."""

    def __init__(self, target: TextIO | None) -> None:
        super().__init__()
        self._target = target

    def send_to(self, target: TextIO | None) -> None:
        self._target = target

    def write(self, text: str) -> int:
        return len(text) if self._target is None else self._target.write(text)

    def flush(self) -> None:
        _flush(self._target)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._target is None:
            raise io.UnsupportedOperation("fileno")
        return self._target.fileno()

    def isatty(self) -> bool:
        return self._target is not None and self._target.isatty()

    @property
    def encoding(self) -> str:
        return getattr(self._target, "encoding", "utf-8")


@contextlib.contextmanager
def _descriptor_redirected(descriptor: int, target: int) -> Iterator[None]:
    _flush(sys.stderr)
    try:
        saved = os.dup(descriptor)
    except OSError:  # there is none (a process started without stderr)
        yield
        return
    os.dup2(target, descriptor)
    try:
        yield
    finally:
        os.dup2(saved, descriptor)
        os.close(saved)


def _flush(stream: TextIO | None) -> None:
    if stream is not None:
        stream.flush()
