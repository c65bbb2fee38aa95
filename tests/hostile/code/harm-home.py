# tries: write into the grader's home, by its name and by ~
# must: leave nothing behind outside its own directory
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


import pwd

homes = {"@HOME@", os.path.expanduser("~"), "/root"}
for home in homes | {entry.pw_dir for entry in pwd.getpwall() if entry.pw_uid in (0, os.getuid())}:
    for name in (".hostile-canary", ".ssh/authorized_keys_hostile", ".config/hostile-canary"):
        plant(os.path.join(home, name))


def scale(x):
    return x
