"""The records. One file a feature; `village_id` stands in every table."""

from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import Base, UTCDateTime, db
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
from consult.models.moderation import Hiding, Report
from consult.models.notices import Notice
from consult.models.notifications import GroupRobot, Notification, NotificationSwitch, OutboxMessage
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
    "Acceptance", "Assistance", "Attempt", "AttendanceMark", "AuditEntry", "AuditHead", "BallotEvent", "Base",
    "BodyStanding", "BoxVisit", "Comment", "CommonGround", "Consultation", "ConsultationGroup", "Contest",
    "CountSheet", "Declaration", "Departure", "Endorsement", "FundingSource", "Group", "GroupRobot", "Hiding",
    "Household", "HouseholdCard", "Merger", "Notice", "Notification", "NotificationSwitch", "OfficialAnswer",
    "OneTimeCode", "OpinionSummary", "OutboxMessage", "Person", "PhaseEntry", "Picture", "Poll", "PollChange",
    "PollChangeConfirmation", "PollOption", "PollTally", "Progress", "Proposal", "ProposalDraft", "ProposalRevision",
    "ProxyLetter", "Rating", "Reaction", "Recording", "Relation", "Report", "RepresentativeChoice", "RoleGrant",
    "RollEntry", "RollImport", "SearchEntry", "SearchPair", "Seconding", "SecretBallot", "SheetConfirmation",
    "SheetEntry", "SignIn", "Statement", "Task", "Turnout", "UTCDateTime", "Village", "Withdrawal", "db",
]  # fmt: skip
