"""Every move of a case: from which states, by whom, to which state, and what has to be said with it.

One table, from which the pages, their forms and the test of all states, parts and acts are made.
"""

from dataclasses import dataclass
from enum import StrEnum

from consult.domain.cases.states import (
    AGREED,
    CARRIED_OUT,
    DESK,
    ENDED,
    IN_HAND,
    IN_WORK,
    LIVE,
    NEW,
    OPEN,
    PARTIES,
    SHUT,
    SIDES,
    WITH_MEDIATORS,
    Audience,
    CaseRole,
    CaseState,
)


class CaseAct(StrEnum):
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
    """What a field of a form takes."""

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
    name: str
    kind: FieldKind = FieldKind.LINE
    needed: bool = True
    of: str = ""
    """Whose words the choices are: a table of choices.toml."""
    desk: bool = False
    """Asked of mediators only: a party answers for itself."""


@dataclass(frozen=True)
class ActRule:
    states: frozenset[CaseState]
    parts: frozenset[CaseRole]
    fields: tuple[Field, ...] = ()
    to: CaseState | None = None
    """Where the case goes. None: it stays, or rules.py says where."""
    audience: str = Audience.ALL
    """`own`: a party's own private talk; what the desk says under it is for all."""


OWN = "own"
HEADS = frozenset({CaseRole.HEAD})
REASON = Field("reason", FieldKind.TEXT)
WORDS = Field("words", FieldKind.TEXT)
PHOTOS = Field("photos", FieldKind.PHOTOS, needed=False)
IDENTITY_SEEN = Field("identity_seen", FieldKind.TICK, needed=False)
BOTH_AGREE = Field("both_agree", FieldKind.TICK)
HAPPENED = Field("on", FieldKind.PAST_DAY)
IN_PARTIES_HANDS = NEW | IN_WORK | AGREED | CARRIED_OUT
COURT = frozenset(
    {CaseState.PERFORMING, CaseState.BREACHED, CaseState.PERFORMED, CaseState.FOLLOWED_UP, CaseState.CLOSED}
)

RULES: dict[CaseAct, ActRule] = {
    CaseAct.APPLY: ActRule(
        frozenset({CaseState.CLUE}), DESK, (Field("who_asks", FieldKind.PARTY), HAPPENED), CaseState.APPLIED
    ),
    CaseAct.ACCEPT: ActRule(
        frozenset({CaseState.APPLIED}),
        DESK,
        (
            Field("title"),
            Field("kind", FieldKind.CHOICE, of="kind"),
            Field("tag", FieldKind.CHOICE, False, "tag"),
            Field("rights_told", FieldKind.TICK),
        ),
        CaseState.ACCEPTED,
    ),
    CaseAct.DECLINE: ActRule(NEW, DESK, (Field("ground", FieldKind.CHOICE, of="decline"), REASON), CaseState.DECLINED),
    CaseAct.TAKE_ON: ActRule(frozenset({CaseState.ACCEPTED}), DESK, (), CaseState.ASSIGNED),
    CaseAct.ASSIGN: ActRule(
        IN_WORK, HEADS, (Field("mediators", FieldKind.MEDIATORS), Field("reason", FieldKind.LINE, False))
    ),
    CaseAct.RECUSE: ActRule(NEW | IN_WORK, DESK, (Field("reason"),)),
    CaseAct.CONSENT: ActRule(
        IN_WORK | {CaseState.AGREED_IN_WRITING},
        PARTIES | DESK,
        (
            Field("party", FieldKind.PARTY, desk=True),
            Field("answer", FieldKind.CHOICE, of="consent"),
            Field("how", needed=False, desk=True),
            Field("sure", FieldKind.TICK, needed=False),
        ),
    ),
    CaseAct.CHOOSE_MEDIATOR: ActRule(IN_WORK, PARTIES, (Field("mediator", FieldKind.MEDIATOR),), audience=OWN),
    CaseAct.REFUSE_MEDIATOR: ActRule(
        WITH_MEDIATORS,
        PARTIES,
        (Field("mediator", FieldKind.MEDIATOR), Field("reason", FieldKind.LINE, False)),
        audience=OWN,
    ),
    CaseAct.DECLARE_KINSHIP: ActRule(
        NEW | IN_WORK,
        PARTIES | DESK,
        (Field("mediator", FieldKind.MEDIATOR), Field("party", FieldKind.PARTY), Field("relation")),
        audience=OWN,
    ),
    CaseAct.ADD_PARTY: ActRule(
        NEW | IN_WORK,
        DESK,
        (
            Field("side", FieldKind.CHOICE, of="side"),
            Field("name"),
            Field("code", FieldKind.HOUSEHOLD, False),
            Field("phone", FieldKind.PHONE, False),
            Field("for_party", FieldKind.PARTY, False),
            Field("authority", FieldKind.CHOICE, False, "authority"),
            Field("both_agree", FieldKind.TICK, False),
            PHOTOS,
        ),
    ),
    CaseAct.IDENTIFY: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (Field("party", FieldKind.PARTY), Field("code", FieldKind.HOUSEHOLD)),
        audience=Audience.DESK,
    ),
    CaseAct.REMOVE_PARTY: ActRule(NEW | IN_WORK, DESK, (Field("member", FieldKind.MEMBER), Field("reason"))),
    CaseAct.STATEMENT: ActRule(
        OPEN, PARTIES | {CaseRole.KIN}, (WORDS, PHOTOS, Field("voice", FieldKind.VOICE, False)), audience=OWN
    ),
    CaseAct.EVIDENCE: ActRule(OPEN, DESK, (WORDS, IDENTITY_SEEN, PHOTOS)),
    CaseAct.NOTE: ActRule(LIVE, DESK, (WORDS,), audience=Audience.DESK),
    CaseAct.INVESTIGATE: ActRule(
        WITH_MEDIATORS, DESK, (HAPPENED, Field("place"), Field("asked"), WORDS, PHOTOS), audience=Audience.DESK
    ),
    CaseAct.CALL_SESSION: ActRule(
        WITH_MEDIATORS,
        DESK,
        (
            Field("on", FieldKind.COMING_DAY),
            Field("at", FieldKind.TIME),
            Field("place"),
            Field("how", FieldKind.CHOICE, of="openness"),
        ),
    ),
    CaseAct.HOLD_SESSION: ActRule(
        WITH_MEDIATORS,
        DESK,
        (
            HAPPENED,
            Field("place"),
            Field("present"),
            Field("said", FieldKind.TEXT),
            Field("checked", FieldKind.TEXT, False),
            Field("proposal", FieldKind.TEXT, False),
            Field("result", FieldKind.CHOICE, of="session_result"),
            IDENTITY_SEEN,
            PHOTOS,
        ),
        CaseState.MEDIATING,
    ),
    CaseAct.EXTEND: ActRule(IN_WORK, DESK, (Field("until", FieldKind.COMING_DAY), BOTH_AGREE, Field("reason"))),
    CaseAct.CORRECT: ActRule(
        IN_WORK | AGREED | CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (
            Field("title"),
            Field("kind", FieldKind.CHOICE, of="kind"),
            Field("tag", FieldKind.CHOICE, False, "tag"),
            Field("reason"),
        ),
    ),
    CaseAct.AGREE: ActRule(
        frozenset({CaseState.MEDIATING, CaseState.AGREED_IN_WRITING}),
        DESK,
        (
            Field("form", FieldKind.CHOICE, of="agreement"),
            HAPPENED,
            Field("facts", FieldKind.TEXT),
            Field("terms", FieldKind.TEXT),
            Field("rows", FieldKind.ROWS),
            Field("asked_written", FieldKind.TICK, False),
        ),
    ),
    CaseAct.SIGN: ActRule(
        frozenset({CaseState.AGREED_IN_WRITING}),
        DESK,
        (
            HAPPENED,
            Field("signed", FieldKind.PARTIES, False),
            Field("mediator_signed", FieldKind.TICK, False),
            Field("sealed", FieldKind.TICK, False),
            IDENTITY_SEEN,
            PHOTOS,
        ),
    ),
    CaseAct.PERFORM: ActRule(
        CARRIED_OUT,
        SIDES | DESK,
        (Field("row", FieldKind.ROW), HAPPENED, Field("other_side_says", FieldKind.TICK, desk=True), PHOTOS),
    ),
    CaseAct.TAKE_BACK: ActRule(
        CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (Field("row", FieldKind.DONE_ROW), REASON),
    ),
    CaseAct.DEFER: ActRule(
        frozenset({CaseState.PERFORMING, CaseState.BREACHED}),
        DESK,
        (Field("row", FieldKind.ROW), Field("until", FieldKind.COMING_DAY), BOTH_AGREE, Field("reason")),
        CaseState.PERFORMING,
    ),
    CaseAct.BREACH: ActRule(
        frozenset({CaseState.AGREED_ORALLY, CaseState.PERFORMING}),
        SIDES | DESK,
        (Field("row", FieldKind.ROW), WORDS),
        CaseState.BREACHED,
    ),
    CaseAct.URGE: ActRule(frozenset({CaseState.BREACHED}), DESK, (HAPPENED, WORDS), CaseState.PERFORMING),
    CaseAct.MEDIATE_AGAIN: ActRule(
        frozenset({CaseState.BREACHED, CaseState.PERFORMING}), DESK, (BOTH_AGREE, REASON), CaseState.MEDIATING
    ),
    CaseAct.ENFORCE: ActRule(frozenset({CaseState.BREACHED}), DESK, (Field("court"), HAPPENED), CaseState.TERMINATED),
    CaseAct.SUE: ActRule(frozenset({CaseState.BREACHED}), DESK, (Field("court"), HAPPENED), CaseState.TERMINATED),
    CaseAct.APPLY_CONFIRMATION: ActRule(COURT, DESK, (Field("court"), HAPPENED, BOTH_AGREE)),
    CaseAct.CONFIRMATION: ActRule(
        COURT, DESK, (Field("result", FieldKind.CHOICE, of="confirmation"), HAPPENED, Field("number", needed=False))
    ),
    CaseAct.COURT_RESULT: ActRule(
        frozenset({CaseState.TERMINATED, *SHUT}), DESK, (Field("result", FieldKind.CHOICE, of="court_result"), HAPPENED)
    ),
    CaseAct.FOLLOW_UP: ActRule(
        frozenset(
            {
                CaseState.PERFORMING,
                CaseState.BREACHED,
                CaseState.PERFORMED,
                CaseState.FOLLOWED_UP,
                CaseState.TERMINATED,
                *SHUT,
            }
        ),
        DESK,
        (
            HAPPENED,
            Field("persons"),
            Field("performed", FieldKind.CHOICE, of="performed"),
            Field("satisfied", FieldKind.CHOICE, of="yes_no"),
            Field("sued", FieldKind.CHOICE, of="yes_no"),
            Field("danger", needed=False),
            Field("measure", needed=False),
            IDENTITY_SEEN,
        ),
    ),
    CaseAct.WITHDRAW: ActRule(
        NEW | IN_WORK,
        frozenset({CaseRole.APPLICANT}) | DESK,
        (Field("reason", FieldKind.LINE, False),),
        CaseState.WITHDRAWN,
    ),
    CaseAct.SETTLE_THEMSELVES: ActRule(
        NEW | IN_WORK, frozenset({CaseRole.APPLICANT}) | DESK, (Field("how", needed=False),), CaseState.SELF_SETTLED
    ),
    CaseAct.TERMINATE: ActRule(
        IN_WORK | {CaseState.AGREED_IN_WRITING},
        DESK,
        (Field("ground", FieldKind.CHOICE, of="terminate"), REASON, Field("told_ways", FieldKind.TICK)),
        CaseState.TERMINATED,
    ),
    CaseAct.ESCALATE: ActRule(
        (IN_HAND - {CaseState.PERFORMED, CaseState.FOLLOWED_UP}) | {CaseState.ESCALATED, CaseState.TERMINATED},
        HEADS | {CaseRole.JUSTICE_OFFICE},
        (Field("level", FieldKind.CHOICE, of="level"), Field("office"), REASON),
        CaseState.ESCALATED,
    ),
    CaseAct.RECEIPT: ActRule(
        frozenset({CaseState.ESCALATED}),
        DESK | {CaseRole.JUSTICE_OFFICE},
        (HAPPENED, Field("number"), Field("received_by")),
    ),
    CaseAct.REPORT_POLICE: ActRule(
        OPEN, DESK | {CaseRole.REPORTER}, (HAPPENED, Field("station"), WORDS), audience=Audience.DESK
    ),
    CaseAct.RAISE: ActRule(
        WITH_MEDIATORS | AGREED | ENDED - {CaseState.ESCALATED},
        DESK,
        (Field("topic"), Field("summary", FieldKind.TEXT), BOTH_AGREE),
    ),
    CaseAct.CLOSE: ActRule(
        ENDED | {CaseState.FOLLOWED_UP},
        DESK,
        (
            Field("summary", FieldKind.TEXT),
            Field("prevented", FieldKind.CHOICE, False, "prevented"),
            Field("people", FieldKind.NUMBER, False),
        ),
        CaseState.CLOSED,
    ),
    CaseAct.ARCHIVE: ActRule(frozenset({CaseState.CLOSED}), HEADS, (Field("shelf", needed=False),), CaseState.ARCHIVED),
}
"""FILE is how a case begins, and has no rule here."""
