# tries: file names with control characters, quotes, dashes, and two hundred and fifty letters
# must: harm nobody who lists them
# earns: at most all
import os

from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    for name in (
        "-rf",
        "a\nb",
        "\x1b]0;HOSTILE-TITLE\x07",
        "'; touch x; '",
        "x" * 250,
        "<script>HOSTILE_ACTIVE()",
        "ü\u202egnp",
        "...",
    ):
        (folder / name).write_text("HOSTILE\n")
    (folder / os.fsdecode(b"\xff\xfe")).write_text("HOSTILE\n")
