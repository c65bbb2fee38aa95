# tries: answer with a million objects, each to be held on both sides
# must: cost its own tests: what is held is bounded
# task: counter
# others: right
# earns: others
class Thing:
    pass


class Counter:
    def add(self, number):
        pass

    def total(self):
        return [Thing() for _ in range(1_000_000)]
