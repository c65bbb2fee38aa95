"""Grading a class: fast, fair, safe.

An extension of nbgrader. ``sidebyside grade ASSIGNMENT`` grades what is in ``submitted/`` of an
nbgrader course into its gradebook; every nbgrader command keeps working beside it. The student's
code and the tests are in two processes, between which only data crosses: not every test can be
judged so, and ``sidebyside check-assignment`` shows which of an assignment can't.
"""
