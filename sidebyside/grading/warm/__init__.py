"""Warm forks: a parent process imports the packages once; every submission is a fork of it.

`WarmParent` starts ``python -m sidebyside.grading.warm``, which imports what it is told to and runs
no operation of TensorFlow or PyTorch (a child forked after one can hang), and forks children on
request. Nothing outlives the process that started it: see `sidebyside.grading.warm.server`.
"""

from sidebyside.grading.warm.client import Child, WarmParent
from sidebyside.grading.warm.errors import WarmError, WarmParentLost

__all__ = ["Child", "WarmError", "WarmParent", "WarmParentLost"]
