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
    ADD_PARTIES = "add_parties"
    """Many at once, from a list."""
    ADD_GUARDIAN = "add_guardian"
    IDENTIFY = "identify"
    DESCRIBE_PARTY = "describe_party"
    """Say that a party is an organisation."""
    NOTE_CAPACITY = "note_capacity"
    ELECT_REPRESENTATIVE = "elect_representative"
    REMOVE_PARTY = "remove_party"
    RETURN_PARTY = "return_party"
    """A party who left takes part again."""
    INDIVISIBLE = "indivisible"
    """Say that the claim cannot be divided among the parties of a side."""
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
    ENFORCEMENT_RESULT = "enforcement_result"
    FOLLOW_UP = "follow_up"
    WITHDRAW = "withdraw"
    SETTLE_THEMSELVES = "settle_themselves"
    TERMINATE = "terminate"
    TELL_WAYS = "tell_ways"
    ESCALATE = "escalate"
    SHARE = "share"
    """Hand more of a case over to the town."""
    TOWN_TALK = "town_talk"
    """Whether the town may read a party's own talk."""
    NOTE_DANGER = "note_danger"
    TOLD_IN_PERSON = "told_in_person"
    RECEIPT = "receipt"
    REPORT_POLICE = "report_police"
    RAISE = "raise"
    CLOSE = "close"
    ARCHIVE = "archive"
    HAND_OVER = "hand_over"
    """A mediator gives the case to a colleague."""
    REOPEN = "reopen"
    NOTE_DIFFICULTY = "note_difficulty"
    CORRECT_ENTRY = "correct_entry"
    CONFIRM_CORRECTION = "confirm_correction"


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
    LEFT_PARTY = "left_party"
    """One of those in dispute who left."""
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
    CREDIT_CODE = "credit_code"
    """The unified social credit code of an organisation."""
    LIST = "list"
    """People, one a line."""
    SURE = "sure"
    """Asked on a page of its own, which says what follows."""
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
    spoken: bool = False
    """Of a field for the desk: also asked of somebody who may act for several parties."""
    apart: bool = False
    """Words for the desk alone: they stand in a note of their own beside the entry, which the parties read."""
    asked: bool = False
    """Shown only after the act was refused with a question: the tick answers it, and is recorded."""
    most: int = 0
    """The most characters of a LINE or TEXT; 0: as many as usual. More where we fill it in ourselves with what may be longer."""
    or_files: bool = False
    """A photo or a recording that comes with the form will do instead."""
    whose: str = ""
    """Of a PHONE: the field that says which party it belongs to, or ADDED for the one whom the act adds.

    services.cases.transitions takes it out of the entry and keeps it in a note for the desk, one for each party. The phone
    of somebody who is no party, such as a witness, has no place yet: `_party_of` there would have to know it.
    """


BEGINS = CaseAct.FILE
ABOUT_ENTRIES = frozenset({CaseAct.CORRECT_ENTRY, CaseAct.CONFIRM_CORRECTION})
"""Acts on one entry instead of the case: corrections.py has their rules."""
OUTSIDE_THE_TABLE = ABOUT_ENTRIES | {BEGINS}
DONE_AS_WRITTEN = frozenset(
    {
        CaseAct.IDENTIFY,
        CaseAct.CORRECT,
        CaseAct.TAKE_BACK,
        CaseAct.RAISE,
        CaseAct.CALL_SESSION,
        CaseAct.HAND_OVER,
        CaseAct.REOPEN,
        CaseAct.NOTE_DIFFICULTY,
    }
)
"""Done by being written down, so they have no earlier day; CALL_SESSION names the day of the session."""
ADDED = "added"
"""The party whom an act adds."""
