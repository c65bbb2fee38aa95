# tries: die in every single call, so that the student's side is started again and again
# must: cost its own tests; restarts are bounded, and so is their time
import os


class Counter:
    def __init__(self):
        os._exit(1)


def scale(x):
    os._exit(1)


def best(scores):
    os._exit(1)


def length(v):
    os._exit(1)


def energy(x):
    os._exit(1)
