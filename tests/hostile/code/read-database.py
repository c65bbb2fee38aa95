# tries: open the gradebook and take the reference and the marks out of it
# must: earn nothing: the file is not there to be read
import glob
import sqlite3

for path in ["@COURSE@/gradebook.db", *glob.glob("/**/gradebook.db", recursive=False)]:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for (text,) in connection.execute("select source from source_cell"):
            print("stolen:", text)
            if text and "def scale" in text:
                exec(text, globals())
    except sqlite3.Error:
        pass


def scale(x):
    return x
