"""The facts that the audit log keeps of polls: ids, numbers, digests and commitments; no names and no choices."""

from typing import Any, NotRequired, TypedDict

from consult.domain.audit import Tag


class TallyFacts(TypedDict):
    """Tally.as_facts()."""

    roll: int
    present: int
    counts: list[int]
    by_channel: dict[str, int]
    counts_by_channel: dict[str, list[int]]
    blank: int
    invalid: int


class StandingAskedFacts(TypedDict):
    """A village's own rule that makes phone votes of a body formal, asked for by one officer."""

    source: str
    """Article or resolution; empty: withdraw it."""
    office: str
    change: int


class StandingDroppedFacts(TypedDict):
    """Such a request that an officer dropped, or that lapsed."""

    change: int
    lapsed: bool


class StandingSetFacts(TypedDict):
    """A village's own rule that makes phone votes of a body formal; confirmed by a second person."""

    source: str
    """Article or resolution; empty: withdrawn."""
    office: NotRequired[str]
    """The second person's. Older entries, by one officer, have none."""
    change: NotRequired[int]


class PollDraftedFacts(TypedDict):
    """A poll was written down."""


class PollAnnouncedFacts(TypedDict):
    """A poll was frozen."""

    fingerprint: str
    units: int


class BallotCastFacts(TypedDict):
    """A unit voted, or replaced its ballot."""

    number: int
    rev: int
    channel: str
    commitment: NotRequired[str]
    """Of a named ballot: hides its choice and receipt. A secret one has none."""


class PollClosedFacts(TallyFacts):
    """A poll was counted."""

    marks: str
    """Digest of bundle_lists.marks: who took part by which channel, without names and numbers."""
    listed: str
    """Digest of the ballots as everybody may see them: bundle_lists.named or secret."""
    rules: str
    """The fingerprint that held: of the frozen rules, or of the newest confirmed change."""
    told: str
    """Digest of the numbers of all entries so far that the bundle opens for everybody."""
    ballots: NotRequired[str]
    """Of a secret poll: digest of all keys and choices. Few ballots can be guessed from it: not for everybody."""


class PollDeclaredFacts(TypedDict):
    """The outcome was signed."""

    tally: TallyFacts
    verdict: dict[str, Any]
    """Verdict.as_facts()."""
    told: str
    """As in PollClosedFacts, up to this entry."""
    notice: bool
    """Whether a notice about it follows on the board."""


class PollSetAsideFacts(TypedDict):
    """A poll does not add up and was not counted."""

    kind: str
    """A value of FaultKind."""


class UnitMarkedFacts(TypedDict):
    """Units took part on paper or by show of hands."""

    numbers: list[int]
    channel: str
    late: bool


class BoxVisitedFacts(TypedDict):
    """A mobile ballot box was carried to voters."""

    visit: int
    workers: list[int]
    """Ids of the two persons."""
    numbers: list[int]


class TickerAssignedFacts(TypedDict):
    """An officer was assigned to give out paper in an open secret poll, and so sees who has voted."""

    person: int
    until: str
    """ISO 8601."""


class TickerEndedFacts(TypedDict):
    """An assignment to give out paper was ended before its time."""

    person: int
    """Id of the officer who was assigned."""


class VoteContestedFacts(TypedDict):
    """An adult of a household disputed its vote."""

    number: int
    digest: str
    """Of the reason."""


class SheetOpenedFacts(TypedDict):
    """A count sheet was opened."""

    sheet: int
    channel: str
    corrects: int | None


class SheetEnteredFacts(TypedDict):
    """One person entered what a sheet says."""

    sheet: int
    digest: str
    """Of the figures."""
    picture: str
    """Salted digest of the photo; empty: none."""


class SheetConfirmedFacts(TypedDict):
    """Two persons entered the same figures."""

    sheet: int
    channel: str
    corrects: int | None
    figures: str
    """Figures.text()."""
    persons: list[int]


class ChangeAskedFacts(TypedDict):
    """One officer asked for a change of an announced poll."""

    change: int
    kind: str
    office: str
    digest: str
    """Of the reason."""


class ConfirmedChange(TypedDict):
    """A confirmed change: what the poll's new fingerprint binds, together with the one before it."""

    id: int
    kind: str
    closes_at: str | None
    """ISO 8601, of an extension."""
    digest: str
    """Of the reason."""
    asked_by: str
    """Pseudonym in this poll; an id in entries of the first form."""
    asked_office: str
    confirmed_by: str
    """As `asked_by`."""
    confirmed_office: str
    confirmed_at: str
    """ISO 8601."""
    number: NotRequired[int]
    """Of an addition: the new roll number."""
    commitment: NotRequired[str]
    """Of an addition: to the new unit."""


class PollChangedFacts(TypedDict):
    """A second officer confirmed it."""

    change: ConfirmedChange
    fingerprint: str


FACTS: dict[Tag, type] = {
    Tag.STANDING_ASKED: StandingAskedFacts,
    Tag.STANDING_DROPPED: StandingDroppedFacts,
    Tag.STANDING_SET: StandingSetFacts,
    Tag.POLL_DRAFTED: PollDraftedFacts,
    Tag.POLL_ANNOUNCED: PollAnnouncedFacts,
    Tag.BALLOT_CAST: BallotCastFacts,
    Tag.POLL_CLOSED: PollClosedFacts,
    Tag.POLL_DECLARED: PollDeclaredFacts,
    Tag.POLL_SET_ASIDE: PollSetAsideFacts,
    Tag.UNIT_MARKED: UnitMarkedFacts,
    Tag.BOX_VISITED: BoxVisitedFacts,
    Tag.TICKER_ASSIGNED: TickerAssignedFacts,
    Tag.TICKER_ENDED: TickerEndedFacts,
    Tag.VOTE_CONTESTED: VoteContestedFacts,
    Tag.SHEET_OPENED: SheetOpenedFacts,
    Tag.SHEET_ENTERED: SheetEnteredFacts,
    Tag.SHEET_CONFIRMED: SheetConfirmedFacts,
    Tag.CHANGE_ASKED: ChangeAskedFacts,
    Tag.POLL_CHANGED: PollChangedFacts,
}
