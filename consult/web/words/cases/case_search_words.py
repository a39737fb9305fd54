"""What the search of cases offers, in words."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SORTS: dict[str, LazyString] = {
    "number": _l("by number, the newest first"),
    "name": _l("by the applicant's name"),
    "kind": _l("by category"),
    "state": _l("by where they stand"),
    "due": _l("by the day that is due"),
}
ANY: dict[str, LazyString] = {"kind": _l("all categories"), "state": _l("wherever they stand")}


def sort(name: str) -> str:
    return str(SORTS[name])


def any_of(name: str) -> str:
    """Return the words for no filter."""
    return str(ANY[name])
