"""The records. One file a feature; `village_id` stands in every table."""

from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import Base, UTCDateTime, check_choices, db
from consult.models.board.notices import BoardPhoto, Notice, Objection
from consult.models.cases.cases import (
    CaseEntry,
    CaseFile,
    CaseLink,
    CaseName,
    CaseReader,
    CaseReport,
    CaseView,
    MediationCase,
    Screening,
)
from consult.models.clock import ClockConfirmation, ClockDoubt, ClockTick
from consult.models.installation import Installation
from consult.models.job_runs import JobRun
from consult.models.law.four_deliberations import DeliberationStep, MatterChoice, MatterPaperRecord, MotionCheck
from consult.models.law.rule_changes import RuleChange
from consult.models.meetings.meetings import (
    AgendaItem,
    Meeting,
    MeetingAddition,
    MeetingChange,
    MeetingRollEntry,
    Rsvp,
)
from consult.models.meetings.petitions import Petition, PetitionSignature
from consult.models.meetings.proceedings import CheckIn, MinutesConfirmation, Proceeding, SignedPage
from consult.models.messages.notifications import GroupRobot, Notification, NotificationSwitch, OutboxMessage
from consult.models.people.data_requests import DataLock, DataRequest
from consult.models.people.rights import RightChange, RightStep
from consult.models.people.sign_ins import (
    FactorRequest,
    HouseholdCard,
    OneTimeCode,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInAttempt,
)
from consult.models.people.villages import (
    Account,
    Departure,
    FormerSlug,
    Group,
    Household,
    Person,
    RepresentativeChoice,
    RoleGrant,
    RollImport,
    RollWord,
    Village,
)
from consult.models.polls.acts_on_votes import ContestOpinion, ContestRuling, VoidedBallot, VoteAnswer
from consult.models.polls.channels import (
    Assistance,
    AttendanceMark,
    BoxVisit,
    LateMarks,
    LateMarksConfirmation,
    LateMarksEnd,
    MarkUndoing,
    PaperTicker,
    PaperTickerEnding,
    ProxyLetter,
    VoteDispute,
)
from consult.models.polls.count_sheets import CountSheet, SheetConfirmation, SheetEntry
from consult.models.polls.further_votes import FurtherVote, MatterComparison
from consult.models.polls.meeting_links import MeetingPoll, PollEnding
from consult.models.polls.poll_changes import PollChange, PollChangeConfirmation, PollChangeEnd
from consult.models.polls.poll_faults import PollFault
from consult.models.polls.polls import (
    BallotEvent,
    BodyStanding,
    Declaration,
    Poll,
    PollOption,
    PollTally,
    RollEntry,
    StandingChange,
    Turnout,
)
from consult.models.polls.roll_appeals import RollAppeal
from consult.models.polls.sealed_ballots import SealedBallot, SealingKey
from consult.models.polls.secret_ballots import SecretBallot
from consult.models.search import SearchEntry, SearchPair
from consult.models.stored_files import Allowance, StoredFile
from consult.models.talk.comments import Comment, OfficialAnswer, OpinionSummary, Seconding
from consult.models.talk.consultations import (
    Consultation,
    ConsultationGroup,
    Endorsement,
    FundingSource,
    Merger,
    PhaseEntry,
    Picture,
    Proposal,
    ProposalDraft,
    ProposalRevision,
    Recording,
    Relation,
    Withdrawal,
)
from consult.models.talk.council_requests import CouncilRequest, CouncilRequestStep
from consult.models.talk.duties import AnswerExtension, MergerRequest
from consult.models.talk.moderation import ContentReport, Removal, RemovalParty
from consult.models.talk.statements import CommonGround, Reaction, Statement
from consult.models.talk.tasks import Acceptance, Progress, Rating, Task, TaskChange, TaskChangeStep

__all__ = [
    "Acceptance",
    "Account",
    "AgendaItem",
    "Allowance",
    "AnswerExtension",
    "Assistance",
    "AttendanceMark",
    "AuditEntry",
    "AuditHead",
    "BallotEvent",
    "Base",
    "BoardPhoto",
    "BodyStanding",
    "BoxVisit",
    "CaseEntry",
    "CaseFile",
    "CaseLink",
    "CaseName",
    "CaseReader",
    "CaseReport",
    "CaseView",
    "CheckIn",
    "ClockConfirmation",
    "ClockDoubt",
    "ClockTick",
    "Comment",
    "CommonGround",
    "Consultation",
    "ConsultationGroup",
    "ContentReport",
    "ContestOpinion",
    "ContestRuling",
    "CouncilRequest",
    "CouncilRequestStep",
    "CountSheet",
    "DataLock",
    "DataRequest",
    "Declaration",
    "DeliberationStep",
    "Departure",
    "Endorsement",
    "FactorRequest",
    "FormerSlug",
    "FundingSource",
    "FurtherVote",
    "Group",
    "GroupRobot",
    "Household",
    "HouseholdCard",
    "Installation",
    "JobRun",
    "LateMarks",
    "LateMarksConfirmation",
    "LateMarksEnd",
    "MarkUndoing",
    "MatterChoice",
    "MatterComparison",
    "MatterPaperRecord",
    "MediationCase",
    "Meeting",
    "MeetingAddition",
    "MeetingChange",
    "MeetingPoll",
    "MeetingRollEntry",
    "Merger",
    "MergerRequest",
    "MinutesConfirmation",
    "MotionCheck",
    "Notice",
    "Notification",
    "NotificationSwitch",
    "Objection",
    "OfficialAnswer",
    "OneTimeCode",
    "OpinionSummary",
    "OutboxMessage",
    "PaperTicker",
    "PaperTickerEnding",
    "Person",
    "Petition",
    "PetitionSignature",
    "PhaseEntry",
    "Picture",
    "Poll",
    "PollChange",
    "PollChangeConfirmation",
    "PollChangeEnd",
    "PollEnding",
    "PollFault",
    "PollOption",
    "PollTally",
    "Proceeding",
    "Progress",
    "Proposal",
    "ProposalDraft",
    "ProposalRevision",
    "ProxyLetter",
    "Rating",
    "Reaction",
    "Recording",
    "RecoveryCode",
    "Relation",
    "Removal",
    "RemovalParty",
    "RepresentativeChoice",
    "RightChange",
    "RightStep",
    "RoleGrant",
    "RollAppeal",
    "RollEntry",
    "RollImport",
    "RollWord",
    "Rsvp",
    "RuleChange",
    "Screening",
    "SealedBallot",
    "SealingKey",
    "SearchEntry",
    "SearchPair",
    "SecondFactor",
    "Seconding",
    "SecretBallot",
    "SheetConfirmation",
    "SheetEntry",
    "SignIn",
    "SignInAttempt",
    "SignedPage",
    "StandingChange",
    "Statement",
    "StoredFile",
    "Task",
    "TaskChange",
    "TaskChangeStep",
    "Turnout",
    "UTCDateTime",
    "Village",
    "VoidedBallot",
    "VoteAnswer",
    "VoteDispute",
    "Withdrawal",
    "db",
]

check_choices(Base.metadata)
