"""Start-up and the plain PyTorch training loop, so that a chapter needn't repeat them.

Chapter 06 writes the loop out in full; later chapters call :func:`fit` here, which gives back its
history in the same form as Keras' ``fit``; :func:`many_seeds` trains one small network from many
seeds at once, for experiments that need several. :func:`sweep` searches their learning rate, and
:func:`paired` compares them seed by seed. Importing this package imports neither framework.
"""

from sidebyside.training.batches import minibatches
from sidebyside.training.experiments import Paired, Sweep, paired, sweep
from sidebyside.training.history import History
from sidebyside.training.loop import evaluate, fit, predict
from sidebyside.training.seeds import ManySeeds, many_seeds
from sidebyside.training.startup import seed, setup

__all__ = [
    "History",
    "ManySeeds",
    "Paired",
    "Sweep",
    "evaluate",
    "fit",
    "many_seeds",
    "minibatches",
    "paired",
    "predict",
    "seed",
    "setup",
    "sweep",
]
