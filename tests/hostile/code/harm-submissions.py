# tries: spoil the other students' submissions
# must: leave the other submissions as they are
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


for student in ("honest-reference", "honest-last"):
    for folder in ("submitted", "autograded", "feedback"):
        plant(f"@COURSE@/{folder}/{student}/hostile/hostile.ipynb")
plant("../../honest-last/hostile/hostile.ipynb")


def scale(x):
    return x
