"""The rows of the table of acts that make an agreement, carry it out, and take it to court."""

from consult.domain.cases.act_checks import (
    refuse_nothing_done,
    refuse_own_debt,
    refuse_row_not_done,
    refuse_row_not_due,
    refuse_signed_words,
    refuse_unfit_agreement,
    refuse_unfit_signing,
    refuse_without_consent,
    something_due,
    something_owed_to,
)
from consult.domain.cases.act_rule import BOTH_AGREE, HAPPENED, IDENTITY_SEEN, PHOTOS, REASON, WORDS, ActRule
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.agreements.court_checks import (
    due_or_amiss,
    may_be_asked_to_confirm,
    refuse_confirmed,
    refuse_no_enforcement,
    refuse_no_lawsuit,
    refuse_not_in_court,
    refuse_nothing_due,
    refuse_others_word,
    refuse_performing_unless_rejected,
    refuse_unconfirmed,
    refuse_unfit_confirmation,
    refuse_unfit_payment,
    refuse_unless_confirmable,
    refuse_void,
    something_undone,
    with_warnings,
)
from consult.domain.cases.agreements.standing import as_it_stands, for_those_heard, from_court, visited
from consult.domain.cases.parties.act_effects import agreed_in_its_form, of_field, performing_when_signed
from consult.domain.cases.states import AT_COURT, CARRIED_OUT, DESK, SHUT, SIDES, CaseRole, CaseState

COURT = frozenset(
    {CaseState.PERFORMING, CaseState.BREACHED, CaseState.PERFORMED, CaseState.FOLLOWED_UP, CaseState.CLOSED}
)
"""Where both may go to court together, and the court's answer is written down."""

ROWS: dict[CaseAct, ActRule] = {
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
        SIDES | {CaseRole.GUARDIAN} | DESK,
        (
            Field("row", FieldKind.ROW),
            HAPPENED,
            Field("amount", FieldKind.MONEY, False),
            Field("other_side_says", FieldKind.TICK, desk=True),
            Field("heard", FieldKind.PARTIES, False, desk=True),
            PHOTOS,
        ),
        offered_if=(refuse_void,),
        complete=for_those_heard,
        checks=(refuse_own_debt, refuse_others_word, refuse_unfit_payment),
        state_after=as_it_stands,
        listed_if=something_owed_to,
    ),
    CaseAct.TAKE_BACK: ActRule(
        CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (Field("row", FieldKind.DONE_ROW), REASON),
        offered_if=(refuse_nothing_done,),
        checks=(refuse_row_not_done,),
        state_after=as_it_stands,
    ),
    CaseAct.DEFER: ActRule(
        frozenset({CaseState.PERFORMING, CaseState.BREACHED}),
        DESK,
        (Field("row", FieldKind.ROW), Field("until", FieldKind.COMING_DAY), BOTH_AGREE, Field("reason")),
        state_after=as_it_stands,
        listed_if=something_undone,
    ),
    CaseAct.BREACH: ActRule(
        frozenset({CaseState.AGREED_ORALLY, CaseState.PERFORMING, CaseState.BREACHED}),
        SIDES | {CaseRole.GUARDIAN} | DESK,
        (Field("row", FieldKind.ROW), WORDS),
        checks=(refuse_row_not_due, refuse_own_debt),
        listed_if=something_due,
        state_after=as_it_stands,
    ),
    CaseAct.URGE: ActRule(
        CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP},
        DESK,
        (HAPPENED, WORDS),
        checks=(refuse_nothing_due,),
        listed_if=due_or_amiss,
    ),
    CaseAct.MEDIATE_AGAIN: ActRule(
        frozenset({CaseState.BREACHED, CaseState.PERFORMING, CaseState.PERFORMED, CaseState.FOLLOWED_UP}),
        DESK,
        (BOTH_AGREE, REASON),
        CaseState.MEDIATING,
        offered_if=(refuse_performing_unless_rejected,),
    ),
    CaseAct.ENFORCE: ActRule(
        frozenset({CaseState.BREACHED}),
        DESK,
        (Field("court"), HAPPENED),
        CaseState.ENFORCEMENT,
        offered_if=(refuse_unconfirmed,),
        checks=(refuse_nothing_due,),
        listed_if=due_or_amiss,
    ),
    CaseAct.SUE: ActRule(
        frozenset({CaseState.BREACHED}),
        DESK,
        (Field("court"), HAPPENED),
        CaseState.LAWSUIT,
        offered_if=(refuse_confirmed,),
        checks=(refuse_nothing_due,),
        listed_if=due_or_amiss,
    ),
    CaseAct.APPLY_CONFIRMATION: ActRule(
        COURT,
        DESK,
        (
            Field("court"),
            HAPPENED,
            BOTH_AGREE,
            Field("fits", FieldKind.CHOICE, False, "fits"),
            Field("why", needed=False),
            Field("court_took_it", FieldKind.TICK, False),
        ),
        offered_if=(refuse_unless_confirmable,),
        complete=with_warnings,
        checks=(refuse_unfit_confirmation,),
        listed_if=may_be_asked_to_confirm,
    ),
    CaseAct.CONFIRMATION: ActRule(
        COURT,
        DESK,
        (Field("result", FieldKind.CHOICE, of="confirmation"), HAPPENED, Field("number", needed=False)),
        offered_if=(refuse_not_in_court,),
        code=of_field("result"),
    ),
    CaseAct.COURT_RESULT: ActRule(
        frozenset({CaseState.LAWSUIT, *SHUT}),
        DESK,
        (Field("result", FieldKind.CHOICE, of="court_result"), HAPPENED, Field("number", needed=False)),
        offered_if=(refuse_no_lawsuit,),
        state_after=from_court,
        code=of_field("result"),
    ),
    CaseAct.ENFORCEMENT_RESULT: ActRule(
        frozenset({CaseState.ENFORCEMENT, *SHUT}),
        DESK,
        (Field("result", FieldKind.CHOICE, of="enforcement_result"), HAPPENED, Field("number", needed=False)),
        offered_if=(refuse_no_enforcement,),
        state_after=from_court,
        code=of_field("result"),
    ),
    CaseAct.FOLLOW_UP: ActRule(
        AT_COURT
        | {
            CaseState.PERFORMING,
            CaseState.BREACHED,
            CaseState.PERFORMED,
            CaseState.FOLLOWED_UP,
            CaseState.TERMINATED,
            *SHUT,
        },
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
        state_after=visited,
    ),
}
