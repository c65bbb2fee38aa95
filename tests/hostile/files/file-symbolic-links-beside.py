# tries: symbolic links beside the notebook: to the gradebook, to / and to itself
# must: copy nothing that is linked to, and hang in no loop
# earns: at most all
from tests.hostile.catalogue import save


def make(folder, wrong, right):
    save(folder, right)
    (folder / "gradebook.db").symlink_to("../../../gradebook.db")
    (folder / "root").symlink_to("/")
    (folder / "again").symlink_to(".")
    (folder / "self").symlink_to("self")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
