"""The language and letter size of a person."""

from consult.models import Person
from consult.services.core.transactions import atomic


@atomic
def keep(person: Person, *, language: str | None, elder: bool | None) -> None:
    """Keep the chosen language and letter size; None leaves a choice as it is."""
    if language is not None:
        person.language = language
    if elder is not None:
        person.elder_mode = elder
