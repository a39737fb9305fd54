"""The facts that the audit log keeps of each act on a consultation. Texts stand there as SHA-256, never in words."""

from typing import NotRequired, TypedDict

from consult.domain.audit import Tag


class ConsultationOpenedFacts(TypedDict):
    proposal: int


class ConsultationMovedFacts(TypedDict):
    phase: str
    """A value of Phase."""


class ConsultationWithdrawnFacts(TypedDict):
    pass


class ConsultationMergedFacts(TypedDict):
    into: int
    """The consultation in which it goes on."""


class MergerAskedFacts(TypedDict):
    request: int
    into: int


class MergerConfirmedFacts(TypedDict):
    request: int
    office: str
    holds_on: str
    """A day, ISO 8601: on it, it is merged unless the proposer says no before."""


class MergerEndedFacts(TypedDict):
    request: int
    outcome: str
    """A value of MergerEnd: declined, dropped, lapsed. Of a merger the entry is consultation:merged."""


class AnswerExtendedFacts(TypedDict):
    due_before: str
    """A day, ISO 8601."""
    until: str
    digest: str
    """Of the reason."""
    request: int
    """The request of two officers on which it stands."""


class ConsultationRelatedFacts(TypedDict):
    other: int


class ProposalRevisedFacts(TypedDict):
    revision: int
    digest: str
    """Of the canonical form of Draft.as_facts()."""


class ProposalEndorsedFacts(TypedDict):
    pass


class EndorsementRemovedFacts(TypedDict):
    pass


class ProposalRecordedFacts(TypedDict):
    sound: str
    """SHA-256 of the stored file."""
    transcript: str


class ProposalAnsweredFacts(TypedDict):
    number: int
    state: str
    """A value of AnswerState."""
    digest: str
    request: NotRequired[int | None]
    """The request of two officers on which it stands. Older answers stand on one officer's word."""
    item: NotRequired[int | None]
    """The item of a meeting on which it stands."""


class CommentWrittenFacts(TypedDict):
    digest: str


class PictureDescribedFacts(TypedDict):
    digest: str


class QuestionAnsweredFacts(TypedDict):
    digest: str
    """Of the reply that answers it."""


class QuestionReopenedFacts(TypedDict):
    digest: str
    """Of the question."""


class SummarySignedFacts(TypedDict):
    number: int
    digest: str


class StatementWrittenFacts(TypedDict):
    digest: str


class WordsReportedFacts(TypedDict):
    ground: str
    """A value of ReportGround."""


class ReportSettledFacts(TypedDict):
    pass


class WordsHiddenFacts(TypedDict):
    ground: str
    """A value of ReportGround."""
    hiding: int


class WordsRestoredFacts(TypedDict):
    hiding: int


class HidingAppealedFacts(TypedDict):
    hiding: int


class AppealDecidedFacts(TypedDict):
    hiding: int
    restored: bool


class TaskMadeFacts(TypedDict):
    owner: int
    due_on: str
    """A day, ISO 8601."""
    budget: int | None
    """In fen."""


class ProgressNotedFacts(TypedDict):
    stage: str
    """A value of Stage."""
    spent: int | None
    """In fen."""
    digest: str


class WorkLookedAtFacts(TypedDict):
    accepted: bool
    digest: str


class WorkRatedFacts(TypedDict):
    pass


class TaskCorrectedFacts(TypedDict):
    change: int
    owner: int
    due_on: str
    """A day, ISO 8601."""
    budget: int | None
    """In fen."""
    persons: list[int]
    """Who asked, and who confirmed where it took two."""
    digest: str
    """Of the reason."""


class TaskWithdrawnFacts(TypedDict):
    change: int
    digest: str
    """Of the reason."""


class TaskChangeAskedFacts(TypedDict):
    change: int
    budget: int | None
    """In fen."""
    office: str
    digest: str
    """Of the reason."""


class TaskChangeEndedFacts(TypedDict):
    change: int
    end: str
    """A value of TaskChangeEnd, but for confirmed."""


class CouncilAskedFacts(TypedDict):
    """An officer asks for an act in the council's name."""

    request: int
    kind: str
    """A value of CouncilAct."""
    office: str
    digest: str
    """Of what it says: the canonical form of its facts and its words."""


class CouncilConfirmedFacts(CouncilAskedFacts):
    """A second officer of another office confirmed it. `office` is theirs."""

    persons: list[int]


class CouncilEndedFacts(TypedDict):
    request: int
    kind: str
    end: str
    """A value of CouncilEnd, but for confirmed."""


FACTS: dict[Tag, type] = {
    Tag.CONSULTATION_OPENED: ConsultationOpenedFacts,
    Tag.CONSULTATION_MOVED: ConsultationMovedFacts,
    Tag.CONSULTATION_WITHDRAWN: ConsultationWithdrawnFacts,
    Tag.CONSULTATION_MERGED: ConsultationMergedFacts,
    Tag.MERGER_ASKED: MergerAskedFacts,
    Tag.MERGER_CONFIRMED: MergerConfirmedFacts,
    Tag.MERGER_ENDED: MergerEndedFacts,
    Tag.ANSWER_EXTENDED: AnswerExtendedFacts,
    Tag.CONSULTATION_RELATED: ConsultationRelatedFacts,
    Tag.PROPOSAL_REVISED: ProposalRevisedFacts,
    Tag.PROPOSAL_ENDORSED: ProposalEndorsedFacts,
    Tag.ENDORSEMENT_REMOVED: EndorsementRemovedFacts,
    Tag.PROPOSAL_RECORDED: ProposalRecordedFacts,
    Tag.PROPOSAL_ANSWERED: ProposalAnsweredFacts,
    Tag.COMMENT_WRITTEN: CommentWrittenFacts,
    Tag.PICTURE_DESCRIBED: PictureDescribedFacts,
    Tag.QUESTION_ANSWERED: QuestionAnsweredFacts,
    Tag.QUESTION_REOPENED: QuestionReopenedFacts,
    Tag.SUMMARY_SIGNED: SummarySignedFacts,
    Tag.STATEMENT_WRITTEN: StatementWrittenFacts,
    Tag.WORDS_REPORTED: WordsReportedFacts,
    Tag.REPORT_SETTLED: ReportSettledFacts,
    Tag.WORDS_HIDDEN: WordsHiddenFacts,
    Tag.WORDS_RESTORED: WordsRestoredFacts,
    Tag.HIDING_APPEALED: HidingAppealedFacts,
    Tag.APPEAL_DECIDED: AppealDecidedFacts,
    Tag.TASK_MADE: TaskMadeFacts,
    Tag.PROGRESS_NOTED: ProgressNotedFacts,
    Tag.WORK_LOOKED_AT: WorkLookedAtFacts,
    Tag.WORK_RATED: WorkRatedFacts,
    Tag.TASK_CORRECTED: TaskCorrectedFacts,
    Tag.TASK_WITHDRAWN: TaskWithdrawnFacts,
    Tag.TASK_CHANGE_ASKED: TaskChangeAskedFacts,
    Tag.TASK_CHANGE_ENDED: TaskChangeEndedFacts,
    Tag.COUNCIL_ASKED: CouncilAskedFacts,
    Tag.COUNCIL_CONFIRMED: CouncilConfirmedFacts,
    Tag.COUNCIL_ENDED: CouncilEndedFacts,
}
