"""What the audit log says of each act on people, their offices, cards and rolls. No name and no number of a phone."""

from typing import TypedDict

from consult.domain.audit import Tag


class VillageCreatedFacts(TypedDict):
    slug: str


class RollImportedFacts(TypedDict):
    """Counts of people."""

    people: int
    new: int
    changed: int
    gone: int


class PersonDepartedFacts(TypedDict):
    kind: str
    """moved or deceased."""


class RoleGrantedFacts(TypedDict):
    role: str
    """A value of Role."""
    grant: int


class RoleEndedFacts(TypedDict):
    role: str
    grant: int


class RepresentativeChosenFacts(TypedDict):
    person: int


class CardsIssuedFacts(TypedDict):
    cards: int
    """How many were made."""


class CardClaimedFacts(TypedDict):
    household: int


class CardWithdrawnFacts(TypedDict):
    pass


class RulesSetFacts(TypedDict):
    needed: int
    """Endorsements that oblige the council to answer."""
    days: int
    """Days it has for that."""


FACTS: dict[Tag, type] = {
    Tag.VILLAGE_CREATED: VillageCreatedFacts,
    Tag.ROLL_IMPORTED: RollImportedFacts,
    Tag.PERSON_DEPARTED: PersonDepartedFacts,
    Tag.ROLE_GRANTED: RoleGrantedFacts,
    Tag.ROLE_ENDED: RoleEndedFacts,
    Tag.REPRESENTATIVE_CHOSEN: RepresentativeChosenFacts,
    Tag.CARDS_ISSUED: CardsIssuedFacts,
    Tag.CARD_CLAIMED: CardClaimedFacts,
    Tag.CARD_WITHDRAWN: CardWithdrawnFacts,
    Tag.RULES_SET: RulesSetFacts,
}
