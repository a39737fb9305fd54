"""The records. One file a feature; `village_id` stands in every table."""

from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import Base, UTCDateTime, db
from consult.models.consultations import Consultation, FundingSource, Picture, Proposal
from consult.models.notices import Notice
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
from consult.models.sign_ins import Attempt, HouseholdCard, OneTimeCode, SignIn
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
    "Attempt", "AuditEntry", "AuditHead", "BallotEvent", "Base", "BodyStanding", "Consultation", "Declaration",
    "Departure", "FundingSource", "Group", "Household", "HouseholdCard", "Notice", "OneTimeCode", "Person", "Picture",
    "Poll", "PollOption", "PollTally", "Proposal", "RepresentativeChoice", "RoleGrant", "RollEntry", "RollImport",
    "SignIn", "Turnout", "UTCDateTime", "Village", "db",
]  # fmt: skip
