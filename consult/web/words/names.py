"""How a villager is named on a page: in full among neighbours, masked for strangers."""

from flask import g

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


GLOBALS = {"shown_name": shown_name, "masked_name": masked_name}
"""What templates call, by its name there."""
