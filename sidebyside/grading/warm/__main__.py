"""``python -m sidebyside.grading.warm FD CLIENT_PID [MODULE ...]``: only `WarmParent` starts it."""

import os
import sys

if sys.path[0] == os.getcwd():  # put there by `-m`; nothing is imported from the directory
    del sys.path[0]

from sidebyside.grading.warm.server import main

if __name__ == "__main__":
    main(sys.argv[1:])
