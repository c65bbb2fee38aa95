# tries: HTML and format characters in the message of an exception that a test meets
# must: show nothing active in notebooks, feedback, reports or the terminal
class Evil(Exception):
    def __str__(self):
        return "<script>HOSTILE_ACTIVE()</script>\u202egnp.evil {0.__class__} %s %n"


Evil.__name__ = Evil.__qualname__ = "<img src=x onerror=HOSTILE_ACTIVE()>"


def scale(x):
    raise Evil()
