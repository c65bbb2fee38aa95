"""The course's NumPy implementations that later chapters use again.

Rule: every function and class in here stands, text for text, in the notebook of the chapter that
teaches it, which the last line of its module's docstring names. The modules import NumPy and the
standard library only, and hold nothing but functions and classes: what the reader has seen in
the chapter is all there is. `tests/repository/test_scratch.py` holds them to it; whoever changes
one changes the other. This file imports nothing.
"""
