"""Pictures and matrices: image grids, feature maps, attention maps."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sidebyside.errors import ShapeError
from sidebyside.plots.figures import as_array, drawing, images_of
from sidebyside.plots.style import readable_on, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_RULED = 16  # beyond this the lines between the cells are noise
MOST_ANNOTATED = 10  # an attention map with more rows or columns than this has no room for numbers


@styled
def image_grid(
    images: Any,
    titles: Sequence[Any] | None = None,
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    ncols: int | None = None,
    cmap: str = "gray",
    vmin: float | None = None,
    vmax: float | None = None,
    title: str | None = None,
) -> None:
    """Draw pictures in a grid, all on the same scale of brightness.

    Args:
        images: (n, height, width), or with 1, 3 or 4 channels last or first; floating-point colours
            from 0 to 1, or whole numbers from 0 to 255.
        titles: one for each picture.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        ncols: pictures in a row; by default up to 8.
        cmap: matplotlib's colour map for pictures without colour.
        vmin, vmax: values drawn as its ends; by default the lowest and the highest of all pictures.
        title: above the grid.

    Raises:
        ValueError: no alt text, or titles and pictures differ in number.
        ShapeError: the array can't be read as pictures, or there are none.
    """
    pictures = images_of(images)
    if not len(pictures):
        raise ShapeError("there are no pictures to draw; expected at least one")
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(
            f"there are {len(titles)} titles for {len(pictures)} pictures; expected one for each"
        )
    gray = pictures.ndim == 3
    if gray:
        vmin = float(pictures.min()) if vmin is None else vmin
        vmax = float(pictures.max()) if vmax is None else vmax
        vmax = vmax if vmax > vmin else vmin + 1.0
    elif pictures.dtype.kind == "f":
        pictures = pictures.clip(0, 1)
    _draw_grid(pictures, titles, alt, ax, ncols, title, cmap=cmap, vmin=vmin, vmax=vmax)


@styled
def feature_maps(
    maps: Any,
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    layout: str | None = None,
    ncols: int | None = None,
    cmap: str = "viridis",
    shared_scale: bool = True,
    titles: Sequence[Any] | None = None,
    title: str | None = None,
) -> None:
    """Draw the channels of a convolutional layer's output, or its filters, for one example.

    Args:
        maps: (height, width, channels) as Keras gives it or (channels, height, width) as PyTorch
            does; a batch axis of length 1 in front is left out.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        layout: ``"hwc"`` or ``"chw"``. None tells them apart by the two equal sides of the map, and
            raises where the shape leaves it open.
        ncols: maps in a row; by default up to 8.
        cmap: matplotlib's colour map.
        shared_scale: draw all maps on one scale, with a colour bar; otherwise each on its own.
        titles: one for each map.
        title: above the grid.

    Raises:
        ValueError: no alt text, an unknown layout, or titles and maps differ in number.
        ShapeError: the array is not one example's maps, or its layout can't be told.
    """
    array = as_array(maps)
    if array.ndim == 4 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 3 or not array.size:
        raise ShapeError(
            f"the maps have the shape {as_array(maps).shape}; expected those of one example: "
            "(height, width, channels) or (channels, height, width)"
        )
    if _layout(array.shape, layout) == "hwc":
        array = np.moveaxis(array, -1, 0)
    if titles is not None and len(titles) != len(array):
        raise ValueError(
            f"there are {len(titles)} titles for {len(array)} maps; expected one for each"
        )
    limits = {}
    if shared_scale:
        low, high = float(array.min()), float(array.max())
        limits = {"vmin": low, "vmax": high if high > low else low + 1.0}
    _draw_grid(array, titles, alt, ax, ncols, title, bar=shared_scale, cmap=cmap, **limits)


@styled
def attention_map(
    weights: Any,
    query_labels: Sequence[str],
    key_labels: Sequence[str],
    *,
    alt: str | None = None,
    ax: "Axes | None" = None,
    annotate: bool | None = None,
    vmax: float | None = None,
    title: str | None = None,
) -> None:
    """Draw how much each query attends to each key, darker for more.

    Args:
        weights: (queries, keys), one row for each query; rows of attention weights sum to 1.
        query_labels: one for each row.
        key_labels: one for each column.
        alt: the alt text; needed unless ``ax`` is given.
        ax: draw here, and show nothing.
        annotate: write the values into the cells; by default for maps of up to 10 by 10.
        vmax: the value of the darkest colour; by default the largest one, rounded up to a tenth.
            Give 1 to compare several maps.
        title: above the map.

    Raises:
        ValueError: no alt text.
        ShapeError: the weights are no matrix, or do not fit the labels.
    """
    matrix = as_array(weights).astype(float)
    expected = (len(query_labels), len(key_labels))
    if matrix.shape != expected or not matrix.size:
        raise ShapeError(
            f"the attention weights have the shape {matrix.shape}; expected {expected}: one row "
            "for each query label and one column for each key label (give one head at a time)"
        )
    rows, columns = matrix.shape
    if annotate is None:
        annotate = max(rows, columns) <= MOST_ANNOTATED
    top = max(0.1, math.ceil(10 * float(np.nanmax(matrix)) - 1e-6) / 10) if vmax is None else vmax
    longest = max(len(str(label)) for label in key_labels)
    turned = 90 if columns > 12 else 45 if longest > 4 else 0
    beside = 1.75 + 0.08 * max(len(str(label)) for label in query_labels)
    width = min(6.4, beside + 0.55 * columns)
    cell = max(0.18, (width - beside) / columns)
    below = {0: 0.2, 45: 0.06 * longest, 90: 0.085 * longest}[turned]
    height = cell * rows + 0.55 + below + (0.35 if title else 0.1)
    with drawing(ax, alt, width=width, height=height) as ax:
        picture = ax.imshow(matrix, cmap="Blues", vmin=min(0.0, matrix.min()), vmax=top)
        ax.set_yticks(range(rows), query_labels)
        ax.set_xticks(
            range(columns),
            key_labels,
            rotation=turned,
            ha="right" if turned else "center",
            va={0: "top", 45: "top", 90: "center"}[turned],
            rotation_mode="anchor" if turned else "default",
        )
        ax.set(xlabel="key (attended to)", ylabel="query")
        _plain_matrix(ax, rows, columns)
        if annotate:
            for (i, j), value in np.ndenumerate(matrix):
                colour = readable_on(picture.cmap(picture.norm(value)))
                ax.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=10, color=colour)
        beside_map = ax.inset_axes((1 + 0.3 / columns, 0, 0.3 / columns, 1))
        bar = ax.figure.colorbar(picture, cax=beside_map)
        bar.outline.set_visible(False)
        bar.set_label("attention weight")
        if title:
            ax.set_title(title)


def _plain_matrix(ax: "Axes", rows: int, columns: int) -> None:
    """No frame; thin light lines between the cells."""
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if max(rows, columns) <= MOST_RULED:
        ax.set_xticks(np.arange(1, columns) - 0.5, minor=True)
        ax.set_yticks(np.arange(1, rows) - 0.5, minor=True)
        ax.grid(True, which="minor", color="white", linewidth=1.0)
        ax.tick_params(which="minor", length=0)


def _layout(shape: tuple[int, ...], layout: str | None) -> str:
    if layout in ("hwc", "chw"):
        return layout
    if layout is not None:
        raise ValueError(f"the layout is {layout!r}; expected 'hwc', 'chw' or None")
    first, second = shape[0] == shape[1], shape[1] == shape[2]
    if first != second:
        return "hwc" if first else "chw"
    raise ShapeError(
        f"the shape {shape} does not tell where the channels are; say layout='hwc' (Keras) or "
        "layout='chw' (PyTorch)"
    )


def _draw_grid(
    pictures: np.ndarray,
    titles: Sequence[Any] | None,
    alt: str | None,
    ax: Any,
    ncols: int | None,
    title: str | None,
    bar: bool = False,
    **shown: Any,
) -> None:
    count = len(pictures)
    ncols = min(count, ncols or (8 if count > 10 else min(count, 5) if count != 8 else 4))
    nrows = math.ceil(count / ncols)
    height, width = pictures.shape[1:3]
    bar_width = 0.6 if bar else 0.0
    widest = 1.6 if max(height, width) <= 64 else 3.2
    cell = max(min((6.4 - bar_width) / ncols, widest), 2.0 / ncols)
    picture_height = cell * height / width
    above = 0.27 if titles is not None else 0.05  # inches
    size = {
        "width": cell * ncols + bar_width,
        "height": (picture_height + above) * nrows + (0.35 if title else 0.05),
    }
    with drawing(ax, alt, **size) as whole:
        whole.set_axis_off()
        if title:
            whole.set_title(title)
        axes = []
        for i, picture in enumerate(pictures):
            row, column = divmod(i, ncols)
            box = (column / ncols, 1 - (row + 1) / nrows, 1 / ncols, 1 / nrows)
            axes.append(_cell(whole, box, above / (picture_height + above)))
            drawn = axes[-1].imshow(picture, **shown)
            axes[-1].set_axis_off()
            if titles is not None:
                axes[-1].set_title(
                    str(titles[i]), loc="center", fontsize=10, pad=3, weight="normal"
                )
        if bar:
            colours = whole.figure.colorbar(drawn, ax=whole, shrink=0.9, pad=0.02, aspect=20)
            colours.outline.set_visible(False)


def _cell(whole: "Axes", box: tuple[float, float, float, float], above: float) -> "Axes":
    """Axes inside ``box`` (left, bottom, width, height, in parts of ``whole``), with a gap around.

    ``above`` is the part of the height that is left for the title.
    """
    left, bottom, width, height = box
    return whole.inset_axes(
        (left + 0.03 * width, bottom, 0.94 * width, height * (1 - max(above, 0.03)))
    )
