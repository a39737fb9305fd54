"""Judge the number of members of a mediation committee (人民调解法 8 II). Another number is a warning and stops nothing."""

import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LEAST: int = _DATA["least"]
MOST: int = _DATA["most"]


def is_lawful(members: int) -> bool:
    """Tell whether a committee of so many members is as the law has it."""
    return LEAST <= members <= MOST
