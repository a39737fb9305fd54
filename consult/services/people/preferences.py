"""How a person likes to read."""

from consult.models import Person
from consult.services.core import transactions


def keep(person: Person, *, language: str | None, elder: bool | None) -> None:
    """Remember what was chosen; None leaves a choice as it is."""
    if language is not None:
        person.language = language
    if elder is not None:
        person.elder_mode = elder
    transactions.commit()
