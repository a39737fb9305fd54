"""Every act of a case: from which states, by whom, to which state, what has to be said with it, and how it is judged.

One table, from which the pages, their forms and the test of all states, roles and acts are made. A new act is one row
here, its functions in act_checks.py and parties/act_effects.py, and, where it needs the database, a row of
services.cases.act_records.
"""

from dataclasses import replace

from consult.domain.cases.act_checks import (
    refuse_all_identified,
    refuse_missing_papers,
    refuse_missing_receipt,
    refuse_no_higher_level,
    refuse_no_later_day,
    refuse_private_matter,
    refuse_second_receipt,
    refuse_time_that_runs,
    refuse_unfit_party,
    refuse_unrepresented_applicants,
    refuse_unsure_no,
    refuse_useless_correction,
    refuse_without_consent,
)
from consult.domain.cases.act_rule import (
    BOTH_AGREE,
    HAPPENED,
    HEADS,
    IDENTITY_SEEN,
    OWN,
    PEOPLE_LENGTH,
    PHOTOS,
    REASON,
    TOLD,
    TOLD_ON,
    WORDS,
    ActRule,
)
from consult.domain.cases.acts import ADDED, DONE_AS_WRITTEN, CaseAct, Field, FieldKind
from consult.domain.cases.agreements import act_rows as agreement_rows
from consult.domain.cases.agreements.court_checks import refuse_close_in_silence, refuse_close_too_early
from consult.domain.cases.confidence import act_rows as confidence_rows
from consult.domain.cases.confidence import danger, sharing
from consult.domain.cases.office import act_rows as office_rows
from consult.domain.cases.parties import capacity, standings
from consult.domain.cases.parties.act_effects import (
    accepted_without_mediators,
    assigned_to_actor,
    assigned_without_actor,
    for_the_party_spoken_for,
    for_those_who_leave,
    if_accepted_then_assigned,
    if_assigned_then_investigating,
    kept_out_or_hinted,
    of_field,
    of_prevented,
)
from consult.domain.cases.states import (
    AGREED,
    AT_COURT,
    CARRIED_OUT,
    DESK,
    ENDED,
    IN_HAND,
    IN_WORK,
    LIVE,
    NEW,
    OPEN,
    PARTIES,
    WITH_MEDIATORS,
    Audience,
    CaseRole,
    CaseState,
)

SURE = Field("sure", FieldKind.SURE, needed=False)
WHO_LEAVES = Field("who", FieldKind.PARTIES, desk=True, spoken=True)
DAY = Field("on", FieldKind.PAST_DAY, needed=False, desk=True)
"""The day of the event in forms that do not ask for one: today unless the desk says otherwise."""
ALL_THE_SAME = Field("all_the_same", FieldKind.TICK, needed=False, asked=True)
ASKS = frozenset({CaseAct.AGREE, CaseAct.TERMINATE, CaseAct.EXTEND})
"""Acts that a clock of ours questions and does not refuse."""
IN_PARTIES_HANDS = NEW | IN_WORK | AGREED | CARRIED_OUT


def with_common_fields(act: CaseAct, rule: ActRule) -> ActRule:
    """Return a row with the fields that every act of its sort has: the day of the event, the answer to a question."""
    names = {field.name for field in rule.fields}
    more = [] if "on" in names or act in DONE_AS_WRITTEN else [DAY]
    more += [ALL_THE_SAME] if act in ASKS else []
    return replace(rule, fields=(*rule.fields, *more))


_ROWS: dict[CaseAct, ActRule] = {
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
            *danger.ASKED,
        ),
        CaseState.ACCEPTED,
        checks=(refuse_unrepresented_applicants,),
        code=of_field("kind"),
        needs_records=True,
    ),
    CaseAct.DECLINE: ActRule(
        NEW,
        DESK,
        (Field("ground", FieldKind.CHOICE, of="decline"), REASON, TOLD, TOLD_ON),
        CaseState.DECLINED,
        code=of_field("ground"),
    ),
    CaseAct.TAKE_ON: ActRule(
        frozenset({CaseState.ACCEPTED}),
        DESK,
        (Field("despite", FieldKind.TICK, False), Field("reason", FieldKind.LINE, False)),
        CaseState.ASSIGNED,
        complete=assigned_to_actor,
        needs_records=True,
    ),
    CaseAct.ASSIGN: ActRule(
        office_rows.ASSIGNED_IN,
        HEADS,
        (
            Field("mediators", FieldKind.MEDIATORS),
            Field("despite", FieldKind.TICK, False),
            Field("reason", FieldKind.LINE, False),
        ),
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
            Field("party", FieldKind.PARTY, desk=True, spoken=True),
            Field("answer", FieldKind.CHOICE, of="consent"),
            Field("on", FieldKind.PAST_DAY, False, desk=True),
            Field("how", needed=False, desk=True),
            SURE,
        ),
        complete=for_the_party_spoken_for,
        checks=(refuse_unsure_no,),
        state_after=standings.ended_by_leaving(CaseAct.CONSENT),
        listed_if=standings.may_leave,
        code=of_field("answer"),
        needs_records=True,
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
    CaseAct.ADD_PARTIES: ActRule(
        NEW | IN_WORK,
        DESK,
        (Field("side", FieldKind.CHOICE, of="party_side"), Field("people", FieldKind.LIST)),
        needs_records=True,
    ),
    CaseAct.ADD_GUARDIAN: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (
            Field("for_party", FieldKind.PARTY),
            Field("name"),
            Field("relation"),
            Field("code", FieldKind.HOUSEHOLD, False),
            Field("phone", FieldKind.PHONE, False, whose=ADDED),
            Field("proof", FieldKind.CHOICE, of="proof"),
            Field("proof_seen", FieldKind.TICK),
            Field("no_conflict", FieldKind.TICK),
        ),
        offered_if=(capacity.refuse_everybody_acts_alone,),
        listed_if=capacity.somebody_represented,
        checks=(capacity.refuse_unfit_guardian,),
        needs_records=True,
    ),
    CaseAct.DESCRIBE_PARTY: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (
            Field("party", FieldKind.PARTY),
            Field("body", FieldKind.CHOICE, of="body"),
            Field("in_charge", needed=False),
            Field("credit_code", FieldKind.CREDIT_CODE, False),
            Field("ours", FieldKind.TICK, False),
        ),
    ),
    CaseAct.NOTE_CAPACITY: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (
            Field("party", FieldKind.PARTY),
            Field("capacity", FieldKind.CHOICE, of="capacity"),
            Field("born", FieldKind.PAST_DAY, False),
            Field("ruling", FieldKind.LINE, False),
            Field("proof_seen", FieldKind.TICK, False),
        ),
        checks=(capacity.refuse_unfit_capacity,),
    ),
    CaseAct.ELECT_REPRESENTATIVE: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (
            Field("chosen", FieldKind.PARTY),
            Field("chosen_by", FieldKind.PARTIES),
            Field("authority", FieldKind.CHOICE, of="authority"),
            HAPPENED,
            PHOTOS,
        ),
        listed_if=standings.many,
        checks=(standings.refuse_unfit_election,),
    ),
    CaseAct.RETURN_PARTY: ActRule(
        NEW | IN_WORK | frozenset({CaseState.WITHDRAWN, CaseState.SELF_SETTLED, CaseState.TERMINATED}),
        DESK,
        (Field("party", FieldKind.LEFT_PARTY), Field("their_yes", FieldKind.TICK), Field("how")),
        offered_if=(standings.refuse_no_return,),
        checks=(standings.refuse_unfit_return,),
        state_after=standings.state_of_return,
        needs_records=True,
    ),
    CaseAct.INDIVISIBLE: ActRule(
        NEW | IN_WORK,
        DESK,
        (Field("ground", FieldKind.CHOICE, of="indivisible"), REASON, SURE),
        offered_if=(standings.refuse_already_indivisible,),
        checks=(standings.refuse_unsure,),
        state_after=standings.ended_if_indivisible,
        needs_records=True,
    ),
    CaseAct.IDENTIFY: ActRule(
        IN_PARTIES_HANDS,
        DESK,
        (Field("party", FieldKind.MEMBER), Field("code", FieldKind.HOUSEHOLD)),
        audience=Audience.DESK,
        offered_if=(refuse_all_identified,),
        checks=(capacity.refuse_unfit_identity,),
        needs_records=True,
    ),
    CaseAct.REMOVE_PARTY: ActRule(
        NEW | IN_WORK, DESK, (Field("member", FieldKind.MEMBER), Field("reason")), needs_records=True
    ),
    CaseAct.STATEMENT: ActRule(
        OPEN,
        PARTIES | {CaseRole.KIN, CaseRole.LEFT},
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
            Field("present", most=PEOPLE_LENGTH),
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
    **agreement_rows.ROWS,
    **office_rows.ROWS,
    CaseAct.WITHDRAW: ActRule(
        NEW | IN_WORK,
        PARTIES | DESK,
        (WHO_LEAVES, Field("reason", FieldKind.LINE, False), SURE),
        complete=for_those_who_leave,
        checks=(standings.refuse_unsure,),
        state_after=standings.ended_by_leaving(CaseAct.WITHDRAW),
        listed_if=standings.may_leave,
        needs_records=True,
    ),
    CaseAct.SETTLE_THEMSELVES: ActRule(
        NEW | IN_WORK,
        PARTIES | DESK,
        (WHO_LEAVES, Field("how", needed=False), SURE),
        complete=for_those_who_leave,
        checks=(standings.refuse_unsure,),
        state_after=standings.ended_by_leaving(CaseAct.SETTLE_THEMSELVES),
        listed_if=standings.may_leave,
        needs_records=True,
    ),
    CaseAct.TERMINATE: ActRule(
        IN_WORK | {CaseState.AGREED_IN_WRITING},
        DESK,
        (Field("ground", FieldKind.CHOICE, of="terminate"), REASON, Field("told_ways", FieldKind.TICK), TOLD, TOLD_ON),
        CaseState.TERMINATED,
        checks=(refuse_time_that_runs,),
        code=of_field("ground"),
        needs_records=True,
    ),
    CaseAct.TELL_WAYS: ActRule(
        frozenset({CaseState.DECLINED, CaseState.TERMINATED, CaseState.ESCALATED}),
        DESK,
        (HAPPENED, replace(TOLD, needed=True)),
    ),
    CaseAct.ESCALATE: ActRule(
        (IN_HAND - {CaseState.PERFORMED, CaseState.FOLLOWED_UP}) | {CaseState.ESCALATED, CaseState.TERMINATED},
        HEADS | {CaseRole.JUSTICE_OFFICE},
        (
            Field("level", FieldKind.CHOICE, of="level"),
            Field("office"),
            REASON,
            TOLD,
            TOLD_ON,
            *confidence_rows.HANDED,
        ),
        CaseState.ESCALATED,
        complete=sharing.chosen,
        checks=(refuse_no_higher_level,),
        code=of_field("level"),
        needs_records=True,
    ),
    **confidence_rows.ROWS,
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
        WITH_MEDIATORS | AGREED | {CaseState.DECLINED, CaseState.TERMINATED},
        DESK,
        (Field("topic"), Field("summary", FieldKind.TEXT), BOTH_AGREE),
        offered_if=(refuse_private_matter,),
        needs_records=True,
    ),
    CaseAct.CLOSE: ActRule(
        ENDED | AT_COURT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (
            Field("summary", FieldKind.TEXT),
            Field("although", needed=False),
            Field("prevented", FieldKind.CHOICE, False, "prevented"),
            Field("people", FieldKind.NUMBER, False),
        ),
        CaseState.CLOSED,
        offered_if=(refuse_close_too_early,),
        checks=(refuse_missing_receipt, refuse_close_in_silence, refuse_missing_papers),
        code=of_prevented,
    ),
    CaseAct.ARCHIVE: ActRule(frozenset({CaseState.CLOSED}), HEADS, (Field("shelf", needed=False),), CaseState.ARCHIVED),
}
RULES: dict[CaseAct, ActRule] = {act: with_common_fields(act, row) for act, row in _ROWS.items()}
"""FILE is how a case begins, and has no rule here; nor have the acts on single entries (corrections.py)."""
