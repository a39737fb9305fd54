"""Corrections of entries: which can be corrected, who may, what stands afterwards; old words are kept."""

from dataclasses import replace
from datetime import date

import pytest

from consult.domain.cases import corrections, reports
from consult.domain.cases.acts import CaseAct, FieldKind
from consult.domain.cases.corrected_entries import code_of, corrected, in_force, read_code
from consult.domain.cases.facts import fold
from consult.domain.cases.reports import ReportEvent
from consult.domain.cases.situation import ActEntry, CaseActor, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused
from tests.domain.cases.test_case_rules import (
    ACCEPTED,
    AGREED,
    FILED,
    SESSION,
    SIGNED,
    TAKEN,
    UP_TO_SESSION,
    UP_TO_SIGNED,
    YES,
    A,
    B,
    entries,
)

LEUNG = CaseActor(7, "梁姐", CaseRole.MEDIATOR)
OTHER = CaseActor(8, "叶主任", CaseRole.HEAD)
BY_LEUNG = {"by": 7, "by_name": "梁姐", "as": "mediator"}
NOT_CORRECTED = {
    CaseAct.RAISE: Reason.CASE_CORRECTED_OTHERWISE,
    CaseAct.RECUSE: Reason.CASE_CORRECTED_OTHERWISE,
    CaseAct.HAND_OVER: Reason.CASE_CORRECTED_OTHERWISE,
    CaseAct.REOPEN: Reason.CASE_CORRECTED_OTHERWISE,
    CaseAct.CORRECT_ENTRY: Reason.CASE_CORRECTED_OTHERWISE,
    CaseAct.CONFIRM_CORRECTION: Reason.CASE_CORRECTED_OTHERWISE,
}
"""What says why not. All else can be corrected."""


def written(*rows) -> list[ActEntry]:
    """Entries by the mediator, with the state that the table of acts gives them."""
    plain = [
        replace(entry, facts={**BY_LEUNG, **entry.facts} if entry.act is not CaseAct.FILE else entry.facts)
        for entry in entries(*rows)
    ]
    judged = corrections.judge(plain)
    return [replace(entry, state=judged[entry.number].state) for entry in plain]


def correction(of: int, number: int, values: dict, *, void=False, waits=False, reason="写错了") -> ActEntry:
    facts = {"entry": of, "act": "x", "reason": reason, "void": void, "values": values, "waits": waits, "judged": []}
    (entry,) = entries((CaseAct.CORRECT_ENTRY, {**facts, **BY_LEUNG}))
    return replace(entry, number=number)


def why_not(actor: CaseActor, entry: ActEntry, s: Situation | None = None, state=CaseState.MEDIATING) -> Reason | None:
    try:
        corrections.refuse_uncorrectable(actor, state, entry, s or Situation())
    except Refused as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("act", list(CaseAct))
def test_every_act_can_be_corrected_or_says_why_not(act):
    facts = {**BY_LEUNG, "parties": [{"name": "甲"}, {"name": "乙"}]}
    (entry,) = entries((act, facts))
    assert why_not(LEUNG, entry) is NOT_CORRECTED.get(act)
    if act not in NOT_CORRECTED:
        fields = corrections.fields_of(entry, desk=True)
        assert fields and not any(field.kind in (FieldKind.PHOTOS, FieldKind.PHONE) for field in fields), act


def test_the_desk_corrects_all_but_a_partys_own_words_and_a_party_only_what_they_wrote():
    fong = CaseActor(11, "甲", CaseRole.APPLICANT, A)
    (own,) = entries((CaseAct.STATEMENT, {"by": 11, "by_name": "甲", "as": "applicant", "words": "他占路"}))
    (decline,) = entries((CaseAct.DECLINE, {**BY_LEUNG, "ground": "crime", "reason": "x"}))
    assert why_not(fong, own) is None and why_not(LEUNG, own) is Reason.CASE_OWN_WORDS
    assert why_not(fong, decline) is Reason.CASE_OTHER_PART and why_not(OTHER, decline) is None
    for role in (CaseRole.REPORTER, CaseRole.RECUSED):
        assert why_not(CaseActor(7, "", role), decline) is Reason.CASE_OTHER_PART
    assert why_not(LEUNG, decline, state=CaseState.DRAFT) is Reason.CASE_OTHER_STATE


def test_signed_words_are_changed_by_a_new_agreement_alone_and_a_wrong_tick_at_signing_is_corrected():
    signed = written(*UP_TO_SIGNED)
    agree, sign = signed[-2], signed[-1]
    assert why_not(LEUNG, agree, fold(signed)) is Reason.CASE_WORDS_SIGNED
    assert why_not(LEUNG, agree, fold(signed[:-1])) is None
    assert why_not(LEUNG, sign, fold(signed)) is None and corrections.needs_second_look(sign, fold(signed))
    struck = corrections.with_correction(signed, sign, {}, void=True)
    judged = corrections.rejudged(signed, struck, sign.number)
    assert judged == [[sign.number, "", ""]]
    assert corrections.judge(struck)[agree.number].state is CaseState.AGREED_IN_WRITING
    assert fold(struck).agreement.signed == frozenset() and why_not(LEUNG, agree, fold(struck)) is None


def test_old_words_stay_and_the_corrected_ones_are_in_force_however_often_it_is_read():
    plain = written(FILED, ACCEPTED, TAKEN)
    fixed = [*plain, correction(2, 4, {"title": "水渠", "kind": "neighbours", "tag": None})]
    once = corrected(fixed)
    assert once == corrected(once) and fold(fixed) == fold(once) == fold(in_force(fixed))
    assert fold(fixed).title == "水渠" and once[1].corrections[0].before["title"] == "水沟"
    assert [one.act for one in in_force([*plain, correction(3, 4, {}, void=True)])].count(CaseAct.TAKE_ON) == 0


def test_a_correction_that_waits_changes_nothing_until_somebody_else_confirms_it():
    no = (CaseAct.CONSENT, {"party": B, "answer": "no"})
    plain = written(FILED, ACCEPTED, TAKEN, YES[0], no)
    waits = [*plain, correction(5, 6, {"party": B, "answer": "yes"}, waits=True)]
    assert fold(waits).consents == {A: True, B: False} and corrected(waits)[4].waits
    entry, s = corrected(waits)[4], fold(waits)
    for who in (OTHER, CaseActor(12, "乙", CaseRole.RESPONDENT, B)):
        corrections.refuse_confirming(who, entry, s, date(2026, 8, 12))
    for who in (LEUNG, CaseActor(11, "甲", CaseRole.APPLICANT, A)):
        with pytest.raises(Refused) as refusal:
            corrections.refuse_confirming(who, entry, s, date(2026, 8, 12))
        assert refusal.value.reason is Reason.CASE_SECOND_PERSON
    for answer, consent in (("yes", True), ("no", False)):
        facts = {"correction": 6, "act": "consent", "answer": answer, "judged": [], "by": 8, "by_name": "叶主任"}
        (look,) = entries((CaseAct.CONFIRM_CORRECTION, facts))
        seen = [*waits, replace(look, number=7)]
        assert fold(seen).consents[B] is consent and not corrected(seen)[4].waits
        assert corrected(corrected(seen)) == corrected(seen)


def test_a_no_recorded_for_the_wrong_party_brings_the_case_back():
    plain = written(FILED, ACCEPTED, TAKEN, YES[0], (CaseAct.CONSENT, {"party": B, "answer": "no", "sure": True}))
    assert plain[-1].state is CaseState.TERMINATED
    changed = corrections.with_correction(plain, plain[-1], {"answer": "yes"}, void=False)
    assert corrections.rejudged(plain, changed, 5) == [[5, "assigned", "yes"]]
    assert fold(changed).ended_on is None


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        (CaseAct.DECLINE, {"ground": "crime", "reason": "x"}),
        (CaseAct.WITHDRAW, {}),
        (CaseAct.SETTLE_THEMSELVES, {}),
    ],
)
def test_an_end_entered_by_mistake_is_struck_and_the_case_stands_where_it_stood(act, facts):
    plain = written(FILED, (act, facts))
    struck = corrections.with_correction(plain, plain[-1], {}, void=True)
    assert corrections.rejudged(plain, struck, 2) == [[2, "", ""]]
    assert corrections.judge(struck)[1].state is plain[0].state and fold(struck).ended_on is None


def test_what_later_steps_rest_on_is_not_taken_away_under_them():
    plain = written(*UP_TO_SIGNED)
    accept, session = plain[1], next(e for e in plain if e.act is CaseAct.HOLD_SESSION)
    with pytest.raises(Refused) as refusal:
        corrections.rejudged(plain, corrections.with_correction(plain, accept, {}, void=True), accept.number)
    assert refusal.value.reason is Reason.CASE_LATER_STEP and refusal.value.facts["step"] == "take_on"
    later = corrections.with_correction(plain, session, {"on": "2026-08-12"}, void=False)
    with pytest.raises(Refused) as refusal:
        corrections.rejudged(plain, later, session.number)
    assert refusal.value.facts == {"step": "agree", "day": date(2026, 8, 11)}
    earlier = corrections.with_correction(plain, accept, {"on": "2026-08-10"}, void=False)
    with pytest.raises(Refused) as refusal:
        corrections.rejudged(plain, earlier, accept.number)
    assert refusal.value.reason is Reason.CASE_BEFORE_STEP  # the entry itself: before the filing


def test_steps_that_the_rules_of_today_would_refuse_by_themselves_do_not_block_a_correction():
    """A session of before the acceptance, from before days were ordered."""
    old = (CaseAct.HOLD_SESSION, {"on": "2026-08-01", "identity_seen": True})
    plain = written(FILED, ACCEPTED, TAKEN, *YES, old)
    changed = corrections.with_correction(plain, plain[1], {"title": "水渠"}, void=False)
    assert corrections.rejudged(plain, changed, 2) == []


def test_what_parties_are_numbered_by_is_not_struck_and_nothing_new_is_no_correction():
    (filed, accepted) = written(FILED, ACCEPTED)
    with pytest.raises(Refused) as refusal:
        corrections.refuse_unfit(filed, {}, void=True)
    assert refusal.value.reason is Reason.CASE_NOT_STRUCK
    with pytest.raises(Refused) as refusal:
        corrections.refuse_unfit(accepted, {"title": "水沟", "on": None}, void=False)
    assert refusal.value.reason is Reason.CASE_NOTHING_NEW


def test_a_misspelt_name_is_corrected_where_it_was_entered_and_the_numbers_stay():
    plain = written(*UP_TO_SIGNED)
    values = corrections.values_of(plain[0], {"name_1": "甲", "name_2": "乙正"})
    changed = corrections.with_correction(plain, plain[0], values, void=False)
    assert corrections.rejudged(plain, changed, 1) == []
    assert [(p.number, p.name) for p in fold(changed).sides()] == [(A, "甲"), (B, "乙正")]
    assert fold(changed).agreement == fold(plain).agreement


def test_the_code_in_the_clear_has_numbers_states_and_codes_and_is_read_back():
    judged = [[7, "", ""], [9, "terminated", "fight:12"]]
    assert read_code(code_of(judged)) == [(7, "", ""), (9, "terminated", "fight:12")] and read_code("") == []


def test_figures_count_what_is_in_force():
    day, later = date(2026, 11, 5), date(2026, 12, 2)

    def event(number: int, act: str, code: str, state: str, on: date) -> ReportEvent:
        return ReportEvent(
            case_id=1, number=number, act=act, code=code, state=state, on=on, due_on=None, source="application"
        )

    events = [
        event(1, "file", "", "applied", day),
        event(2, "accept", "neighbours", "accepted", day),
        event(3, "terminate", "impossible", "terminated", day),
        event(4, "close", "", "closed", day),
        event(5, "correct_entry", code_of([[4, "", ""]]), "terminated", later),
        event(6, "correct_entry", code_of([[3, "", ""], [2, "accepted", "contract"]]), "accepted", later),
    ]
    november = reports.report(events, date(2026, 11, 1), date(2026, 11, 30))
    december = reports.report(events, date(2026, 12, 1), date(2026, 12, 31))
    assert (november.failed, november.closed, november.by_kind) == (0, 0, {"contract": 1})
    assert december.in_hand == 1 and december.before == 1 and november.reconciles and december.reconciles


def test_session_and_agreement_before_a_signature_can_be_corrected_in_order():
    plain = written(*UP_TO_SESSION, AGREED)
    assert SESSION[0] is CaseAct.HOLD_SESSION and SIGNED[0] is CaseAct.SIGN
    agree = plain[-1]
    changed = corrections.with_correction(plain, agree, {"terms": "各让两步"}, void=False)
    assert corrections.rejudged(plain, changed, agree.number) == []
    assert fold(changed).agreement.terms == "各让两步"
