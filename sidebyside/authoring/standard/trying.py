"""Try the options of questions: reads them from standard input, writes what came out as JSON.

Run as a process of its own by `questions`, so that what a check imports or breaks stays here.
"""

import contextlib
import json
import sys


def tried(check: str, options: dict[str, str]) -> dict[str, str]:
    """What each option comes out as under a check: "right", "wrong", or its error."""
    return {letter: _verdict(check, option) for letter, option in options.items()}


def _verdict(check: str, option: str) -> str:
    names: dict = {"__name__": "check"}
    try:
        exec(compile(check, "<check>", "exec"), names)
        return "right" if names["right"](option) else "wrong"
    except Exception as error:  # whatever an option raises, it is not right
        return f"{type(error).__name__}: {error}"


def main() -> None:
    tasks = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        found = [tried(task["check"], task["options"]) for task in tasks]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
