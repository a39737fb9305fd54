"""Find cases in a reader's own list: what is in the clear by the database, names and titles after they are unsealed.

Names are sealed for each reader, and no index of them is kept: a search opens the lines of this reader alone, in memory,
and forgets them with the request.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from consult.models.cases import case_queries
from consult.models.cases.case_queries import Wanted
from consult.services.cases import reading
from consult.services.cases.reading import Listed, Reader

PAGE = 30
MOST = 5000
"""Lines that one search opens, the newest first."""
NUMBER = re.compile(r"(?:(\d{4})[-－年 ]*)?0*(\d{1,6})号?")
SORTS = ("number", "name", "kind", "state", "due")


@dataclass(frozen=True)
class Found:
    """One page of what was found."""

    rows: list[Listed]
    more: bool
    total: int | None = None
    """None: not counted, since nothing had to be opened."""


def search(reader: Reader, wanted: Wanted, words: str, *, page: int = 0) -> Found:
    """Return a page of the cases that this reader may read: by number, or with these words in a name or the title."""
    words, village_id, marks, by_mark = _plain(words), reader.person.village_id, reader.marks(), reader.by_mark()
    number = NUMBER.fullmatch(words)
    if number is not None:
        wanted, words = replace(wanted, year=int(number[1] or 0), number=int(number[2])), ""
    if not words and wanted.sort != "name":
        rows = case_queries.searched(village_id, marks, wanted, most=PAGE + 1, skip=page * PAGE)
        return Found([reading.unsealed(row, by_mark) for row in rows[:PAGE]], len(rows) > PAGE)
    by_name = wanted.sort == "name"
    scanned = replace(wanted, sort="number") if by_name else wanted
    rows = case_queries.searched(village_id, marks, scanned, most=MOST)
    lines = [reading.unsealed(row, by_mark) for row in rows]
    found = [line for line in lines if all(word in _text(line) for word in words.split())]
    if by_name:
        found.sort(key=lambda line: (line.names[:1] or ("\uffff",), -line.row.id))
    return Found(found[page * PAGE : (page + 1) * PAGE], len(found) > (page + 1) * PAGE, len(found))


def _text(line: Listed) -> str:
    return _plain(" ".join((line.name_for_desk, *line.names)))


def _plain(words: str) -> str:
    """Return words so that full width, case and spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
