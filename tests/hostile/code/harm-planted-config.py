# tries: plant configuration files in its own directory and above it
# must: leave nothing behind outside its own directory
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


for name in (
    "nbgrader_config.py",
    "jupyter_config.json",
    "ipython_config.py",
    "jupyter_nbconvert_config.py",
):
    for folder in (".", "..", "@TMP@", "@COURSE@"):
        plant(
            f"{folder}/{name}" if name != "nbgrader_config.py" or folder != "@COURSE@" else "./x.py"
        )


def scale(x):
    return x
