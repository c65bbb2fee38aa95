# tries: answer with an object that takes for ever to be written down
# must: cost its own test, after the time limit
# task: counter
# others: right
# earns: others
import time


class Slow(dict):
    def items(self):
        while True:
            time.sleep(1)

    keys = values = __iter__ = items


class Counter:
    def add(self, number):
        pass

    def total(self):
        return Slow(a=1)
