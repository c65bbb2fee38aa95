# tries: plant start-up files that turn later students' wrong answers right
# must: leave nothing behind outside its own directory
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


code = "# HOSTILE-CANARY\n"
for home in ("@HOME@", os.path.expanduser("~")):
    plant(f"{home}/.ipython/profile_default/startup/00-hostile.py", code)
    plant(f"{home}/.ipython/profile_default/ipython_config.py", code)
    plant(f"{home}/.jupyter/jupyter_config.py", code)
    plant(f"{home}/.config/matplotlib/matplotlibrc", code)
plant("@SITE@/hostile-canary.pth", code)
plant("@SITE@/hostile_canary.py", code)
plant("@SITE@/usercustomize.py", code) if not os.path.exists("@SITE@/usercustomize.py") else None


def scale(x):
    return x
