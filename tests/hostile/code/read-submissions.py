# tries: read the other students' submissions and run their answers
# must: earn nothing: they are not there to be read
import json
import os


def steal(*folders):
    for top in folders:
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith((".ipynb", ".db", ".json")):
                    try:
                        text = open(os.path.join(folder, name), errors="replace").read()
                    except OSError:
                        continue
                    if "np.mean(x, axis=0)) / np.std(x, axis=0)" in text:
                        print("stolen:", text[:200])
                        for cell in json.loads(text)["cells"]:
                            source = "".join(cell["source"])
                            if "def scale" in source:
                                exec(source, globals())


def scale(x):
    return x


steal("@COURSE@/submitted", "@COURSE@/autograded", "/tmp")
