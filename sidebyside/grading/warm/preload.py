"""What the warm parent imports: modules only, never an operation of TensorFlow or PyTorch."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterable

# Needed by whoever runs cells, on either side.
ALWAYS = (
    "msgpack",
    "IPython.core.interactiveshell",
    "IPython.core.magics",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.display",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "sqlite3",
)

# What these modules import at their first use only, found by measuring: otherwise paid in every
# child. One that is missing (another version) costs its time, nothing else.
COMPANIONS = {
    "ipykernel": (
        "IPython.core.debugger_backport",
        "faulthandler",
        "ipykernel.debugger",
        "psutil",
        "tornado.locks",
        "tornado.platform.asyncio",
        "tornado.queues",
    ),
    "numpy": ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.testing"),
    "torch": (
        "torch._dynamo",
        "torch.utils.data",
        "torch.optim",
        "torch.func",
        "torch.testing",
        "torch.profiler._cupti_monitor",
        "torch._subclasses.schema_check_mode",
    ),
    "tensorflow": (
        "keras",
        "tensorflow.python.data.ops.range_op",
        "tensorflow.python.data.ops.flat_map_op",
        "tensorflow.python.data.ops.from_tensors_op",
        "tensorflow.python.data.ops.concatenate_op",
        "tensorflow.python.data.ops.zip_op",
    ),
    "matplotlib": (
        "matplotlib.backends.backend_agg",
        "matplotlib_inline.backend_inline",
        "PIL.BmpImagePlugin",
        "PIL.GifImagePlugin",
        "PIL.JpegImagePlugin",
        "PIL.PngImagePlugin",
        "PIL.PpmImagePlugin",
    ),
}


def preload(names: Iterable[str]) -> dict[str, str]:
    """Import modules and what they would import later.

    Args:
        names: full names of modules.

    Returns:
        The names that could not be imported, each with the reason. A traceback is logged.
    """
    skipped: dict[str, str] = {}
    for name in (*ALWAYS, *names):
        _import(name, skipped)
    for module, companions in COMPANIONS.items():
        if module in sys.modules:
            for name in companions:
                _import(name, {})
    return skipped


def _import(name: str, skipped: dict[str, str]) -> None:
    try:
        importlib.import_module(name)
    except (Exception, SystemExit) as error:
        skipped[name] = f"{type(error).__name__}: {error}"
        print(f"skipped {name}:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
