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
    Part,
    State,
)


class Act(StrEnum):
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


class Kind(StrEnum):
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
    kind: Kind = Kind.LINE
    needed: bool = True
    of: str = ""
    """Whose words the choices are: a table of choices.toml."""
    desk: bool = False
    """Asked of mediators only: a party answers for itself."""


@dataclass(frozen=True)
class Rule:
    states: frozenset[State]
    parts: frozenset[Part]
    fields: tuple[Field, ...] = ()
    to: State | None = None
    """Where the case goes. None: it stays, or rules.py says where."""
    audience: str = Audience.ALL
    """`own`: a party's own private talk; what the desk says under it is for all."""


OWN = "own"
HEADS = frozenset({Part.HEAD})
REASON = Field("reason", Kind.TEXT)
WORDS = Field("words", Kind.TEXT)
PHOTOS = Field("photos", Kind.PHOTOS, needed=False)
IDENTITY_SEEN = Field("identity_seen", Kind.TICK, needed=False)
BOTH_AGREE = Field("both_agree", Kind.TICK)
HAPPENED = Field("on", Kind.PAST_DAY)
IN_PARTIES_HANDS = NEW | IN_WORK | AGREED | CARRIED_OUT
COURT = frozenset({State.PERFORMING, State.BREACHED, State.PERFORMED, State.FOLLOWED_UP, State.CLOSED})

RULES: dict[Act, Rule] = {
    Act.APPLY: Rule(frozenset({State.CLUE}), DESK, (Field("who_asks", Kind.PARTY), HAPPENED), State.APPLIED),
    Act.ACCEPT: Rule(
        frozenset({State.APPLIED}),
        DESK,
        (
            Field("title"),
            Field("kind", Kind.CHOICE, of="kind"),
            Field("tag", Kind.CHOICE, False, "tag"),
            Field("rights_told", Kind.TICK),
        ),
        State.ACCEPTED,
    ),
    Act.DECLINE: Rule(NEW, DESK, (Field("ground", Kind.CHOICE, of="decline"), REASON), State.DECLINED),
    Act.TAKE_ON: Rule(frozenset({State.ACCEPTED}), DESK, (), State.ASSIGNED),
    Act.ASSIGN: Rule(IN_WORK, HEADS, (Field("mediators", Kind.MEDIATORS), Field("reason", Kind.LINE, False))),
    Act.RECUSE: Rule(NEW | IN_WORK, DESK, (Field("reason"),)),
    Act.CONSENT: Rule(
        IN_WORK | {State.AGREED_IN_WRITING},
        PARTIES | DESK,
        (
            Field("party", Kind.PARTY, desk=True),
            Field("answer", Kind.CHOICE, of="consent"),
            Field("how", needed=False, desk=True),
            Field("sure", Kind.TICK, needed=False),
        ),
    ),
    Act.CHOOSE_MEDIATOR: Rule(IN_WORK, PARTIES, (Field("mediator", Kind.MEDIATOR),), audience=OWN),
    Act.REFUSE_MEDIATOR: Rule(
        WITH_MEDIATORS, PARTIES, (Field("mediator", Kind.MEDIATOR), Field("reason", Kind.LINE, False)), audience=OWN
    ),
    Act.DECLARE_KINSHIP: Rule(
        NEW | IN_WORK,
        PARTIES | DESK,
        (Field("mediator", Kind.MEDIATOR), Field("party", Kind.PARTY), Field("relation")),
        audience=OWN,
    ),
    Act.ADD_PARTY: Rule(
        NEW | IN_WORK,
        DESK,
        (
            Field("side", Kind.CHOICE, of="side"),
            Field("name"),
            Field("code", Kind.HOUSEHOLD, False),
            Field("phone", Kind.PHONE, False),
            Field("for_party", Kind.PARTY, False),
            Field("authority", Kind.CHOICE, False, "authority"),
            Field("both_agree", Kind.TICK, False),
            PHOTOS,
        ),
    ),
    Act.IDENTIFY: Rule(
        IN_PARTIES_HANDS, DESK, (Field("party", Kind.PARTY), Field("code", Kind.HOUSEHOLD)), audience=Audience.DESK
    ),
    Act.REMOVE_PARTY: Rule(NEW | IN_WORK, DESK, (Field("member", Kind.MEMBER), Field("reason"))),
    Act.STATEMENT: Rule(OPEN, PARTIES | {Part.KIN}, (WORDS, PHOTOS, Field("voice", Kind.VOICE, False)), audience=OWN),
    Act.EVIDENCE: Rule(OPEN, DESK, (WORDS, IDENTITY_SEEN, PHOTOS)),
    Act.NOTE: Rule(LIVE, DESK, (WORDS,), audience=Audience.DESK),
    Act.INVESTIGATE: Rule(
        WITH_MEDIATORS, DESK, (HAPPENED, Field("place"), Field("asked"), WORDS, PHOTOS), audience=Audience.DESK
    ),
    Act.CALL_SESSION: Rule(
        WITH_MEDIATORS,
        DESK,
        (
            Field("on", Kind.COMING_DAY),
            Field("at", Kind.TIME),
            Field("place"),
            Field("how", Kind.CHOICE, of="openness"),
        ),
    ),
    Act.HOLD_SESSION: Rule(
        WITH_MEDIATORS,
        DESK,
        (
            HAPPENED,
            Field("place"),
            Field("present"),
            Field("said", Kind.TEXT),
            Field("checked", Kind.TEXT, False),
            Field("proposal", Kind.TEXT, False),
            Field("result", Kind.CHOICE, of="session_result"),
            IDENTITY_SEEN,
            PHOTOS,
        ),
        State.MEDIATING,
    ),
    Act.EXTEND: Rule(IN_WORK, DESK, (Field("until", Kind.COMING_DAY), BOTH_AGREE, Field("reason"))),
    Act.CORRECT: Rule(
        IN_WORK | AGREED | CARRIED_OUT | {State.PERFORMED, State.FOLLOWED_UP},
        DESK,
        (
            Field("title"),
            Field("kind", Kind.CHOICE, of="kind"),
            Field("tag", Kind.CHOICE, False, "tag"),
            Field("reason"),
        ),
    ),
    Act.AGREE: Rule(
        frozenset({State.MEDIATING, State.AGREED_IN_WRITING}),
        DESK,
        (
            Field("form", Kind.CHOICE, of="agreement"),
            HAPPENED,
            Field("facts", Kind.TEXT),
            Field("terms", Kind.TEXT),
            Field("rows", Kind.ROWS),
            Field("asked_written", Kind.TICK, False),
        ),
    ),
    Act.SIGN: Rule(
        frozenset({State.AGREED_IN_WRITING}),
        DESK,
        (
            HAPPENED,
            Field("signed", Kind.PARTIES, False),
            Field("mediator_signed", Kind.TICK, False),
            Field("sealed", Kind.TICK, False),
            IDENTITY_SEEN,
            PHOTOS,
        ),
    ),
    Act.PERFORM: Rule(
        CARRIED_OUT,
        SIDES | DESK,
        (Field("row", Kind.ROW), HAPPENED, Field("other_side_says", Kind.TICK, desk=True), PHOTOS),
    ),
    Act.TAKE_BACK: Rule(
        CARRIED_OUT | {State.PERFORMED, State.FOLLOWED_UP},
        DESK,
        (Field("row", Kind.DONE_ROW), REASON),
    ),
    Act.DEFER: Rule(
        frozenset({State.PERFORMING, State.BREACHED}),
        DESK,
        (Field("row", Kind.ROW), Field("until", Kind.COMING_DAY), BOTH_AGREE, Field("reason")),
        State.PERFORMING,
    ),
    Act.BREACH: Rule(
        frozenset({State.AGREED_ORALLY, State.PERFORMING}),
        SIDES | DESK,
        (Field("row", Kind.ROW), WORDS),
        State.BREACHED,
    ),
    Act.URGE: Rule(frozenset({State.BREACHED}), DESK, (HAPPENED, WORDS), State.PERFORMING),
    Act.MEDIATE_AGAIN: Rule(frozenset({State.BREACHED, State.PERFORMING}), DESK, (BOTH_AGREE, REASON), State.MEDIATING),
    Act.ENFORCE: Rule(frozenset({State.BREACHED}), DESK, (Field("court"), HAPPENED), State.TERMINATED),
    Act.SUE: Rule(frozenset({State.BREACHED}), DESK, (Field("court"), HAPPENED), State.TERMINATED),
    Act.APPLY_CONFIRMATION: Rule(COURT, DESK, (Field("court"), HAPPENED, BOTH_AGREE)),
    Act.CONFIRMATION: Rule(
        COURT, DESK, (Field("result", Kind.CHOICE, of="confirmation"), HAPPENED, Field("number", needed=False))
    ),
    Act.COURT_RESULT: Rule(
        frozenset({State.TERMINATED, *SHUT}), DESK, (Field("result", Kind.CHOICE, of="court_result"), HAPPENED)
    ),
    Act.FOLLOW_UP: Rule(
        frozenset({State.PERFORMING, State.BREACHED, State.PERFORMED, State.FOLLOWED_UP, State.TERMINATED, *SHUT}),
        DESK,
        (
            HAPPENED,
            Field("persons"),
            Field("performed", Kind.CHOICE, of="performed"),
            Field("satisfied", Kind.CHOICE, of="yes_no"),
            Field("sued", Kind.CHOICE, of="yes_no"),
            Field("danger", needed=False),
            Field("measure", needed=False),
            IDENTITY_SEEN,
        ),
    ),
    Act.WITHDRAW: Rule(
        NEW | IN_WORK, frozenset({Part.APPLICANT}) | DESK, (Field("reason", Kind.LINE, False),), State.WITHDRAWN
    ),
    Act.SETTLE_THEMSELVES: Rule(
        NEW | IN_WORK, frozenset({Part.APPLICANT}) | DESK, (Field("how", needed=False),), State.SELF_SETTLED
    ),
    Act.TERMINATE: Rule(
        IN_WORK | {State.AGREED_IN_WRITING},
        DESK,
        (Field("ground", Kind.CHOICE, of="terminate"), REASON, Field("told_ways", Kind.TICK)),
        State.TERMINATED,
    ),
    Act.ESCALATE: Rule(
        (IN_HAND - {State.PERFORMED, State.FOLLOWED_UP}) | {State.ESCALATED, State.TERMINATED},
        HEADS | {Part.JUSTICE_OFFICE},
        (Field("level", Kind.CHOICE, of="level"), Field("office"), REASON),
        State.ESCALATED,
    ),
    Act.RECEIPT: Rule(
        frozenset({State.ESCALATED}), DESK | {Part.JUSTICE_OFFICE}, (HAPPENED, Field("number"), Field("received_by"))
    ),
    Act.REPORT_POLICE: Rule(OPEN, DESK | {Part.REPORTER}, (HAPPENED, Field("station"), WORDS), audience=Audience.DESK),
    Act.RAISE: Rule(
        WITH_MEDIATORS | AGREED | ENDED - {State.ESCALATED},
        DESK,
        (Field("topic"), Field("summary", Kind.TEXT), BOTH_AGREE),
    ),
    Act.CLOSE: Rule(
        ENDED | {State.FOLLOWED_UP},
        DESK,
        (
            Field("summary", Kind.TEXT),
            Field("prevented", Kind.CHOICE, False, "prevented"),
            Field("people", Kind.NUMBER, False),
        ),
        State.CLOSED,
    ),
    Act.ARCHIVE: Rule(frozenset({State.CLOSED}), HEADS, (Field("shelf", needed=False),), State.ARCHIVED),
}
"""FILE is how a case begins, and has no rule here."""
