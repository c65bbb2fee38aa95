"""Data sets of the course: one loader each, all returning the same ``Dataset``.

The default is data that needs no network. The full-size counterparts (MNIST, Fashion-MNIST,
CIFAR-10, IMDB, Dogs vs. Cats) are asked for: ``full=True``, or the environment variable
``SIDEBYSIDE_DATA=full``; ``full=False`` wins over the environment. A download that fails is one
DownloadError, never a silent fall-back.

Every loader raises a DataError for an argument out of its range, for ``full=True`` where there is
no full-size counterpart, and for a value of the environment variable that means nothing; and a
MissingPackageError where the package that brings its data is not installed.

Importing this imports NumPy only; each loader imports the package its data comes in.
"""

from sidebyside.data._dataset import Dataset
from sidebyside.data.digits import load_digits, load_font_digits
from sidebyside.data.fashion import load_fashion_mnist
from sidebyside.data.graphs import load_karate_club, load_les_miserables
from sidebyside.data.images import load_cells, load_faces, load_photographs, load_textures
from sidebyside.data.manual import load_python_manual
from sidebyside.data.names import load_names
from sidebyside.data.numbers import load_numbers_in_words
from sidebyside.data.reviews import load_reviews, review_label
from sidebyside.data.series import load_co2, load_sunspots
from sidebyside.data.shapes import load_shapes
from sidebyside.data.tabular import load_breast_cancer, load_diabetes, load_wine

__all__ = [
    "Dataset",
    "load_breast_cancer",
    "load_cells",
    "load_co2",
    "load_diabetes",
    "load_digits",
    "load_faces",
    "load_fashion_mnist",
    "load_font_digits",
    "load_karate_club",
    "load_les_miserables",
    "load_names",
    "load_numbers_in_words",
    "load_photographs",
    "load_python_manual",
    "load_reviews",
    "load_shapes",
    "load_sunspots",
    "load_textures",
    "load_wine",
    "review_label",
]
