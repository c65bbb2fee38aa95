# tries: raise GeneratorExit and an exception group that hides SystemExit
# must: cost the tests that call it, with a reason; the other tasks keep their points
# others: right
# earns: others
def scale(x):
    raise BaseExceptionGroup("all is well", [GeneratorExit(), SystemExit(0)])
