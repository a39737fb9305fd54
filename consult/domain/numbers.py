"""Whole numbers as they arrive in addresses and forms: read in one place, with bounds, and never by int() alone.

int() takes more than databases do (2**63 overflows a column, "²" is a digit and no number, 5,000 digits raise).
"""

LARGEST_ID = 2**31 - 1
"""Of an id in either database."""


def read_number(text: str, *, most: int, least: int = 0) -> int | None:
    """Return the whole number in a text, if it is one of ASCII digits from `least` to `most`."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if least <= number <= most else None


def read_id(text: str) -> int | None:
    """Return the id of a row in a text; None for what no row can have."""
    return read_number(text, most=LARGEST_ID, least=1)
