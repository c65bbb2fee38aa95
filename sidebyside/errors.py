"""The errors of the package. Each message names the thing, what was got, what was expected, and
what to do next."""

import importlib
from types import ModuleType


class SideBySideError(Exception):
    """Base of every error that this package raises on purpose."""


class DataError(SideBySideError):
    """A data set can't be loaded as asked."""


class DownloadError(DataError):
    """A download failed; the message names the way out."""


class TranslationError(SideBySideError):
    """Weights can't be carried from one framework's model to the other's."""


class ParityError(SideBySideError, AssertionError):
    """Two implementations differ by more than the tolerance.

    Attributes:
        largest: the difference that was held against the tolerance, where there is such a number.
    """

    def __init__(self, message: str = "", *, largest: float | None = None) -> None:
        super().__init__(message)
        self.largest = largest


class CheckFailed(ParityError):
    """A visible test's check failed; the message is all that the student has to see."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of the traceback."""
        return [f"✗ {self}"]


class ShapeError(SideBySideError, ValueError):
    """Shapes do not fit."""


class NonFiniteError(SideBySideError, ValueError):
    """A value is NaN or infinite where a finite one is needed."""


class MissingPackageError(SideBySideError, ImportError):
    """An optional package is needed and not installed."""


def require(package: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional package, or say how to install it.

    Args:
        package: the module's import name, such as ``"torch"``.
        extra: the extra of this package that brings it, such as ``"frameworks"``.
        purpose: what it is needed for; ends the sentence "… is needed for".

    Raises:
        MissingPackageError: the package is not installed.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != package.split(".")[0]:
            raise  # the package is there, and something that it needs is not
        raise MissingPackageError(
            f"the package {package!r} is needed for {purpose} and is not installed; "
            f'install it with: pip install "sidebyside[{extra}]"',
            name=package,
        ) from None
