"""Deep Learning, Side by Side: the package behind the course.

Importing this package imports neither TensorFlow nor PyTorch; the submodules import them when
something of theirs is used. Two settings of TensorFlow must be in the environment before it is
imported, so they are given a default here: fewer log lines, and GPU memory taken as needed.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

__version__ = "0.1.0"
