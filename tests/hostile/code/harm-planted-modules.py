# tries: plant modules in its own directory that later imports would find first
# must: shadow nothing: later submissions are graded as before
# others: right
# earns: others
import os


def plant(path, text="HOSTILE-CANARY\n"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write(text)
    except OSError:
        pass


for name in ("numpy", "torch", "ipykernel_launcher", "sitecustomize", "msgpack", "sidebyside"):
    plant(f"{name}.py", "raise SystemExit('HOSTILE-MODULE')\n")
    plant(f"@TMP@/{name}.py", "raise SystemExit('HOSTILE-MODULE')\n")


def scale(x):
    return x
