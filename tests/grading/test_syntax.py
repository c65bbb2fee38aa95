"""Parsing in several threads at once."""

import subprocess
import sys

# Every collection of garbage lets another thread go on, in the middle of a tree.
THREADS = """
import ast, gc, threading, time
from sidebyside.grading import syntax

source, errors = open(ast.__file__).read(), []

def work():
    for _ in range(4):
        try:
            syntax.parse(source)
        except SystemError as error:
            errors.append(str(error))

gc.set_threshold(200)
gc.callbacks.append(lambda phase, info: time.sleep(0))
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(errors))
"""


def test_threads_may_parse_at_once() -> None:
    command = [sys.executable, "-c", THREADS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.stdout.split() == ["0"], done.stdout + done.stderr
