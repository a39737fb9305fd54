"""Characters that no text of people holds: dropped in one place, before a text is read, compared or kept.

PostgreSQL stores no NUL, terminals obey escapes, and marks of direction make a line read otherwise than it is.
"""

import re

NUL = "\x00"
MASK = "■■■"
"""What stands where words are hidden, in a title or a quotation; the same in every language."""
STRAY = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters; tab and line breaks stay
    "\u2028\u2029"  # breaks of lines and paragraphs that only some programs know
    "\u00ad\u200b\u2060-\u2064"  # what hides between two characters and is not seen
    "\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0"  # letters and signs that are blank: not even a search drops them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction
    "\ufff9-\ufffb\ufeff\ufffe\uffff"  # annotations, byte order marks, characters that are none
    "\ud800-\udfff"  # halves of characters, which UTF-8 cannot hold
    "\U000e0000-\U000e007f]"  # tags, which nobody sees
)


def without_stray(text: str) -> str:
    """Return a text without control characters, marks of direction and halves of characters."""
    return STRAY.sub("", text)


MOST_SAID = 80
"""So many characters of a value are said back to whoever typed it."""
UNSEEN = re.compile(STRAY.pattern[:-1] + "\t\n\r\f\v]")


def escaped(text: str) -> str:
    """Return a text with what a terminal would obey, or nobody would see, written as escapes: on one line."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def said_back(value: object) -> str:
    """Return a value as an error may say it: its first MOST_SAID characters, escaped, without the password of an address."""
    text = _without_password(str(value))
    shown = escaped(text[:MOST_SAID])
    return shown if len(shown) <= MOST_SAID and len(text) <= MOST_SAID else f"{shown[:MOST_SAID]}…"


def _without_password(address: str) -> str:
    before, slashes, rest = address.partition("//")
    user, at, host = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    return f"{before}{slashes}{name}:…{at}{host}" if slashes and at and colon else address
