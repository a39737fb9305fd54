"""How a villager is named on a page: in full among neighbours, masked for strangers."""

from collections import Counter
from collections.abc import Iterable

from flask import g
from flask_babel import gettext as _

from consult.domain.people.people import masked_name
from consult.models.people import lock_queries
from consult.web.access import person_or_none, village


def shown_name(name: str, in_office: bool = False, of: int | None = None) -> str:
    """Return the name as this reader may see it: in full when signed in, or when its bearer acts in office.

    `of` is the bearer's id, where the law does not ask for the name: who locked their data is masked for all others.
    """
    reader = person_or_none()
    if in_office or (reader is not None and (of is None or of == reader.id or of not in locked_here())):
        return name
    return masked_name(name)


def locked_here() -> frozenset[int]:
    """Return the ids of the people of this village whose data is locked, looked up once for a request."""
    if "locked_here" not in g:
        g.locked_here = lock_queries.locked_of(village().id)
    found: frozenset[int] = g.locked_here
    return found


def told_apart(people: Iterable[tuple[int, str, str | None]]) -> list[tuple[int, str]]:
    """Return people to choose from, (id, name): where two have one name, with the code of their household.

    `people` are (id, name, code of the household or None).
    """
    rows = list(people)
    often = Counter(name for _id, name, _house in rows)
    return [(who, _named(name, house) if house and often[name] > 1 else name) for who, name, house in rows]


def _named(name: str, house: str) -> str:
    return str(_("%(name)s (%(why)s)", name=name, why=house))


GLOBALS = {"shown_name": shown_name, "masked_name": masked_name}
"""What templates call, by its name there."""
