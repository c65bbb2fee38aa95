"""What the code in a sandbox finds in its environment: three settings of this machine's."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Mapping

KEPT = ("OMP_NUM_THREADS", "TF_CPP_MIN_LOG_LEVEL", "PYTHONHASHSEED")


def inside(home: str, temporary: str) -> dict[str, str]:
    """The whole environment of a sandbox with these directories."""
    cache = f"{home}/.cache"
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "HOME": home,
        "TMPDIR": temporary,
        "PATH": os.pathsep.join([os.path.join(sys.prefix, "bin"), "/usr/bin", "/bin"]),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "XDG_CACHE_HOME": cache,
        "XDG_CONFIG_HOME": f"{home}/.config",
        "XDG_DATA_HOME": f"{home}/.local/share",
        "XDG_RUNTIME_DIR": f"{home}/.run",
        "MPLCONFIGDIR": f"{home}/.config/matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
        "JUPYTER_RUNTIME_DIR": f"{home}/.run",
        "KERAS_HOME": f"{home}/.keras",
        "TORCH_HOME": f"{cache}/torch",
        "TORCHINDUCTOR_CACHE_DIR": f"{cache}/inductor",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    }


def first() -> tuple[int, int]:
    """Where the environment that this process was started with lies in its memory: two addresses,
    zeros where the system does not say.

    The kernel shows it in ``/proc/self/environ``, whatever was done to ``os.environ``.
    """
    try:
        with open("/proc/self/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(fields[47]), int(fields[48])  # env_start, env_end: proc(5), fields 50 and 51


def replace(variables: Mapping[str, str], erase: tuple[int, int] = (0, 0)) -> None:
    """Make these the environment of the process, and overwrite the one that it was started with
    (``erase``, from ``first``)."""
    os.environ.clear()
    start, end = erase
    if 0 < start < end:
        ctypes.memset(start, 0, end - start)
    os.environ.update(variables)
    tempfile.tempdir = None
