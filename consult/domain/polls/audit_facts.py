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
    issued: NotRequired[int]
    """Paper ballots given out. Tallies from before papers were held against marks have none of these three."""
    returned: NotRequired[int]
    late: NotRequired[int]
    """Units that were marked after the close."""


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
    voters: NotRequired[str]
    """Digest of the persons and households by which its units stand on the roll: services.polls.voter_verification."""
    speakers: NotRequired[list[int]]
    """Of a poll by household outside of a meeting: ids of who speaks for each unit, by its number; 0: nobody.

    Entries from before 0.8.3 have neither.
    """


class BallotCastFacts(TypedDict):
    """A unit voted, or replaced its ballot."""

    number: int
    rev: int
    channel: str
    commitment: NotRequired[str]
    """Of a named ballot: hides its choice and receipt. A secret one has none."""


class PollTouchedFacts(TypedDict):
    """A change of the village's roll that touches a vote which runs. The frozen roll stays as it is."""

    number: int
    """Of the unit on its roll."""
    touch: str
    """voter_leaves, speaker_changes or nobody_left."""
    change: int
    """The change of rights."""


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
    acts: NotRequired[dict[str, int]]
    """How acts on others' votes ended, act_queries.counts_of; none where there were none."""
    appeals: NotRequired[dict[str, int]]
    """How appeals of people left off the roll ended, AppealNumbers.as_facts; none where nobody appealed."""
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
    acts: NotRequired[dict[str, int]]
    """As in PollClosedFacts, at the declaration."""
    appeals: NotRequired[dict[str, int]]
    """As `acts`."""


class PollSetAsideFacts(TypedDict):
    """A poll does not add up and was not counted."""

    kind: str
    """A value of FaultKind."""


class UnitMarkedFacts(TypedDict):
    """Units took part on paper or by show of hands."""

    numbers: list[int]
    channel: str
    late: bool
    request: NotRequired[int]
    """Of late marks: what two persons confirmed. Older ones, by one person, have none."""


class UnitUnmarkedFacts(TypedDict):
    """Marks that were wrong were undone: the units may vote again by any channel."""

    numbers: list[int]
    channel: str
    late: bool
    """Undone after the close."""
    digest: str
    """Of the reason."""
    request: NotRequired[int]
    """After the close: what two persons confirmed. Older ones, by one person, have none."""
    contest: NotRequired[int]
    """The contest on which two officers ruled so."""


class LateMarksAskedFacts(TypedDict):
    """One officer asks for marks after the close, or to undo some, with a photo of the signed list."""

    request: int
    channel: str
    numbers: list[int]
    office: str
    picture: str
    """Salted digest of the photo."""
    undoes: NotRequired[bool]
    """True: marks are to be undone."""
    digest: NotRequired[str]
    """Of the reason for which they are undone."""


class LateMarksConfirmedFacts(TypedDict):
    """Another person of another office held them against the photo: from then on they count."""

    request: int
    channel: str
    units: int
    """How many were marked by it, or unmarked."""
    asked_by: str
    """Pseudonym in this poll."""
    asked_office: str
    office: str
    undoes: NotRequired[bool]
    """True: marks were undone."""
    of_late: NotRequired[int]
    """How many of those undone had been marked after the close."""


class LateMarksDroppedFacts(TypedDict):
    """Late marks that never counted."""

    request: int
    lapsed: bool


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
    """A voter, or an adult of a household, contested what another did with the vote."""

    number: int
    digest: str
    """Of the reason."""
    contest: NotRequired[int]
    """Its id. Older entries have none, nor `about`."""
    about: NotRequired[str]
    """A value of ActKind."""


class ContestOpinionFacts(TypedDict):
    """An officer said whether a contest is right."""

    contest: int
    office: str
    upheld: bool
    digest: str
    """Of the reason."""
    in_box: NotRequired[bool]
    """True: a paper was given into the box for the mark, or a hand counted, so that it stays."""


class ContestRuledFacts(TypedDict):
    """Two officers agreed on a contest."""

    contest: int
    upheld: bool
    in_box: NotRequired[bool]
    """As both said."""


class ContestUndecidedFacts(TypedDict):
    """The result was declared and no two officers had agreed on a contest by its day."""

    contest: int


class LetterLookedAtFacts(TypedDict):
    """An officer looked at the photo of a letter of proxy."""

    number: int
    rev: int
    sound: bool
    digest: NotRequired[str]
    """Of the reason why it is none."""


class HelpAnsweredFacts(TypedDict):
    """A witness or the voter said whether a helped vote was so."""

    number: int
    rev: int
    sound: bool


class BallotVoidedFacts(TypedDict):
    """A named ballot does not count."""

    number: int
    rev: int
    why: str
    """A value of VoidReason."""


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
    device_of: NotRequired[int]
    """Id of who was signed in, where it was entered by PIN on that person's phone."""


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
    picture: NotRequired[str]
    """Of an annulment: salted digest of the photo of the paper."""


class ChangeDroppedFacts(TypedDict):
    """A change that was asked for and never came into force."""

    change: int
    lapsed: bool


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
    appeal: NotRequired[int]
    """Of an addition that answers an appeal: its id."""
    annulled_by: NotRequired[str]
    """Of an annulment: a value of Annuller."""
    ruled_on: NotRequired[str]
    """Of an annulment: the day of the paper."""
    ruling: NotRequired[str]
    """Of an annulment: digest of the paper's number and photo."""


class PollChangedFacts(TypedDict):
    """A second officer confirmed it."""

    change: ConfirmedChange
    fingerprint: str


class FurtherVoteAskedFacts(TypedDict):
    """One officer stated a ground for one more vote of the same body on the same matter."""

    request: int
    earlier: int
    """The vote before it."""
    ground: str
    """A value of Ground."""
    office: str
    digest: str
    """Of its words."""


class FurtherVoteConfirmedFacts(TypedDict):
    """A second officer confirmed it."""

    request: int
    office: str


class FurtherVoteEndedFacts(TypedDict):
    """It was dropped, or lapsed."""

    request: int
    lapsed: bool


class MatterComparedFacts(TypedDict):
    """An officer said whether a matter with the words of an earlier vote is the same one."""

    earlier: int
    """The vote before it, on another proposal."""
    same: bool
    office: str
    digest: str
    """Of the words why it is another one."""


class RollAppealMadeFacts(TypedDict):
    """Facts of an appeal by somebody who is not on the roll of a vote. Who it is stands in no log."""

    appeal: int
    desk: bool
    """An officer wrote it down at the desk."""


class RollAppealRefusalAskedFacts(TypedDict):
    """One officer proposed to refuse an appeal, or took the proposal back."""

    appeal: int
    office: str
    dropped: bool


class RollAppealAnsweredFacts(TypedDict):
    """Two officers answered an appeal."""

    appeal: int
    added: bool
    office: str


FACTS: dict[Tag, type] = {
    Tag.FURTHER_VOTE_ASKED: FurtherVoteAskedFacts,
    Tag.FURTHER_VOTE_CONFIRMED: FurtherVoteConfirmedFacts,
    Tag.FURTHER_VOTE_ENDED: FurtherVoteEndedFacts,
    Tag.MATTER_COMPARED: MatterComparedFacts,
    Tag.ROLL_APPEAL_MADE: RollAppealMadeFacts,
    Tag.ROLL_APPEAL_REFUSAL_ASKED: RollAppealRefusalAskedFacts,
    Tag.ROLL_APPEAL_ANSWERED: RollAppealAnsweredFacts,
    Tag.STANDING_ASKED: StandingAskedFacts,
    Tag.STANDING_DROPPED: StandingDroppedFacts,
    Tag.STANDING_SET: StandingSetFacts,
    Tag.POLL_DRAFTED: PollDraftedFacts,
    Tag.POLL_ANNOUNCED: PollAnnouncedFacts,
    Tag.BALLOT_CAST: BallotCastFacts,
    Tag.POLL_TOUCHED: PollTouchedFacts,
    Tag.POLL_CLOSED: PollClosedFacts,
    Tag.POLL_DECLARED: PollDeclaredFacts,
    Tag.POLL_SET_ASIDE: PollSetAsideFacts,
    Tag.UNIT_MARKED: UnitMarkedFacts,
    Tag.UNIT_UNMARKED: UnitUnmarkedFacts,
    Tag.LATE_MARKS_ASKED: LateMarksAskedFacts,
    Tag.LATE_MARKS_CONFIRMED: LateMarksConfirmedFacts,
    Tag.LATE_MARKS_DROPPED: LateMarksDroppedFacts,
    Tag.BOX_VISITED: BoxVisitedFacts,
    Tag.TICKER_ASSIGNED: TickerAssignedFacts,
    Tag.TICKER_ENDED: TickerEndedFacts,
    Tag.VOTE_CONTESTED: VoteContestedFacts,
    Tag.CONTEST_OPINION: ContestOpinionFacts,
    Tag.CONTEST_RULED: ContestRuledFacts,
    Tag.CONTEST_UNDECIDED: ContestUndecidedFacts,
    Tag.LETTER_LOOKED_AT: LetterLookedAtFacts,
    Tag.HELP_ANSWERED: HelpAnsweredFacts,
    Tag.BALLOT_VOIDED: BallotVoidedFacts,
    Tag.SHEET_OPENED: SheetOpenedFacts,
    Tag.SHEET_ENTERED: SheetEnteredFacts,
    Tag.SHEET_CONFIRMED: SheetConfirmedFacts,
    Tag.CHANGE_ASKED: ChangeAskedFacts,
    Tag.CHANGE_DROPPED: ChangeDroppedFacts,
    Tag.POLL_CHANGED: PollChangedFacts,
}
