"""Grading a class: fast, fair, safe.

An extension of nbgrader. ``sidebyside grade ASSIGNMENT`` grades what is in ``submitted/`` of any
nbgrader course into its gradebook; every nbgrader command keeps working beside it.
"""
