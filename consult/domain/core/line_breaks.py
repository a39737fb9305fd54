"""Say where a line of a Chinese title may end: between words, which nothing in writing parts."""

import re
import tomllib
from functools import cache
from pathlib import Path

FITS = 4  # Han characters that stand on one line on every screen, in letters twice as large
HAN = "\u3400-\u9fff"
STOP = "\u3002"
OPENS, CLOSES = "\u201c\u2018\u300c\u300e", "\u201d\u2019\u300d\u300f"
QUOTED = f"[{OPENS}][{HAN}]{{1,{FITS}}}[{CLOSES}]"
"""A few quoted words, which stay on one line with their marks."""


@cache
def _rows() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def space_in_amount() -> re.Pattern[str]:
    """Return the pattern of the space between a number and its measure, at which no line ends: 3.6 万元, %(n)s 项."""
    return re.compile(rf"(?:(?<=\d)|(?<=\)s)) (?=[{_rows()['numerals']}{_rows()['measures']}])")


@cache
def _words() -> re.Pattern[str]:
    """Return what stays together: a number and its measure, a word of the list, or one character, and the particles behind."""
    rows = _rows()
    numeral, measure, ordinal = f"[{rows['numerals']}]", f"[{rows['measures']}]", rows["ordinal"]
    number = rf"{ordinal}?{numeral}+{measure}|{ordinal}{numeral}+|{numeral}{{2,}}"
    longest_first = "|".join(sorted(rows["words"].split(), key=len, reverse=True))
    return re.compile(rf"(?:{number}|{longest_first}|[{HAN}])[{rows['after']}]*")


def between_words(title: str) -> list[str]:
    """Return a title in pieces, between which a line may end; joined they are the title again.

    A title that fits on every line is one piece, and so is a sentence with its full stop: it breaks as sentences do.
    Punctuation and other writings have their own rules of breaking, and stay with the piece before them. A few words in
    quotation marks are one piece.
    """
    if len(re.findall(f"[{HAN}]", title)) <= FITS or title.rstrip().endswith(STOP):
        return [title]
    pieces: list[str] = []
    for run in filter(None, re.split(f"({QUOTED}|[{HAN}]+)", title)):
        if re.fullmatch(QUOTED, run):
            pieces.append(run)
            continue
        if not re.match(f"[{HAN}]", run):
            pieces[-1:] = ["".join(pieces[-1:]) + run]
            continue
        words = _words().findall(run)
        pieces[-1:] = ["".join(pieces[-1:]) + words[0]]
        pieces += words[1:]
    return pieces
