"""``python -m sidebyside.grading.warm FD CLIENT_PID [MODULE ...]``: only `WarmParent` starts it."""

import sys

from sidebyside.grading.warm.server import main

if __name__ == "__main__":
    main(sys.argv[1:])
