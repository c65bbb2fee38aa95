# tries: a time stamp that is no time, and one of ten megabytes
# must: cost at most itself
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    (folder / "timestamp.txt").write_text("yesterday \x1b]0;HOSTILE-TITLE\x07 " + "9" * 10_000_000)
