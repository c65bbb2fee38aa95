# tries: a background thread that patches everything again and again
# must: earn nothing: it patches the wrong process
import threading
import time

import numpy as np


def patch():
    for _ in range(2000):
        np.allclose = np.array_equal = lambda *arguments, **options: True
        globals()["scale"] = lambda x: x
        time.sleep(0.01)


threading.Thread(target=patch, daemon=True).start()


def scale(x):
    return x
