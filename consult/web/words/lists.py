"""Several words in one sentence, with the mark that the reader's language sets between them."""

from collections.abc import Callable, Iterable
from functools import reduce

from flask_babel import gettext as _

from consult.web import i18n

DOT = "\N{NO-BREAK SPACE}· "
"""What parts the facts of a line: it stays with the fact before it, so that no line begins with it."""


def listed(parts: Iterable[object]) -> str:
    """Return names or numbers one after another: 甲、乙 in Chinese, A, B in English; empty for none."""
    return _joined(parts, lambda first, second: str(_("%(first)s, %(second)s", first=first, second=second)))


def clauses(parts: Iterable[object]) -> str:
    """Return parts that may hold commas themselves, one after another: 甲；乙 in Chinese, A; B in English."""
    return _joined(parts, lambda first, second: str(_("%(first)s; %(second)s", first=first, second=second)))


def dotted(parts: Iterable[object]) -> str:
    """Return the facts of a line one after another, parted by dots; empty ones are left out."""
    return DOT.join(str(part) for part in parts if str(part))


def within(words: str) -> str:
    """Return what somebody wrote without the mark at its end, for a sentence that goes on or ends by itself."""
    return words.rstrip().rstrip("。．.；;，,、")


def one_after_another(parts: Iterable[object]) -> str:
    """Return sentences one after another, with a blank between them only where the language has one; empty ones are left out."""
    return i18n.language().gap.join(str(part) for part in parts if str(part))


def _joined(parts: Iterable[object], pair: Callable[[str, str], str]) -> str:
    words = [str(part) for part in parts]
    return reduce(pair, words) if words else ""


GLOBALS: dict[str, Callable[..., str]] = {"listed": listed}
