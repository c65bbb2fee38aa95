# tries: look for the tests in the shell's history and in In, _ih and _oh
# must: earn nothing, find nothing
shell = get_ipython()
print("stolen:", [text for text in In if "HIDDEN-" + "CANARY" in text])


def scale(x):
    for text in [*shell.user_ns.get("_ih", []), *shell.user_ns.get("In", [])]:
        if "expected" in text and "HIDDEN" in text and "frames" not in text:
            print("stolen:", text)
    try:
        print("stolen:", list(shell.history_manager.get_range_by_str("1-99")))
    except Exception:
        pass
    return x
