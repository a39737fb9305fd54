"""Read roll numbers as people type them from a paper list: 3, 7, 12-15."""

import re
import unicodedata

MOST = 2000


def read_roll_numbers(text: str) -> list[int] | None:
    """Return the numbers in ascending order, each once; None if the text holds anything else."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace("至", "-").replace("到", "-")
    found: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-~–—]\s*", "-", plain).strip()):
        span = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if span is None:
            return None
        first, last = int(span[1]), int(span[2] or span[1])
        if not 0 < first <= last or last - first >= MOST:
            return None
        found.update(range(first, last + 1))
    return sorted(found) if 0 < len(found) <= MOST else None
