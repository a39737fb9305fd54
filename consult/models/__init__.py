"""The records. One file a feature; `village_id` stands in every table."""

from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import Base, UTCDateTime, db
from consult.models.cases import (
    CaseEntry,
    CaseFile,
    CaseLink,
    CaseName,
    CaseReader,
    CaseView,
    MediationCase,
    Sweep,
)
from consult.models.channels import Assistance, AttendanceMark, BoxVisit, Contest, ProxyLetter
from consult.models.comments import Comment, OfficialAnswer, OpinionSummary, Seconding
from consult.models.consultations import (
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
from consult.models.count_sheets import CountSheet, SheetConfirmation, SheetEntry
from consult.models.four_deliberations import DeliberationStep, MatterChoice, MotionCheck
from consult.models.meetings import (
    AgendaItem,
    Meeting,
    MeetingAddition,
    MeetingChange,
    MeetingPoll,
    MeetingRollEntry,
    PollEnding,
    Rsvp,
)
from consult.models.moderation import Hiding, Report
from consult.models.notices import BoardPhoto, Notice, Objection
from consult.models.notifications import GroupRobot, Notification, NotificationSwitch, OutboxMessage
from consult.models.petitions import Petition, PetitionSignature
from consult.models.poll_changes import PollChange, PollChangeConfirmation
from consult.models.polls import (
    BallotEvent,
    BodyStanding,
    Declaration,
    Poll,
    PollOption,
    PollTally,
    RollEntry,
    Turnout,
)
from consult.models.proceedings import Arrival, MinutesConfirmation, Proceeding, SignedPage
from consult.models.search import SearchEntry, SearchPair
from consult.models.secret_ballots import SecretBallot
from consult.models.sign_ins import Attempt, HouseholdCard, OneTimeCode, SignIn
from consult.models.statements import CommonGround, Reaction, Statement
from consult.models.tasks import Acceptance, Progress, Rating, Task
from consult.models.villages import (
    Departure,
    Group,
    Household,
    Person,
    RepresentativeChoice,
    RoleGrant,
    RollImport,
    Village,
)

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
