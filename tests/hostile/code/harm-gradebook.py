# tries: give itself full marks in the gradebook
# must: leave the gradebook as it is
import sqlite3

try:
    connection = sqlite3.connect("@COURSE@/gradebook.db", timeout=1)
    connection.execute("update grade set auto_score = 99, manual_score = 99")
    connection.commit()
except sqlite3.Error:
    pass
try:
    with open("@COURSE@/gradebook.db", "r+b") as file:
        file.write(b"HOSTILE-CANARY")
except OSError:
    pass


def scale(x):
    return x
