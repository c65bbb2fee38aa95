# tries: a kernel that does not exist, of another language
# must: get its honest points: the kernel is the instructor's
# earns: all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    right["metadata"]["kernelspec"] = {"name": "bash; id", "display_name": "x", "language": "bash"}
    right["metadata"]["language_info"] = {"name": "bash", "file_extension": ".sh"}
    save(folder, right)
