"""Do two implementations compute the same? Carry weights across, and measure the difference.

``translate`` copies the weights of a Keras model into a PyTorch one and back; ``compare`` runs both
(and a NumPy one) on one batch and tables the differences of outputs, loss, gradients and parameters
after some optimiser steps; ``agree`` tables arrays that you computed yourself; ``needed`` shows
that a comparison fails without each of the settings that it needs; ``check_close``,
``likely_cause`` and ``relative_error`` are for tests. Importing this imports neither framework.
"""

from sidebyside.parity.checks import check_close, likely_cause, relative_error
from sidebyside.parity.compare import compare
from sidebyside.parity.needed import Needed, Without, needed
from sidebyside.parity.report import Comparison, Row, agree
from sidebyside.parity.translate import Translation, translate

__all__ = [
    "Comparison",
    "Needed",
    "Row",
    "Translation",
    "Without",
    "agree",
    "check_close",
    "compare",
    "likely_cause",
    "needed",
    "relative_error",
    "translate",
]
