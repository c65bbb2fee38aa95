"""What holds for every test of the grader."""

from sidebyside.grading.sandbox.limits import keep_arenas_few

keep_arenas_few()  # as a warm parent does: tests fork from this process in its place
