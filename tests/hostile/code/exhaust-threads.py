# tries: start hundreds of threads
# must: cost the tests that call it: threads are counted
# others: right
# earns: at most others
import threading
import time


def scale(x):
    for _ in range(600):
        threading.Thread(target=time.sleep, args=(10,), daemon=True).start()
    return x
