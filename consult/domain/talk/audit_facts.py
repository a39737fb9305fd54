"""What the audit log says of each act on a consultation. Texts stand there as SHA-256, never in words."""

from typing import TypedDict

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


class CommentWrittenFacts(TypedDict):
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


FACTS: dict[Tag, type] = {
    Tag.CONSULTATION_OPENED: ConsultationOpenedFacts,
    Tag.CONSULTATION_MOVED: ConsultationMovedFacts,
    Tag.CONSULTATION_WITHDRAWN: ConsultationWithdrawnFacts,
    Tag.CONSULTATION_MERGED: ConsultationMergedFacts,
    Tag.CONSULTATION_RELATED: ConsultationRelatedFacts,
    Tag.PROPOSAL_REVISED: ProposalRevisedFacts,
    Tag.PROPOSAL_ENDORSED: ProposalEndorsedFacts,
    Tag.ENDORSEMENT_REMOVED: EndorsementRemovedFacts,
    Tag.PROPOSAL_RECORDED: ProposalRecordedFacts,
    Tag.PROPOSAL_ANSWERED: ProposalAnsweredFacts,
    Tag.COMMENT_WRITTEN: CommentWrittenFacts,
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
}
