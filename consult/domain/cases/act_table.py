"""Every act of a case: from which states, by whom, to which state, what has to be said with it, and how it is judged.

One table, from which the pages, their forms and the test of all states, roles and acts are made. A new act is one row
here, its functions in act_checks.py and act_effects.py, and, where it needs the database, a row of
services.cases.act_records.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consult.domain.cases.act_checks import (
    refuse_all_identified,
    refuse_missing_papers,
    refuse_missing_receipt,
    refuse_no_higher_level,
    refuse_no_later_day,
    refuse_not_in_court,
    refuse_nothing_done,
    refuse_own_debt,
    refuse_performing_unless_rejected,
    refuse_row_not_done,
    refuse_row_not_due,
    refuse_second_receipt,
    refuse_signed_words,
    refuse_time_that_runs,
    refuse_unconfirmed,
    refuse_unfit_agreement,
    refuse_unfit_confirmation,
    refuse_unfit_party,
    refuse_unfit_signing,
    refuse_unsure_no,
    refuse_useless_correction,
    refuse_without_consent,
    something_due,
)
from consult.domain.cases.act_effects import (
    accepted_without_mediators,
    agreed_in_its_form,
    assigned_to_actor,
    assigned_without_actor,
    for_the_party_spoken_for,
    if_accepted_then_assigned,
    if_assigned_then_investigating,
    if_performed_then_followed_up,
    kept_out_or_hinted,
    of_field,
    of_prevented,
    owed_again,
    performed_when_all_is_done,
    performing_when_signed,
    terminated_by_a_no,
)
from consult.domain.cases.acts import ADDED, CaseAct, Field, FieldKind
from consult.domain.cases.situation import CaseActor, Facts, PlannedAct, Situation
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


@dataclass(frozen=True)
class ActRule:
    """One row of the table of acts."""

    states: frozenset[CaseState]
    parts: frozenset[CaseRole]
    fields: tuple[Field, ...] = ()
    to: CaseState | None = None
    """Where the case goes. None: `state_after` says so, or it stays."""
    audience: str = Audience.ALL
    """OWN: a party's own private talk; what the desk says under it is for all."""
    offered_if: tuple[Callable[[CaseState, Situation], None], ...] = ()
    """Asked before a form is shown and again under the lock; each raises Refused."""
    listed_if: Callable[[Situation, CaseActor, date], bool] | None = None
    """Whether the page of the case names the act; its form can be opened all the same."""
    complete: Callable[[PlannedAct], dict[str, Any]] | None = None
    """Return the facts with what follows from the case and the actor. Raises Refused."""
    checks: tuple[Callable[[PlannedAct], None], ...] = ()
    """What was said against what the case is; each raises Refused."""
    state_after: Callable[[CaseState, Situation, Situation], CaseState] | None = None
    """Return where the case stands after the act, from its state and situation before and its situation after."""
    code: Callable[[Facts], str] | None = None
    """Return what monthly figures need of the act in the clear: a code of choices.toml, never words of people."""
    needs_records: bool = False
    """services.cases.act_records has a row for it: it is completed or followed up with the database."""

    def __post_init__(self) -> None:
        parties = {field.name for field in self.fields if field.kind in (FieldKind.PARTY, FieldKind.MEMBER)}
        for field in self.fields:
            if field.kind is FieldKind.PHONE and field.whose not in {ADDED, *parties}:
                raise ValueError(f"{field.name}: no field of this act says whose phone it is")


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
        frozenset({CaseState.CLUE}),
        DESK,
        (Field("who_asks", FieldKind.PARTY), HAPPENED),
        CaseState.APPLIED,
        needs_records=True,
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
        code=of_field("kind"),
        needs_records=True,
    ),
    CaseAct.DECLINE: ActRule(
        NEW,
        DESK,
        (Field("ground", FieldKind.CHOICE, of="decline"), REASON),
        CaseState.DECLINED,
        code=of_field("ground"),
    ),
    CaseAct.TAKE_ON: ActRule(
        frozenset({CaseState.ACCEPTED}), DESK, (), CaseState.ASSIGNED, complete=assigned_to_actor, needs_records=True
    ),
    CaseAct.ASSIGN: ActRule(
        IN_WORK,
        HEADS,
        (Field("mediators", FieldKind.MEDIATORS), Field("reason", FieldKind.LINE, False)),
        state_after=if_accepted_then_assigned,
        needs_records=True,
    ),
    CaseAct.RECUSE: ActRule(
        NEW | IN_WORK,
        DESK,
        (Field("reason"),),
        complete=assigned_without_actor,
        state_after=accepted_without_mediators,
        needs_records=True,
    ),
    CaseAct.CONSENT: ActRule(
        IN_WORK | {CaseState.AGREED_IN_WRITING},
        PARTIES | DESK,
        (
            Field("party", FieldKind.PARTY, desk=True),
            Field("answer", FieldKind.CHOICE, of="consent"),
            Field("how", needed=False, desk=True),
            Field("sure", FieldKind.TICK, needed=False),
        ),
        complete=for_the_party_spoken_for,
        checks=(refuse_unsure_no,),
        state_after=terminated_by_a_no,
        code=of_field("answer"),
    ),
    CaseAct.CHOOSE_MEDIATOR: ActRule(
        IN_WORK, PARTIES, (Field("mediator", FieldKind.MEDIATOR),), audience=OWN, needs_records=True
    ),
    CaseAct.REFUSE_MEDIATOR: ActRule(
        WITH_MEDIATORS,
        PARTIES,
        (Field("mediator", FieldKind.MEDIATOR), Field("reason", FieldKind.LINE, False)),
        audience=OWN,
        needs_records=True,
    ),
    CaseAct.DECLARE_KINSHIP: ActRule(
        NEW | IN_WORK,
        PARTIES | DESK,
        (Field("mediator", FieldKind.MEDIATOR), Field("party", FieldKind.PARTY), Field("relation")),
        audience=OWN,
        complete=kept_out_or_hinted,
        needs_records=True,
    ),
    CaseAct.ADD_PARTY: ActRule(
        NEW | IN_WORK,
        DESK,
        (
            Field("side", FieldKind.CHOICE, of="side"),
            Field("name"),
            Field("code", FieldKind.HOUSEHOLD, False),
            Field("phone", FieldKind.PHONE, False, whose=ADDED),
            Field("for_party", FieldKind.PARTY, False),
            Field("authority", FieldKind.CHOICE, False, "authority"),
            Field("both_agree", FieldKind.TICK, False),
            PHOTOS,
        ),
        checks=(refuse_unfit_party,),
        needs_records=True,
    ),
    CaseAct.IDENTIFY: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (Field("party", FieldKind.PARTY), Field("code", FieldKind.HOUSEHOLD)),
        audience=Audience.DESK,
        offered_if=(refuse_all_identified,),
        needs_records=True,
    ),
    CaseAct.REMOVE_PARTY: ActRule(
        NEW | IN_WORK, DESK, (Field("member", FieldKind.MEMBER), Field("reason")), needs_records=True
    ),
    CaseAct.STATEMENT: ActRule(
        OPEN,
        PARTIES | {CaseRole.KIN},
        (replace(WORDS, or_files=True), PHOTOS, Field("voice", FieldKind.VOICE, False)),
        audience=OWN,
    ),
    CaseAct.EVIDENCE: ActRule(OPEN, DESK, (WORDS, IDENTITY_SEEN, PHOTOS)),
    CaseAct.NOTE: ActRule(LIVE, DESK, (WORDS,), audience=Audience.DESK),
    CaseAct.INVESTIGATE: ActRule(
        WITH_MEDIATORS,
        DESK,
        (HAPPENED, Field("place"), Field("asked"), WORDS, PHOTOS),
        audience=Audience.DESK,
        state_after=if_assigned_then_investigating,
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
        offered_if=(refuse_without_consent,),
        code=of_field("result"),
    ),
    CaseAct.EXTEND: ActRule(
        IN_WORK,
        DESK,
        (Field("until", FieldKind.COMING_DAY), BOTH_AGREE, Field("reason")),
        checks=(refuse_no_later_day,),
    ),
    CaseAct.CORRECT: ActRule(
        IN_WORK | AGREED | CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (
            Field("title"),
            Field("kind", FieldKind.CHOICE, of="kind"),
            Field("tag", FieldKind.CHOICE, False, "tag"),
            Field("reason"),
        ),
        checks=(refuse_useless_correction,),
        needs_records=True,
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
        offered_if=(refuse_signed_words, refuse_without_consent),
        checks=(refuse_unfit_agreement,),
        state_after=agreed_in_its_form,
        code=of_field("form"),
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
        checks=(refuse_unfit_signing,),
        state_after=performing_when_signed,
    ),
    CaseAct.PERFORM: ActRule(
        CARRIED_OUT,
        SIDES | DESK,
        (Field("row", FieldKind.ROW), HAPPENED, Field("other_side_says", FieldKind.TICK, desk=True), PHOTOS),
        checks=(refuse_own_debt,),
        state_after=performed_when_all_is_done,
    ),
    CaseAct.TAKE_BACK: ActRule(
        CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (Field("row", FieldKind.DONE_ROW), REASON),
        offered_if=(refuse_nothing_done,),
        checks=(refuse_row_not_done,),
        state_after=owed_again,
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
        checks=(refuse_row_not_due, refuse_own_debt),
        listed_if=something_due,
    ),
    CaseAct.URGE: ActRule(frozenset({CaseState.BREACHED}), DESK, (HAPPENED, WORDS), CaseState.PERFORMING),
    CaseAct.MEDIATE_AGAIN: ActRule(
        frozenset({CaseState.BREACHED, CaseState.PERFORMING}),
        DESK,
        (BOTH_AGREE, REASON),
        CaseState.MEDIATING,
        offered_if=(refuse_performing_unless_rejected,),
    ),
    CaseAct.ENFORCE: ActRule(
        frozenset({CaseState.BREACHED}),
        DESK,
        (Field("court"), HAPPENED),
        CaseState.TERMINATED,
        offered_if=(refuse_unconfirmed,),
    ),
    CaseAct.SUE: ActRule(frozenset({CaseState.BREACHED}), DESK, (Field("court"), HAPPENED), CaseState.TERMINATED),
    CaseAct.APPLY_CONFIRMATION: ActRule(
        COURT, DESK, (Field("court"), HAPPENED, BOTH_AGREE), checks=(refuse_unfit_confirmation,)
    ),
    CaseAct.CONFIRMATION: ActRule(
        COURT,
        DESK,
        (Field("result", FieldKind.CHOICE, of="confirmation"), HAPPENED, Field("number", needed=False)),
        offered_if=(refuse_not_in_court,),
        code=of_field("result"),
    ),
    CaseAct.COURT_RESULT: ActRule(
        frozenset({CaseState.TERMINATED, *SHUT}),
        DESK,
        (Field("result", FieldKind.CHOICE, of="court_result"), HAPPENED),
        code=of_field("result"),
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
        state_after=if_performed_then_followed_up,
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
        checks=(refuse_time_that_runs,),
        code=of_field("ground"),
    ),
    CaseAct.ESCALATE: ActRule(
        (IN_HAND - {CaseState.PERFORMED, CaseState.FOLLOWED_UP}) | {CaseState.ESCALATED, CaseState.TERMINATED},
        HEADS | {CaseRole.JUSTICE_OFFICE},
        (Field("level", FieldKind.CHOICE, of="level"), Field("office"), REASON),
        CaseState.ESCALATED,
        checks=(refuse_no_higher_level,),
        code=of_field("level"),
        needs_records=True,
    ),
    CaseAct.RECEIPT: ActRule(
        frozenset({CaseState.ESCALATED}),
        DESK | {CaseRole.JUSTICE_OFFICE},
        (HAPPENED, Field("number"), Field("received_by")),
        offered_if=(refuse_second_receipt,),
    ),
    CaseAct.REPORT_POLICE: ActRule(
        OPEN, DESK | {CaseRole.REPORTER}, (HAPPENED, Field("station"), WORDS), audience=Audience.DESK
    ),
    CaseAct.RAISE: ActRule(
        WITH_MEDIATORS | AGREED | ENDED - {CaseState.ESCALATED},
        DESK,
        (Field("topic"), Field("summary", FieldKind.TEXT), BOTH_AGREE),
        needs_records=True,
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
        checks=(refuse_missing_receipt, refuse_missing_papers),
        code=of_prevented,
    ),
    CaseAct.ARCHIVE: ActRule(frozenset({CaseState.CLOSED}), HEADS, (Field("shelf", needed=False),), CaseState.ARCHIVED),
}
"""FILE is how a case begins, and has no rule here."""
