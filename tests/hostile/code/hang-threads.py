# tries: threads that never end, and one that the main thread waits for
# must: cost the tests that call it; nothing waits for its threads at the end
# others: right
# earns: others
# reason: ran longer than \d+ s
import threading
import time

threads = [threading.Thread(target=time.sleep, args=(10_000,)) for _ in range(8)]
for thread in threads:
    thread.start()


def scale(x):
    threads[0].join()
    return x
