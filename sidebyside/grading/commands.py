"""The command ``sidebyside``: one subcommand for each thing an instructor does with a class."""

from __future__ import annotations

import argparse
import importlib
import sys

from sidebyside.errors import SideBySideError

SUBCOMMANDS = (
    "sidebyside.grading.course.command",  # grade
    "sidebyside.grading.people.collect",
    "sidebyside.grading.people.report",
    "sidebyside.grading.people.feedback",
    "sidebyside.grading.people.export",
    "sidebyside.grading.checking.command",  # check-assignment
)


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; an error that is ours becomes one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="sidebyside", description=__doc__.splitlines()[0])
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in SUBCOMMANDS:
        importlib.import_module(name).add_parser(subparsers)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except SideBySideError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: run the same command again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
