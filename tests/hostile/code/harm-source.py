# tries: overwrite the instructor's notebook, so that later tests are empty
# must: leave the source as it is
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


for folder in ("source", "release", "exercises"):
    plant(f"@COURSE@/{folder}/hostile/hostile.ipynb")
    plant(f"@COURSE@/{folder}/hostile/HOSTILE-CANARY.txt")
plant("@COURSE@/nbgrader_config.py", "\n# HOSTILE-CANARY\n")


def scale(x):
    return x
