"""What the audit log says of meetings, by tag. Free words stand there as digests alone."""

from typing import TypedDict

from consult.domain.audit import Tag


class MeetingDraftedFacts(TypedDict):
    body: str


class MeetingCalledFacts(TypedDict):
    fingerprint: str
    units: int


class MeetingChangedFacts(TypedDict):
    change: int
    digest: str


class MeetingCancelledFacts(TypedDict):
    change: int | None
    digest: str


class MeetingNotedFacts(TypedDict):
    number: int
    step: str
    item: int | None
    digest: str


class PollEndedFacts(TypedDict):
    closes_at: str
    present: list[int]


class MinutesConfirmedFacts(TypedDict):
    number: int
    digest: str


class PageSignedFacts(TypedDict):
    picture: str


class AdditionAskedFacts(TypedDict):
    addition: int
    office: str
    digest: str


class PetitionOpenedFacts(TypedDict):
    kind: str
    of: int
    needed: int
    digest: str


class PetitionSignedFacts(TypedDict):
    pass


class AgendaItemAddedFacts(TypedDict):
    """`item`: its number; `consultation`: an id; `after_call`: it did not stand in the notice."""

    item: int
    kind: str
    consultation: int | None
    after_call: bool


class ArrivalNotedFacts(TypedDict):
    """`line` is the number of the line, `number` the unit's on the roll, `letter` the digest of a photo."""

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
