# tries: replace msgpack and the grader's own modules in this process by lying ones
# must: earn nothing: whatever arrives is checked as data on the other side
# others: right
# earns: at most others
import sys

expected = {"ok": True, "passed": True, "score": 99, "value": 1, "error": None}
for name, module in list(sys.modules.items()):
    if name.startswith("sidebyside.grading"):
        for attribute, value in list(vars(module).items()):
            if callable(value) and attribute in ("run_cell", "encode", "check", "judge", "score"):
                setattr(module, attribute, lambda *arguments, **options: expected)
try:
    import msgpack

    msgpack.packb = lambda *arguments, **options: b"\x01"
    msgpack.Packer.pack = lambda *arguments, **options: b"\x01"
except (ImportError, TypeError):
    pass


def scale(x):
    return x
