"""Read the sheets of a roll in a process of its own: JSON of consult/decoders/spreadsheets.py to rows as written.

A program: program.py MOST_MEMORY MOST_SECONDS TODAY. It writes two lines, the problems and the rows, and reports on its
standard error how many people it has read. It imports rules alone: not the app, its settings or its secrets.
"""

import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def main(most_memory: str, most_seconds: str, today: str) -> int:
    """Limit this process, then read standard input and write standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (int(most_memory), int(most_memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(most_seconds), int(most_seconds)))
    os.nice(10)
    _without_the_app()
    reading: Any = import_module("consult.domain.people.roll.reading")
    roll = reading.read_sheets(_sheets(), today=date.fromisoformat(today), progress=_report)
    sys.stdout.write(json.dumps([astuple(one) for one in roll.problems]) + "\n")
    sys.stdout.write(roll.as_json() if not roll.problems else "")
    return 0


def _without_the_app() -> None:
    """Let `consult` be the folder of the rules, without what its own module starts."""
    package = ModuleType("consult")
    package.__path__ = [str(Path(__file__).resolve().parents[3])]
    sys.modules["consult"] = package


def _sheets() -> list[tuple[str, list[list[Any]]]]:
    return [
        (name, [[_value(cell) for cell in row] for row in rows]) for name, rows in json.loads(sys.stdin.buffer.read())
    ]


def _value(cell: Any) -> Any:
    """Return a cell as the spreadsheet has it: a day or an instant stands as its text."""
    if not isinstance(cell, Sequence) or isinstance(cell, str):
        return cell
    text = str(cell[1])
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _report(people: int) -> None:
    sys.stderr.write(f"{people}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
