"""The facts that the audit log keeps of each act on people, offices, cards and rolls. No name, no phone number."""

from typing import NotRequired, TypedDict

from consult.domain.audit import Tag


class VillageCreatedFacts(TypedDict):
    """A village that was set up."""

    slug: str


class VillageChangedFacts(TypedDict):
    """Another name, province, collective organisation or slug of a village; that it was closed or opened again."""

    field: str
    was: str
    becomes: str
    officers: list[int]
    """Who said so beside the machine; none before the village runs."""


class RollImportedFacts(TypedDict):
    """Counts of people."""

    people: int
    new: int
    changed: int
    gone: int
    numbers: list[int]
    """Ids of the people whose number differs in the file: each waits as a change of rights, or was their first."""
    back: NotRequired[list[int]]
    """Ids of the people who had left and are back by it. Entries from before 0.8.3 do not say so."""


class PersonAddedFacts(TypedDict):
    """A person whom an officer added to the roll by hand."""

    household: int
    awaited: bool
    """Whether they count only once a second person confirmed it."""


class PersonCorrectedFacts(TypedDict):
    """An entry of the roll that was corrected by hand. Never what it says."""

    fields: list[str]
    """relation, sex, residence, name, born."""
    change: int
    """The change of rights by which name or date of birth changed; 0: by one officer."""


class PersonDepartedFacts(TypedDict):
    """A person who moved away or died."""

    kind: str
    """moved or deceased."""


class PersonJoinedFacts(TypedDict):
    """A person who counts from now on, by two: new on the roll, or back on it."""

    kind: str
    """What they were before: awaited, moved or deceased."""


class RoleGrantedFacts(TypedDict):
    """An office that was given; `grant` is the id of its row."""

    role: str
    """A value of Role."""
    grant: int
    change: int
    """The change of rights by which it was given; 0: by the operator, so that the village can start."""
    term: NotRequired[str]
    """Digest of scope, term and source: office_terms.digest. Entries from before 0.8.3 have none."""


class RoleEndedFacts(TypedDict):
    """An office that was ended before its term."""

    role: str
    grant: int
    change: int
    """The change of rights by which it was ended."""


class RightAskedFacts(TypedDict):
    """A change of rights that one officer asked for; it waits for a second one."""

    change: int
    kind: str
    """A value of RightKind."""
    office: str
    """The office by which it was asked."""
    role: str
    """The office it is about; empty for others."""
    at_desk: bool
    """Whether somebody of the house stood at the desk."""
    by_command: NotRequired[bool]
    """By a command on the server, beside which the officer stood; else on the page."""


class RightConfirmedFacts(TypedDict):
    """A change of rights that the second person confirmed."""

    change: int
    kind: str
    office: str
    role: str
    by_command: NotRequired[bool]


class RightEndedFacts(TypedDict):
    """A change of rights that an officer dropped, the person or the house stopped, or that lapsed."""

    change: int
    kind: str
    step: str
    """dropped, stopped or lapsed."""


class NumberChangedFacts(TypedDict):
    """A person's phone number that is another one now, or none. Never the number."""

    change: int
    """The change of rights; 0: by the operator's import, or the first number of this person."""
    first: bool


class RepresentativeChosenFacts(TypedDict):
    """The person who represents a household from now on."""

    person: int


class CardsIssuedFacts(TypedDict):
    """Household cards that were made."""

    cards: int
    """How many were made."""
    change: int
    """The change of rights by which a further card was made; 0: the first cards of households."""


class CardClaimedFacts(TypedDict):
    """A household card that a person made their own."""

    household: int
    person: int
    """Who they said they were; the card's code is all that showed it."""


class CardWithdrawnFacts(TypedDict):
    """A household card that opens nothing any more."""

    why: NotRequired[str]
    """An officer's reason, a value of CardLoss; empty: the house withdrew it. Older entries have none."""
    by_command: NotRequired[bool]


class CardBroughtBackFacts(TypedDict):
    """A household card that the house brought back after an officer had withdrawn it."""


class CodesCappedFacts(TypedDict):
    """A limit on codes by phone, PINs or second proofs that was reached."""

    what: str
    """messages, tries, pins or proofs."""
    cap: str
    """card (of one card or one officer), village or server. Never which."""


class ExportMadeFacts(TypedDict):
    """Personal data that somebody took out as a file."""

    kind: str
    """The endpoint that made it."""
    count: int
    """Of people, ballots or lines in it; 0 where they are not counted."""
    of: NotRequired[str]
    """Whose data it was, as kind:id of a meeting, poll or group; empty for the whole roll or the own data.

    Entries of earlier versions lack it.
    """


class FactorSetFacts(TypedDict):
    """A second factor that an officer set up; not which one."""

    kind: str
    """A value of FactorKind."""


class FactorEndedFacts(TypedDict):
    """Second factors of a person that count no longer."""

    count: int


class FactorChangeFacts(TypedDict):
    """A decision of two persons about second factors; the subject says of whom, or of which village."""

    kind: str
    """A value of FactorChange."""
    request: int
    """The id of its row; 0: by the operator, where fewer than two persons were left who could."""


class RulesSetFacts(TypedDict):
    """The village's own rule of endorsements."""

    needed: int
    """Endorsements that oblige the council to answer."""
    days: int
    """Days it has for that."""
    town: NotRequired[int]
    """Days an answer is late before the town is told; entries from before 0.10.0 have none."""


class DataAskedFacts(TypedDict):
    """A request of a person about their own data, without its words."""

    kind: str
    """A value of RequestKind."""


class DataAnsweredFacts(TypedDict):
    """The answer to such a request, without its words."""

    kind: str
    granted: bool


class DataUnlockedFacts(TypedDict):
    """A person ended the lock on their own data. That it began stands in the answer to the request."""


class DataForgottenFacts(TypedDict):
    """Rows of one table that were deleted because their time had passed."""

    table: str
    rows: int


FACTS: dict[Tag, type] = {
    Tag.VILLAGE_CREATED: VillageCreatedFacts,
    Tag.VILLAGE_CHANGED: VillageChangedFacts,
    Tag.ROLL_IMPORTED: RollImportedFacts,
    Tag.PERSON_ADDED: PersonAddedFacts,
    Tag.PERSON_CORRECTED: PersonCorrectedFacts,
    Tag.PERSON_DEPARTED: PersonDepartedFacts,
    Tag.PERSON_JOINED: PersonJoinedFacts,
    Tag.ROLE_GRANTED: RoleGrantedFacts,
    Tag.ROLE_ENDED: RoleEndedFacts,
    Tag.RIGHT_ASKED: RightAskedFacts,
    Tag.RIGHT_CONFIRMED: RightConfirmedFacts,
    Tag.RIGHT_ENDED: RightEndedFacts,
    Tag.NUMBER_CHANGED: NumberChangedFacts,
    Tag.REPRESENTATIVE_CHOSEN: RepresentativeChosenFacts,
    Tag.CARDS_ISSUED: CardsIssuedFacts,
    Tag.CARD_CLAIMED: CardClaimedFacts,
    Tag.CARD_WITHDRAWN: CardWithdrawnFacts,
    Tag.CARD_BROUGHT_BACK: CardBroughtBackFacts,
    Tag.CODES_CAPPED: CodesCappedFacts,
    Tag.EXPORT_MADE: ExportMadeFacts,
    Tag.FACTOR_SET: FactorSetFacts,
    Tag.FACTOR_ENDED: FactorEndedFacts,
    Tag.FACTOR_CHANGE_ASKED: FactorChangeFacts,
    Tag.FACTOR_CHANGE_CONFIRMED: FactorChangeFacts,
    Tag.FACTOR_CHANGE_LAPSED: FactorChangeFacts,
    Tag.RULES_SET: RulesSetFacts,
    Tag.DATA_ASKED: DataAskedFacts,
    Tag.DATA_ANSWERED: DataAnsweredFacts,
    Tag.DATA_UNLOCKED: DataUnlockedFacts,
    Tag.DATA_FORGOTTEN: DataForgottenFacts,
}
