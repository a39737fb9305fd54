"""The facts that the audit log keeps of meetings, by tag. Free words stand there as digests alone."""

from typing import NotRequired, TypedDict

from consult.domain.audit import Tag


class MeetingDraftedFacts(TypedDict):
    """`body`: a code of bodies.toml."""

    body: str


class MeetingCalledFacts(TypedDict):
    """Fingerprint of the frozen call, units on its roll."""

    fingerprint: str
    units: int


class MeetingChangedFacts(TypedDict):
    """Id of the change, digest of its reason."""

    change: int
    digest: str


class MeetingCancelledFacts(TypedDict):
    """As of a change; None: a draft was given up."""

    change: int | None
    digest: str


class MeetingNotedFacts(TypedDict):
    """An entry of the record: number, step, item, digest of its facts."""

    number: int
    step: str
    item: int | None
    digest: str


class PollEndedFacts(TypedDict):
    """The new closing time (ISO 8601), roll numbers that were here, and the tokens of their units (bundle_lists)."""

    closes_at: str
    present: list[int]
    here: list[str]


class MinutesConfirmedFacts(TypedDict):
    """Number of the confirmation, digest of the minutes."""

    number: int
    digest: str


class PageSignedFacts(TypedDict):
    """Salted digest of the photo."""

    picture: str


class AdditionAskedFacts(TypedDict):
    """Id of the addition, office of the officer who asked, digest of the reason."""

    addition: int
    office: str
    digest: str


class PetitionOpenedFacts(TypedDict):
    """`of`: how many could sign; `needed`: how many must."""

    kind: str
    of: int
    needed: int
    digest: str


class PetitionSignedFacts(TypedDict):
    """The actor signed."""


class AgendaItemAddedFacts(TypedDict):
    """`item`: its number; `consultation`: an id; `after_call`: it did not stand in the notice."""

    item: int
    kind: str
    consultation: int | None
    after_call: bool
    exceptions: NotRequired[str]
    """Digest of the reasons written for this item alone; there are none without it."""


class AgendaItemChangedFacts(TypedDict):
    """Digest of title and reasons as they stand now."""

    item: int
    digest: str


class ArrivalNotedFacts(TypedDict):
    """`line` is the number of the line, `number` the unit's on the roll, `letter` the salted digest of a photo."""

    line: int
    kind: str
    number: int | None
    way: str | None
    undoes: int | None
    late: bool
    digest: str
    letter: str


class AdditionConfirmedFacts(TypedDict):
    """`persons` and `offices`: of the officer who asked, then of the one who confirmed."""

    addition: int
    number: int
    commitment: str
    persons: list[int]
    offices: list[str]


FACTS: dict[Tag, type] = {
    Tag.MEETING_DRAFTED: MeetingDraftedFacts,
    Tag.MEETING_CALLED: MeetingCalledFacts,
    Tag.MEETING_CHANGED: MeetingChangedFacts,
    Tag.MEETING_CANCELLED: MeetingCancelledFacts,
    Tag.MEETING_NOTED: MeetingNotedFacts,
    Tag.AGENDA_ITEM_CHANGED: AgendaItemChangedFacts,
    Tag.AGENDA_ITEM_ADDED: AgendaItemAddedFacts,
    Tag.ARRIVAL_NOTED: ArrivalNotedFacts,
    Tag.ADDITION_ASKED: AdditionAskedFacts,
    Tag.ADDITION_CONFIRMED: AdditionConfirmedFacts,
    Tag.POLL_ENDED: PollEndedFacts,
    Tag.MINUTES_CONFIRMED: MinutesConfirmedFacts,
    Tag.PAGE_SIGNED: PageSignedFacts,
    Tag.PETITION_OPENED: PetitionOpenedFacts,
    Tag.PETITION_SIGNED: PetitionSignedFacts,
}
