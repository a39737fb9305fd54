"""Names of the acts of a mediation case, and what a field of their forms is. The table of acts stands in act_table.py."""

from dataclasses import dataclass
from enum import StrEnum


class CaseAct(StrEnum):
    """An act on a case."""

    FILE = "file"
    APPLY = "apply"
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_ON = "take_on"
    ASSIGN = "assign"
    RECUSE = "recuse"
    CONSENT = "consent"
    CHOOSE_MEDIATOR = "choose_mediator"
    REFUSE_MEDIATOR = "refuse_mediator"
    DECLARE_KINSHIP = "declare_kinship"
    ADD_PARTY = "add_party"
    IDENTIFY = "identify"
    REMOVE_PARTY = "remove_party"
    STATEMENT = "statement"
    EVIDENCE = "evidence"
    NOTE = "note"
    INVESTIGATE = "investigate"
    CALL_SESSION = "call_session"
    HOLD_SESSION = "hold_session"
    EXTEND = "extend"
    CORRECT = "correct"
    AGREE = "agree"
    SIGN = "sign"
    PERFORM = "perform"
    TAKE_BACK = "take_back"
    DEFER = "defer"
    BREACH = "breach"
    URGE = "urge"
    MEDIATE_AGAIN = "mediate_again"
    ENFORCE = "enforce"
    SUE = "sue"
    APPLY_CONFIRMATION = "apply_confirmation"
    CONFIRMATION = "confirmation"
    COURT_RESULT = "court_result"
    FOLLOW_UP = "follow_up"
    WITHDRAW = "withdraw"
    SETTLE_THEMSELVES = "settle_themselves"
    TERMINATE = "terminate"
    ESCALATE = "escalate"
    RECEIPT = "receipt"
    REPORT_POLICE = "report_police"
    RAISE = "raise"
    CLOSE = "close"
    ARCHIVE = "archive"


class FieldKind(StrEnum):
    """The kind of value that a field of a form takes."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    PAST_DAY = "past_day"
    COMING_DAY = "coming_day"
    TIME = "time"
    MONEY = "money"
    NUMBER = "number"
    PHONE = "phone"
    CHOICE = "choice"
    TICK = "tick"
    TICKS = "ticks"
    PARTY = "party"
    """One of those in dispute."""
    MEMBER = "member"
    """Any of those who take part: a party, an agent, invited kin."""
    PARTIES = "parties"
    MEDIATORS = "mediators"
    MEDIATOR = "mediator"
    ROW = "row"
    """One obligation of the agreement."""
    DONE_ROW = "done_row"
    """One that was ticked off."""
    ROWS = "rows"
    """The obligations themselves."""
    HOUSEHOLD = "household"
    """Its code on the roll."""
    PHOTOS = "photos"
    VOICE = "voice"


@dataclass(frozen=True)
class Field:
    """One field of the form of an act."""

    name: str
    kind: FieldKind = FieldKind.LINE
    needed: bool = True
    of: str = ""
    """Of a CHOICE: the table of choices.toml that it offers."""
    desk: bool = False
    """Asked of mediators only: a party answers for itself."""
    or_files: bool = False
    """A photo or a recording that comes with the form will do instead."""
    whose: str = ""
    """Of a PHONE: the field that says which party it belongs to, or ADDED for the one whom the act adds.

    services.cases.transitions takes it out of the entry and keeps it in a note for the desk, one for each party. The phone
    of somebody who is no party, such as a witness, has no place yet: `_party_of` there would have to know it.
    """


ADDED = "added"
"""The party whom an act adds."""
