"""Real pictures that are shipped inside scikit-learn and scikit-image.

scikit-image fetches some of its pictures from the network at first use. Those used here lie in the
package itself; they are opened as files, so that nothing is ever fetched silently.
"""

import math
import os
from pathlib import Path

import numpy as np

from sidebyside.data import full as full_size
from sidebyside.data._dataset import (
    VARIABLE,
    Dataset,
    embedded_only,
    one_of,
    stratified_split,
    wants_full,
    whole_number,
)
from sidebyside.errors import DataError, require

FOLDER_VARIABLE = "SIDEBYSIDE_DOGS_VS_CATS"


def _shipped(file: str) -> Path:
    """The path of a picture inside the installed scikit-image."""
    skimage = require("skimage", extra="data", purpose=f"the picture {file}")
    path = Path(skimage.__file__).parent / "data" / file
    if not path.is_file():
        raise DataError(
            f"{file} is not inside this installation of scikit-image ({skimage.__version__}), "
            "and nothing is fetched silently; install the scikit-image from the lock file "
            "(version 0.26 has it)"
        )
    return path


def _picture(file: str) -> np.ndarray:
    """A shipped picture as float32 in 0–1, (height, width, channels)."""
    image = require("PIL.Image", extra="data", purpose=f"the picture {file}")
    with image.open(_shipped(file)) as picture:
        array = np.asarray(picture, dtype=np.float32) / 255
    return array[..., None] if array.ndim == 2 else array[..., :3]


def _tiles(picture: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole tiles of size × size, and the column of tiles that each stands in."""
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    cut = picture[: rows * size, : columns * size]
    cut = cut.reshape(rows, size, columns, size, *picture.shape[2:]).swapaxes(1, 2)
    column = np.tile(np.arange(columns), rows)
    return cut.reshape(rows * columns, size, size, *picture.shape[2:]), column


def _right_hand_quarter(column: np.ndarray) -> np.ndarray:
    """Which tiles stand in the last quarter of the columns, bool like ``column``."""
    columns = int(column.max()) + 1
    return column >= math.ceil(columns * 3 / 4)


def load_photographs(*, full: bool | None = None) -> Dataset:
    """Two colour photographs, a Chinese temple and a flower: x float32 (2, 427, 640, 3) in 0–1.

    Both are in the training part; the test part is empty. y is 0, 1: which photograph it is.
    """
    embedded_only("photographs", full)
    datasets = require("sklearn.datasets", extra="data", purpose="the photographs")
    bunch = datasets.load_sample_images()
    x = np.stack(bunch.images).astype(np.float32) / 255
    y = np.arange(len(x), dtype=np.int64)
    names = tuple(Path(file).stem for file in bunch.filenames)
    return Dataset(
        name="photographs",
        x_train=x,
        y_train=y,
        x_test=x[:0],
        y_test=y[:0],
        class_names=names,
        source="china.jpg by danielbuechele, flickr.com/photos/danielbuechele/6061409035; "
        "flower.jpg by vultilion, flickr.com/photos/vultilion/6056698931; "
        "as shipped with scikit-learn",
        licence="CC BY 2.0, attribution as given in the source",
    )


def load_textures(
    *,
    size: int | None = None,
    n: int | None = None,
    seed: int = 0,
    folder: str | Path | None = None,
    full: bool | None = None,
) -> Dataset:
    """Tiles of brick, grass and gravel: x float32 (n, size, size, 3) in 0–1, y int64 0–2.

    Each texture is one grey photograph of 512×512, cut into tiles that do not overlap; grey is
    repeated over the three channels, so that a network for colour pictures reads it. The tiles of
    the right-hand quarter of each photograph are the test part: 576 / 192 at size 32.

    Args:
        size: side of a tile in pixels, at most 128; None: 32 (``full``: 64).
        n: use so many pictures, drawn evenly; None: all.
        seed: of that draw (``full``: and of the split).
        folder: with ``full``, where the reader unpacked Dogs vs. Cats; None: the environment
            variable ``SIDEBYSIDE_DOGS_VS_CATS``.
        full: Kaggle's Dogs vs. Cats instead, from ``folder``; it is never downloaded from here.

    Raises:
        DataError: Dogs vs. Cats was asked for and the folder is missing, empty, or holds a picture
            that can't be read.
    """
    if wants_full(full):
        folder = folder if folder is not None else os.environ.get(FOLDER_VARIABLE)
        if not folder:
            raise DataError(
                "Dogs vs. Cats was asked for and no folder was given: download it from "
                "https://www.kaggle.com/c/dogs-vs-cats/data, unpack it, and pass "
                f"load_textures(full=True, folder=...) or set {FOLDER_VARIABLE}; "
                "to run this chapter on the embedded textures: full=False, or leave "
                f"{VARIABLE} unset"
            )
        return full_size.load_dogs_vs_cats(
            folder, size=64 if size is None else size, n=n, seed=seed
        )
    if folder is not None and full is None:
        raise DataError(
            f"folder={str(folder)!r} was passed without full=True; the embedded textures need no "
            "folder, and Dogs vs. Cats is chosen explicitly with full=True"
        )
    size = 32 if size is None else whole_number("size", size, least=4, most=128)
    names = ("brick", "grass", "gravel")
    parts = [_tiles(_picture(f"{name}.png"), size) for name in names]
    x = np.concatenate([tiles for tiles, _ in parts])
    column = np.concatenate([columns for _, columns in parts])
    y = np.repeat(np.arange(len(names)), [len(tiles) for tiles, _ in parts])
    in_test = _right_hand_quarter(column)
    order = np.random.default_rng(0).permutation(len(x))
    train, test = order[~in_test[order]], order[in_test[order]]
    if n is not None:
        n = whole_number("n", n, least=2 * len(names), most=len(x))
        n_test = min(max(len(names), round(n * len(test) / len(x))), len(test))
        n_train = n - n_test
        train = train[_evenly(y[train], n_train, seed)]
        test = test[_evenly(y[test], n_test, seed)]
    x = np.repeat(x, 3, axis=-1)
    return Dataset(
        name="textures",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=names,
        source="brick (CC0Textures Bricks25), grass (linolafett, Grass-01), gravel (CC0Textures "
        "Gravel04), as shipped with scikit-image",
        licence="CC0 1.0",
    )


def _evenly(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    _, chosen = stratified_split(labels, test_fraction=n / len(labels), seed=seed)
    return chosen


def load_faces(*, full: bool | None = None) -> Dataset:
    """Faces and what is none: x float32 (n, 25, 25) in 0–1, y int64: 0 no face, 1 face.

    100 of each; split 160 / 40, stratified.
    """
    embedded_only("faces", full)
    x = np.load(_shipped("lfw_subset.npy")).astype(np.float32)
    y = np.repeat(np.array([1, 0], dtype=np.int64), 100)
    train, test = stratified_split(y)
    return Dataset(
        name="faces",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=("no face", "face"),
        source="a subset of Labeled Faces in the Wild (G. Huang et al., 2007), as shipped with "
        "scikit-image",
        licence="see http://vis-www.cs.umass.edu/lfw/",
    )


_PICTURES = {
    "coins": ("coins.png", "coin"),
    "cell": ("cell.png", "cell"),
    "ihc": ("ihc.png", "stained tissue"),
    "retina": ("retina.jpg", "blood vessel"),
}
_ABOUT = {
    "coins": ("Greek coins from Pompeii, Brooklyn Museum", "no known copyright restrictions"),
    "cell": (
        "a cell floating in saline, quantitative phase (P. Müller et al., Optics Express 26, 2018)",
        "CC0 1.0",
    ),
    "ihc": (
        "colonic glands, FHL2 revealed with DAB, haematoxylin counterstain (Center for "
        "Microscopy and Molecular Imaging)",
        "no known copyright restrictions",
    ),
    "retina": (
        "fundus photograph of a normal left eye (M. Häggström, WikiJournal of Medicine 1, 2014)",
        "CC0 1.0",
    ),
}
_RULES = {
    "coins": "watershed of the Sobel gradient from markers below 30 and above 150 (of 255), "
    "holes filled, specks under 200 pixels removed",
    "cell": "Gaussian blur (2 pixels), Otsu's threshold",
    "ihc": "the DAB channel of the haematoxylin–eosin–DAB colour separation, Gaussian blur "
    "(1.5 pixels), Otsu's threshold",
    "retina": "Sato's ridge filter (3, 5, 7 pixels) on the green channel, thresholds with "
    "hysteresis at 0.7 and 1.2 times Otsu's, specks under 400 pixels removed",
}


def load_cells(*, picture: str = "ihc", size: int = 64, full: bool | None = None) -> Dataset:
    """Tiles of one shipped picture and a mask for each, for segmentation.

    x float32 (n, size, size, channels) in 0–1 (three channels for ``ihc`` and ``retina``, one for
    ``coins`` and ``cell``), y int64 (n, size, size): 1 where the thing is. No mask drawn by hand
    is shipped with any of these pictures: **the masks come from a classical rule**, named in
    ``extra["rule"]``, so a network is measured against that rule, not against an expert.

    The tiles do not overlap; those in the right-hand quarter of the columns are the test part:
    48 / 16 for ``ihc``, 374 / 110 for ``retina``, 20 / 4 for ``coins``, 60 / 20 for ``cell``
    at size 64.

    ``extra``: ``picture`` (the whole one, float32), ``mask`` (int64) and ``rule``.

    Args:
        picture: ``"ihc"`` (stained tissue), ``"coins"``, ``"cell"`` or ``"retina"``.
        size: side of a tile in pixels, from 8 to 128.
    """
    embedded_only("cells", full)
    one_of("picture", picture, tuple(_PICTURES))
    size = whole_number("size", size, least=8, most=128)
    file, thing = _PICTURES[picture]
    image = _picture(file)
    mask = _mask(picture, image)
    x, column = _tiles(image, size)
    y, _ = _tiles(mask, size)
    in_test = _right_hand_quarter(column)
    source, licence = _ABOUT[picture]
    return Dataset(
        name=f"cells: {picture}",
        x_train=x[~in_test],
        y_train=y[~in_test],
        x_test=x[in_test],
        y_test=y[in_test],
        class_names=("background", thing),
        source=f"{source}, as shipped with scikit-image; masks by rule",
        licence=licence,
        extra={"picture": image, "mask": mask, "rule": _RULES[picture]},
    )


def _mask(picture: str, image: np.ndarray) -> np.ndarray:
    """The mask by the rule in ``_RULES``: int64, 1 where the thing is."""
    purpose = f"the mask of the picture {picture!r}"
    filters = require("skimage.filters", extra="data", purpose=purpose)
    morphology = require("skimage.morphology", extra="data", purpose=purpose)
    ndimage = require("scipy.ndimage", extra="data", purpose=purpose)
    if picture == "coins":
        grey = image[..., 0].astype(np.float64)
        segmentation = require("skimage.segmentation", extra="data", purpose=purpose)
        markers = np.zeros(grey.shape, dtype=np.int32)
        markers[grey < 30 / 255] = 1
        markers[grey > 150 / 255] = 2
        regions = segmentation.watershed(filters.sobel(grey), markers)
        mask = morphology.remove_small_objects(
            ndimage.binary_fill_holes(regions == 2), max_size=200
        )
    elif picture == "cell":
        grey = filters.gaussian(image[..., 0].astype(np.float64), 2)
        mask = grey > filters.threshold_otsu(grey)
    elif picture == "ihc":
        color = require("skimage.color", extra="data", purpose=purpose)
        stain = filters.gaussian(color.rgb2hed(image.astype(np.float64))[..., 2], 1.5)
        mask = stain > filters.threshold_otsu(stain)
    else:
        green = filters.gaussian(image[..., 1].astype(np.float64), 1)
        eye = ndimage.binary_erosion(image.sum(axis=-1) > 60 / 255, iterations=25)
        ridges = filters.sato(green, sigmas=(3, 5, 7), black_ridges=True) * eye
        otsu = filters.threshold_otsu(ridges[eye])
        mask = filters.apply_hysteresis_threshold(ridges, 0.7 * otsu, 1.2 * otsu)
        mask = morphology.remove_small_objects(mask, max_size=400)
    return mask.astype(np.int64)
