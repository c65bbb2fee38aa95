"""Start-up and the plain PyTorch training loop, so that a chapter needn't repeat them.

Chapter 06 writes the loop out in full; later chapters call :func:`fit` here, which gives back its
history in the same form as Keras' ``fit``. Importing this package imports neither framework.
"""

from sidebyside.training.batches import minibatches
from sidebyside.training.history import History
from sidebyside.training.loop import evaluate, fit, predict
from sidebyside.training.startup import seed, setup

__all__ = ["History", "evaluate", "fit", "minibatches", "predict", "seed", "setup"]
