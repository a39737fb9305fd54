"""The records. One file a feature; `village_id` stands in every table."""

from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import Base, UTCDateTime, db
from consult.models.board.notices import BoardPhoto, Notice, Objection
from consult.models.cases.cases import (
    CaseEntry,
    CaseFile,
    CaseLink,
    CaseName,
    CaseReader,
    CaseView,
    MediationCase,
    Sweep,
)
from consult.models.law.four_deliberations import DeliberationStep, MatterChoice, MotionCheck
from consult.models.meetings.meetings import (
    AgendaItem,
    Meeting,
    MeetingAddition,
    MeetingChange,
    MeetingPoll,
    MeetingRollEntry,
    PollEnding,
    Rsvp,
)
from consult.models.meetings.petitions import Petition, PetitionSignature
from consult.models.meetings.proceedings import Arrival, MinutesConfirmation, Proceeding, SignedPage
from consult.models.messages.notifications import GroupRobot, Notification, NotificationSwitch, OutboxMessage
from consult.models.people.sign_ins import Attempt, HouseholdCard, OneTimeCode, SignIn
from consult.models.people.villages import (
    Departure,
    Group,
    Household,
    Person,
    RepresentativeChoice,
    RoleGrant,
    RollImport,
    Village,
)
from consult.models.polls.channels import Assistance, AttendanceMark, BoxVisit, Contest, ProxyLetter
from consult.models.polls.count_sheets import CountSheet, SheetConfirmation, SheetEntry
from consult.models.polls.poll_changes import PollChange, PollChangeConfirmation
from consult.models.polls.polls import (
    BallotEvent,
    BodyStanding,
    Declaration,
    Poll,
    PollOption,
    PollTally,
    RollEntry,
    Turnout,
)
from consult.models.polls.secret_ballots import SecretBallot
from consult.models.search import SearchEntry, SearchPair
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
from consult.models.talk.moderation import Hiding, Report
from consult.models.talk.statements import CommonGround, Reaction, Statement
from consult.models.talk.tasks import Acceptance, Progress, Rating, Task

__all__ = [
    "Acceptance", "AgendaItem", "Arrival", "Assistance", "Attempt", "AttendanceMark", "AuditEntry", "AuditHead",
    "BallotEvent", "Base", "BoardPhoto", "BodyStanding", "BoxVisit", "CaseEntry", "CaseFile", "CaseLink",
    "CaseName", "CaseReader", "CaseView", "Comment", "CommonGround", "Consultation", "ConsultationGroup", "Contest",
    "CountSheet", "Declaration", "DeliberationStep", "Departure", "Endorsement", "FundingSource", "Group",
    "GroupRobot", "Hiding", "Household", "HouseholdCard", "MatterChoice", "MediationCase", "Meeting",
    "MeetingAddition", "MeetingChange", "MeetingPoll", "MeetingRollEntry", "Merger", "MinutesConfirmation",
    "MotionCheck", "Notice", "Notification", "NotificationSwitch", "Objection", "OfficialAnswer", "OneTimeCode",
    "OpinionSummary", "OutboxMessage", "Person", "Petition", "PetitionSignature", "PhaseEntry", "Picture", "Poll",
    "PollChange", "PollChangeConfirmation", "PollEnding", "PollOption", "PollTally", "Proceeding", "Progress",
    "Proposal", "ProposalDraft", "ProposalRevision", "ProxyLetter", "Rating", "Reaction", "Recording", "Relation",
    "Report", "RepresentativeChoice", "RoleGrant", "RollEntry", "RollImport", "Rsvp", "SearchEntry", "SearchPair",
    "Seconding", "SecretBallot", "SheetConfirmation", "SheetEntry", "SignIn", "SignedPage", "Statement", "Sweep",
    "Task", "Turnout", "UTCDateTime", "Village", "Withdrawal", "db",
]  # fmt: skip
