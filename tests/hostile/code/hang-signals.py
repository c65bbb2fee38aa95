# tries: ignore every signal that can be ignored, then sleep
# must: cost the tests that call it, after the time limit
# others: right
# earns: others
# reason: ran longer than \d+ s
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def scale(x):
    while True:
        time.sleep(1000)
