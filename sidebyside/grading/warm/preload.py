"""What the warm parent imports: modules only, never an operation of TensorFlow or PyTorch."""

from __future__ import annotations

import importlib
import logging
import sys
import traceback
from collections.abc import Iterable

logger = logging.getLogger(__name__)

# Needed by whoever runs cells, on either side.
ALWAYS = (
    "msgpack",
    "IPython.core.interactiveshell",
    "IPython.core.magics",
    "IPython.core.completerlib",
    "IPython.display",
)

# Imported at first use only, and then again in every child: better here.
COMPANIONS = {
    "numpy": ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.testing"),
    "torch": ("torch._dynamo", "torch.utils.data", "torch.optim"),
    "tensorflow": ("keras",),
    "matplotlib.pyplot": ("matplotlib.backends.backend_agg", "matplotlib_inline.backend_inline"),
}


def preload(names: Iterable[str]) -> dict[str, str]:
    """Import modules and what they would import later.

    Args:
        names: full names of modules.

    Returns:
        The names that could not be imported, each with the reason. A traceback is logged.
    """
    skipped = {}
    for name in _complete(names):
        try:
            importlib.import_module(name)
        except (Exception, SystemExit) as error:
            skipped[name] = f"{type(error).__name__}: {error}"
            print(f"skipped {name}:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
    return skipped


def _complete(names: Iterable[str]) -> list[str]:
    """The modules in order of import, companions behind their module."""
    wanted = dict.fromkeys(ALWAYS)
    for name in names:
        wanted[name] = None
        for module, companions in COMPANIONS.items():
            if name == module or name.startswith(module + ".") or module.split(".")[0] == name:
                wanted.update(dict.fromkeys(companions))
    return list(wanted)
