"""Making a figure and showing it, with its alt text."""

import base64
import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError, require
from sidebyside.plots.looks import check_told_apart
from sidebyside.plots.style import CARD, DPI, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHORTEST_ALT = 15
UNSEEN_MEAN, UNSEEN_MOST = 1.0, 32  # of 255: over the whole picture, and in a single pixel


@styled
def figure(
    ncols: int = 1, nrows: int = 1, width: float = 6.4, height: float = 3.6, **kw: Any
) -> "tuple[Figure, Any]":
    """Make a figure in the book's look.

    Args:
        ncols, nrows: axes beside and above one another.
        width, height: of the whole figure, in inches of 100 pixels.
        **kw: for ``matplotlib.pyplot.subplots``, such as ``sharey=True``.

    Returns:
        The figure and its axes: one, or an array of them.
    """
    plt = require("matplotlib.pyplot", extra="frameworks", purpose="drawing figures")
    return plt.subplots(nrows, ncols, figsize=(width, height), **kw)


@styled
def show(fig: "Figure", *, alt: str) -> None:
    """Show a figure with its alt text, and close it.

    In a notebook the output is a PNG with the alt text in its metadata and as its plain text, and
    the figure is not shown a second time at the end of the cell. In a script the figure appears in
    a window where there is one, and the alt text is printed where there is none. The same figure
    gives the same bytes whatever matplotlib's version wrote into its file header.

    Args:
        fig: the figure.
        alt: what a reader who can't see it needs: the kind of picture, its axes, and what it shows.

    Raises:
        ValueError: the alt text is missing or too short to say that, or two named lines in one
            pair of axes have the same colour, line style and marker.
    """
    alt = checked_alt(alt)
    check_told_apart(fig)
    plt = require("matplotlib.pyplot", extra="frameworks", purpose="drawing figures")
    try:
        if _in_notebook():
            from IPython.display import display

            png = base64.b64encode(png_bytes(fig)).decode("ascii")
            data = {"image/png": png, "text/plain": alt}
            display(data, metadata={"image/png": {"alt": alt}}, raw=True)
        elif _has_windows():
            plt.show()
        else:
            print(alt)
    finally:
        plt.close(fig)


def png_bytes(fig: "Figure") -> bytes:
    """The figure as a small PNG at 100 dots per inch, without date or version of the software.

    Charts are stored with a palette of 256 colours, a third of the size, where that changes
    nothing that the eye can see; photographs keep all their colours.
    """
    from PIL import Image  # comes with matplotlib

    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI, facecolor=CARD, metadata={"Software": None})
    full = Image.open(buffer).convert("RGB")
    method, no_dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    small = full.quantize(256, method=method, kmeans=3, dither=no_dither)
    change = np.abs(np.asarray(small.convert("RGB"), dtype=int) - np.asarray(full, dtype=int))
    unseen = change.mean() <= UNSEEN_MEAN and change.max() <= UNSEEN_MOST
    chosen = small if unseen else full
    buffer = io.BytesIO()
    chosen.save(buffer, "PNG", optimize=True, dpi=(DPI, DPI))
    return buffer.getvalue()


def checked_alt(alt: str | None) -> str:
    """The alt text without outer spaces, or a ValueError that says what a good one says."""
    text = " ".join(alt.split()) if isinstance(alt, str) else ""
    if len(text) < SHORTEST_ALT:
        raise ValueError(
            f"the alt text is {alt!r}; expected a sentence that says what kind of picture it is, "
            'what its axes are and what it shows, such as alt="Line chart of loss over 20 epochs: '
            'both frameworks fall from 2.3 to 0.1 along the same line."'
        )
    return text


@contextlib.contextmanager
def drawing(ax: Any, alt: str | None, **size: Any) -> Iterator[Any]:
    """Where a helper draws: on the caller's axes, or on a figure of its own, shown at the end.

    ``with drawing(ax, alt) as ax:`` gives the caller's axes back; if there are none, it gives those
    of a new figure, which is shown with the alt text when the block ends, and closed if it fails.
    """
    if ax is not None:
        yield ax
        return
    alt = checked_alt(alt)
    fig, axes = figure(**size)
    try:
        yield axes
    except BaseException:
        import matplotlib.pyplot as plt

        plt.close(fig)
        raise
    show(fig, alt=alt)


def as_array(value: Any) -> np.ndarray:
    """A NumPy array of an array, a list, or a tensor of either framework."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    return np.asarray(value)


def images_of(images: Any) -> np.ndarray:
    """Pictures as (n, height, width) or (n, height, width, 3 or 4), from either framework's layout.

    Raises:
        ShapeError: the array can't be read so.
    """
    array = as_array(images)
    channels = (1, 3, 4)
    if array.ndim == 4 and array.shape[1] in channels and array.shape[3] not in channels:
        array = np.moveaxis(array, 1, -1)  # PyTorch's (n, channels, height, width)
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim == 3 or (array.ndim == 4 and array.shape[3] in channels):
        return array
    raise ShapeError(
        f"the pictures have the shape {as_array(images).shape}; expected (n, height, width), "
        "(n, height, width, channels) or (n, channels, height, width) with 1, 3 or 4 channels"
    )


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


def _has_windows() -> bool:
    import matplotlib

    backend = matplotlib.get_backend().lower()
    return backend in {name.lower() for name in _interactive()}


def _interactive() -> list[str]:
    from matplotlib.backends.registry import BackendFilter, backend_registry

    return backend_registry.list_builtin(BackendFilter.INTERACTIVE)
