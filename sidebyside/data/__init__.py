"""Data sets of the course: one loader each, all returning the same ``Dataset``.

The default is data that needs no network. The full-size counterparts (MNIST, CIFAR-10, IMDB,
Dogs vs. Cats) are asked for: ``full=True``, or the environment variable ``SIDEBYSIDE_DATA=full``;
``full=False`` wins over the environment. A download that fails is one DownloadError, never a
silent fall-back.

Importing this imports NumPy only; each loader imports the package its data comes in.
"""

from sidebyside.data._dataset import Dataset
from sidebyside.data.digits import load_digits
from sidebyside.data.numbers import load_numbers_in_words
from sidebyside.data.reviews import load_reviews, review_label

__all__ = [
    "Dataset",
    "load_digits",
    "load_numbers_in_words",
    "load_reviews",
    "review_label",
]
