"""Coloured shapes on clutter, made by exact rules, with class, box and mask."""

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import Dataset, stratified_split, wants_full, whole_number
from sidebyside.errors import DataError

CLASSES = ("circle", "square", "triangle", "cross", "star", "ring")
_FINE = 4  # a shape is drawn on a grid four times finer, then averaged
_DISTANCE = 0.5  # least distance in RGB between a shape's colour and the background's mean


def load_shapes(
    *,
    n: int | None = None,
    size: int = 32,
    objects: int = 1,
    seed: int = 0,
    full: bool | None = None,
) -> Dataset:
    """Pictures of coloured shapes on clutter: x float32 (n, size, size, 3) in 0–1.

    The rules: the background is a smooth random mixture of colours, crossed by 3–6 thin lines and
    sprinkled with 4–10 small blots. A shape has one colour, drawn at random but at least 0.5 away
    (in RGB) from the mean background, any rotation, and a circumscribed circle that lies inside
    the picture; its radius is 0.18–0.40 of the picture's side (0.12–0.22 where there are several
    shapes, whose circles do not overlap). Gaussian noise of 0.03 on top. Colour says nothing about
    the class. Split 80 / 20.

    With ``objects=1``: y int64 (n,) in 0–5, as many of each class. With ``objects=k`` each picture
    has 1 to k shapes: y int64 (n, k), −1 where there is no shape.

    ``extra``, with ``train`` and ``test`` for PART:
        ``boxes_PART`` float32 (n, 4), or (n, k, 4) with zeros where there is no shape: left, top,
        right, bottom in pixels; right and bottom are exclusive, so width = right − left.
        ``masks_PART`` int64 (n, size, size): 0 background, else class + 1.

    Args:
        n: how many pictures, from 10 to 50,000; None: 2,000. With ``full``: keep so many, four
            fifths of them from the training set; None: all 60,000.
        size: side of a picture in pixels, from 16 to 256.
        objects: the most shapes in a picture, from 1 to 5.
        seed: of everything random.
        full: CIFAR-10 instead (32×32, ten classes, no boxes or masks).

    Raises:
        DownloadError: CIFAR-10 was asked for and can't be had.
    """
    size = whole_number("size", size, least=16, most=256)
    most = whole_number("objects", objects, least=1, most=5)
    if wants_full(full):
        if size != 32 or most != 1:
            raise DataError(
                f"CIFAR-10, the full-size counterpart of the shapes, was asked for with size={size}"
                f" and objects={most}; its pictures are 32×32 with one thing and no boxes: leave "
                "both out, or pass full=False for the made shapes"
            )
        return full_size.load_cifar10(n=n)
    n = 2000 if n is None else whole_number("n", n, least=10, most=50_000)
    rng = np.random.default_rng(seed)
    x = np.empty((n, size, size, 3), dtype=np.float32)
    y = np.full((n, most), -1, dtype=np.int64)
    boxes = np.zeros((n, most, 4), dtype=np.float32)
    masks = np.zeros((n, size, size), dtype=np.int64)
    first = rng.permutation(np.arange(n) % len(CLASSES))
    for i in range(n):
        _draw(rng, x[i], y[i], boxes[i], masks[i], int(first[i]))
    train, test = stratified_split(first, seed=seed)
    if most == 1:
        y, boxes = y[:, 0], boxes[:, 0]
    return Dataset(
        name="shapes",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=CLASSES,
        source="made for this course by the rules in sidebyside.data.shapes",
        licence="that of this course",
        extra={
            "boxes_train": boxes[train],
            "boxes_test": boxes[test],
            "masks_train": masks[train],
            "masks_test": masks[test],
        },
    )


def _draw(
    rng: np.random.Generator,
    picture: np.ndarray,
    labels: np.ndarray,
    boxes: np.ndarray,
    mask: np.ndarray,
    first: int,
) -> None:
    """Fill in one picture, its labels, boxes and mask."""
    size, most = len(picture), len(labels)
    picture[...] = background = _clutter(rng, size)
    count = int(rng.integers(1, most + 1))
    smallest, largest = (0.18, 0.40) if most == 1 else (0.12, 0.22)
    placed: list[tuple[float, float, float]] = []
    for k in range(count):
        place = _free_place(rng, size, smallest, largest, placed)
        if place is None:
            break
        placed.append(place)
        label = first if k == 0 else int(rng.integers(len(CLASSES)))
        cover = _cover(CLASSES[label], size, *place, angle=rng.uniform(0, 2 * np.pi))
        colour = _colour_apart(rng, background.mean(axis=(0, 1)))
        picture[...] = picture + cover[..., None] * (colour - picture)
        inside = cover >= 0.5
        mask[inside] = label + 1
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        labels[k] = label
        boxes[k] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    picture += rng.normal(0, 0.03, picture.shape).astype(np.float32)
    np.clip(picture, 0, 1, out=picture)


def _free_place(rng, size, smallest, largest, placed) -> tuple[float, float, float] | None:
    """Centre and radius (x, y, r) of a circle inside the picture that meets no other."""
    for _ in range(50):
        r = rng.uniform(smallest, largest) * size
        x, y = rng.uniform(r, size - r, 2)
        if all(np.hypot(x - u, y - v) >= r + s for u, v, s in placed):
            return float(x), float(y), float(r)
    return None


def _colour_apart(rng: np.random.Generator, background: np.ndarray) -> np.ndarray:
    while True:
        colour = rng.random(3)
        if np.linalg.norm(colour - background) >= _DISTANCE:
            return colour.astype(np.float32)


def _clutter(rng: np.random.Generator, size: int) -> np.ndarray:
    """A background: a smooth mixture of colours, thin lines, small blots."""
    at = (np.arange(size) + 0.5) / size
    waves = np.zeros((size, size, 3))
    for _ in range(3):
        fx, fy = rng.uniform(-1.5, 1.5, 2)
        phase = rng.uniform(0, 2 * np.pi, 3)
        wave = 2 * np.pi * (fx * at[None, :, None] + fy * at[:, None, None]) + phase
        waves += np.sin(wave) * rng.uniform(0.03, 0.12, 3)
    picture = rng.uniform(0.2, 0.8, 3) + waves
    for _ in range(int(rng.integers(3, 7))):  # lines
        angle, offset = rng.uniform(0, np.pi), rng.uniform(-0.5, 0.5)
        across = (at[None, :] - 0.5) * np.cos(angle) + (at[:, None] - 0.5) * np.sin(angle)
        on = np.abs(across - offset) < rng.uniform(0.01, 0.025)
        picture[on] += rng.uniform(-0.3, 0.3, 3)
    for _ in range(int(rng.integers(4, 11))):  # blots
        u, v = rng.random(2)
        on = np.hypot(at[None, :] - u, at[:, None] - v) < rng.uniform(0.02, 0.06)
        picture[on] += rng.uniform(-0.4, 0.4, 3)
    return np.clip(picture, 0, 1).astype(np.float32)


def _cover(shape: str, size: int, x: float, y: float, r: float, *, angle: float) -> np.ndarray:
    """How much of each pixel the shape covers, 0–1, float32 (size, size)."""
    cover = np.zeros((size, size), dtype=np.float32)
    # Only the pixels that the circumscribed circle can touch.
    left, top = max(0, int(x - r)), max(0, int(y - r))
    right, bottom = min(size, int(x + r) + 1), min(size, int(y + r) + 1)
    columns, rows = right - left, bottom - top
    across = (left + (np.arange(columns * _FINE) + 0.5) / _FINE - x)[None, :] / r
    down = (top + (np.arange(rows * _FINE) + 0.5) / _FINE - y)[:, None] / r
    u = across * np.cos(angle) + down * np.sin(angle)
    v = down * np.cos(angle) - across * np.sin(angle)
    inside = _inside(shape, u, v).reshape(rows, _FINE, columns, _FINE)
    cover[top:bottom, left:right] = inside.mean(axis=(1, 3), dtype=np.float32)
    return cover


def _inside(shape: str, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Whether points lie in the shape whose circumscribed circle is the unit circle."""
    a, b, r = np.abs(u), np.abs(v), np.hypot(u, v)
    if shape == "circle":
        return r <= 1
    if shape == "ring":
        return (r >= 0.55) & (r <= 1)
    if shape == "square":
        return np.maximum(a, b) <= np.sqrt(0.5)
    if shape == "cross":
        arm = 0.3
        length = np.sqrt(1 - arm**2)
        return ((a <= arm) & (b <= length)) | ((b <= arm) & (a <= length))
    if shape == "triangle":
        return (v <= 0.5) & (a * np.sqrt(3) - v <= 1)
    # A star: five times the wedge between a tip at radius 1 and a dent at 0.42.
    fifth = 2 * np.pi / 5
    turn = np.abs((np.arctan2(v, u) + fifth / 2) % fifth - fifth / 2)  # 0 at a tip, fifth/2 at dent
    along, aside = r * np.cos(turn), r * np.sin(turn)
    dent = 0.42 * np.array([np.cos(fifth / 2), np.sin(fifth / 2)])
    return (along - 1) * dent[1] - aside * (dent[0] - 1) <= 0
