"""The facts that the audit log keeps of each act on people, offices, cards and rolls. No name, no phone number."""

from typing import TypedDict

from consult.domain.audit import Tag


class VillageCreatedFacts(TypedDict):
    """A village that was set up."""

    slug: str


class RollImportedFacts(TypedDict):
    """Counts of people."""

    people: int
    new: int
    changed: int
    gone: int


class PersonDepartedFacts(TypedDict):
    """A person who moved away or died."""

    kind: str
    """moved or deceased."""


class RoleGrantedFacts(TypedDict):
    """An office that was given; `grant` is the id of its row."""

    role: str
    """A value of Role."""
    grant: int


class RoleEndedFacts(TypedDict):
    """An office that was ended before its term."""

    role: str
    grant: int


class RepresentativeChosenFacts(TypedDict):
    """The person who represents a household from now on."""

    person: int


class CardsIssuedFacts(TypedDict):
    """Household cards that were made."""

    cards: int
    """How many were made."""


class CardClaimedFacts(TypedDict):
    """A household card that a person made their own."""

    household: int


class CardWithdrawnFacts(TypedDict):
    """A household card that opens nothing any more."""


class RulesSetFacts(TypedDict):
    """The village's own rule of endorsements."""

    needed: int
    """Endorsements that oblige the council to answer."""
    days: int
    """Days it has for that."""


class DataAskedFacts(TypedDict):
    """A request of a person about their own data, without its words."""

    kind: str
    """A value of RequestKind."""


class DataAnsweredFacts(TypedDict):
    """The answer to such a request, without its words."""

    kind: str
    granted: bool


class DataForgottenFacts(TypedDict):
    """Rows of one table that were deleted because their time had passed."""

    table: str
    rows: int


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
    Tag.DATA_ASKED: DataAskedFacts,
    Tag.DATA_ANSWERED: DataAnsweredFacts,
    Tag.DATA_FORGOTTEN: DataForgottenFacts,
}
