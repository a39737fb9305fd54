"""How a villager is named on a page: in full among neighbours, masked for strangers."""

from consult.domain.people.people import masked_name
from consult.web.access import person_or_none


def shown_name(name: str, in_office: bool = False) -> str:
    """Return the name as this reader may see it: in full when signed in, or when its bearer acts in office."""
    return name if in_office or person_or_none() is not None else masked_name(name)


GLOBALS = {"shown_name": shown_name}
"""What templates call, by its name there."""
