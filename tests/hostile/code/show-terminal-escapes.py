# tries: terminal escapes in what it prints, raises and is called
# must: show nothing active in notebooks, feedback, reports or the terminal
import sys

print("\x1b]0;HOSTILE-TITLE\x07\x1b[2J\x1b[31mHOSTILE-RED\x1b[0m\x1b]8;;http://x\x07link")
sys.stderr.write("\x1b]52;c;SE9TVElMRQ==\x07")


def scale(x):
    raise ValueError("\x1b]0;HOSTILE-TITLE\x07\x1b[2J all tests passed\r\x08\x9b31m")
