"""Cases under attack: a complicit mediator alone, the office above reading more than it was given, two in one second."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.confidence import sharing as sharing_rules
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.office import periods
from consult.domain.cases.states import CaseRole, CaseState, Standing
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, CaseReport, MediationCase, Screening, Village, db
from consult.services.cases import access_log, case_verification, corrections, figures, membership, raising
from consult.services.people import villages
from tests.cases import WORDS, a_case, a_photo, act, course, grant, opened, refused
from tests.services.cases.test_case_corrections import confirm, correct, number_of, why_not
from tests.services.cases.test_case_membership import ACCEPT, NOBODY
from tests.services.cases.test_case_parties import three
from tests.services.cases.test_case_sharing import NOTE, SECRET, UP, in_work, read, up


@pytest.fixture
def desk(inside):
    """A mediator, a head, and another mediator who lives with neither."""
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    grant(inside.uncle_ho, Role.MEDIATOR)
    db.session.commit()
    return inside


def in_one_house(one, other) -> None:
    one.row().household_id = other.row().household_id
    db.session.commit()


# The office above.


@pytest.mark.both_databases
def test_the_office_gives_itself_nothing_by_handing_a_case_further_up(inside):
    address = in_work(inside)
    whole = opened(inside, inside.aunt_leung, address)
    note = next(e.number for e in whole.written if e.facts.get("words") == NOTE)
    up(inside, address, share=[note])
    assert "愿意装水槽" not in read(inside, address)
    act(inside, address, inside.uncle_ho, CaseAct.ESCALATE, {**UP, "level": "county", "office": "县司法局"})
    said = read(inside, address)
    assert "县司法局" in said and NOTE in said and "愿意装水槽" not in said and SECRET not in said


@pytest.mark.both_databases
def test_a_correction_of_what_was_not_chosen_is_not_chosen_either(inside):
    address = in_work(inside)
    session = number_of(inside, address, CaseAct.HOLD_SESSION)
    facts = dict(opened(inside, inside.aunt_leung, address).written[session - 1].facts)
    correct(inside, address, inside.aunt_leung, session, {**facts, "said": "其实是他先动手。"})
    whole = opened(inside, inside.aunt_leung, address)
    able = [one.number for one in whole.entries if sharing_rules.may_be_chosen(one)]
    assert session in able and number_of(inside, address, CaseAct.CORRECT_ENTRY) not in able
    up(inside, address, share=[one for one in able if one != session])
    assert "其实是他先动手" not in read(inside, address)
    act(inside, address, inside.aunt_leung, CaseAct.SHARE, {"share": [session], "talk_of": [], "talk_how": ""})
    assert "其实是他先动手" in read(inside, address) and "愿意装水槽" not in read(inside, address), "as it is in force"


@pytest.mark.both_databases
def test_before_it_is_accepted_the_applicants_own_first_words_are_no_title_for_the_town(inside):
    address = a_case(inside)
    grant(inside.uncle_ho, Role.JUSTICE_OFFICE)
    opening = opened(inside, inside.aunt_leung, address).line["opening"]
    assert opening and WORDS.startswith(opening)
    up(inside, address)
    found = opened(inside, inside.uncle_ho, address)
    assert found.line["title"] == "" and found.line["names"] and WORDS[:8] not in str(found.line)


@pytest.mark.both_databases
def test_a_consent_taken_back_is_not_put_back_by_the_desk(inside):
    address = in_work(inside)
    up(inside, address)
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    act(inside, address, inside.ah_fong, CaseAct.TOWN_TALK, {"answer": "yes"})
    act(inside, address, inside.ah_fong, CaseAct.TOWN_TALK, {"answer": "no"}, key="no")
    assert SECRET not in read(inside, address)
    no = number_of(inside, address, CaseAct.TOWN_TALK)
    for who in (inside.aunt_leung, inside.ms_yip):
        said = {"party": 1, "answer": "yes", "how": "他又同意了"}
        assert why_not(correct, inside, address, who, no, said) is Reason.CASE_OWN_WORDS
        assert why_not(correct, inside, address, who, no) is Reason.CASE_OWN_WORDS
    silent = {"party": 1, "answer": "yes", "how": ""}
    assert refused(inside, address, inside.aunt_leung, CaseAct.TOWN_TALK, **silent) is Reason.CASE_TALK_HOW
    assert SECRET not in read(inside, address)


@pytest.mark.both_databases
def test_what_the_village_opened_again_the_office_does_not_end(inside):
    address = in_work(inside)
    up(inside, address)
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    act(inside, address, inside.ms_yip, CaseAct.REOPEN, {"ground": "other_reason", "reason": "双方想回村里谈"})
    assert opened(inside, inside.ms_yip, address).state is CaseState.MEDIATING
    county = {**UP, "level": "county", "office": "县司法局"}
    assert refused(inside, address, inside.uncle_ho, CaseAct.ESCALATE, **county) is Reason.CASE_OTHER_STATE
    assert SECRET not in read(inside, address)


# Somebody who speaks for others.


def children(cast) -> tuple[str, int]:
    """Old Chan against two children, whose mother speaks for both; returns the number of the younger."""
    sides = [
        membership.party_of(cast.old_chan.row(), CaseRole.APPLICANT),
        Side(CaseRole.RESPONDENT, "陈小一", None),
        Side(CaseRole.RESPONDENT, "陈小二", None),
    ]
    address = a_case(cast, sides=sides)
    act(cast, address, cast.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    act(cast, address, cast.aunt_leung, CaseAct.TAKE_ON, {})
    for n in (2, 3):
        born = {"party": n, "capacity": "none", "born": "2020-01-01", "proof_seen": True}
        act(cast, address, cast.aunt_leung, CaseAct.NOTE_CAPACITY, born, key=f"born{n}")
    return address, 3


def mother(cast, address: str, of: int) -> None:
    told = {"for_party": of, "name": cast.ah_fong.name, "relation": "母亲", "code": "01-001", "phone": None}
    told |= {"proof": "household_register", "proof_seen": True, "no_conflict": True}
    act(cast, address, cast.aunt_leung, CaseAct.ADD_GUARDIAN, told, key=f"mother{of}")


@pytest.mark.both_databases
def test_a_mother_who_corrects_what_she_said_for_one_child_says_nothing_for_the_other(desk):
    address, younger = children(desk)
    for n in (2, 3):
        mother(desk, address, n)
        act(desk, address, desk.ah_fong, CaseAct.CONSENT, {"party": n, "answer": "yes"}, key=f"yes{n}")
    said = number_of(desk, address, CaseAct.CONSENT)
    correct(desk, address, desk.ah_fong, said, {"answer": "no"})
    confirm(desk, address, desk.ms_yip, said)
    s = opened(desk, desk.aunt_leung, address).situation
    assert s.consents == {2: True, younger: False}
    assert [one.standing for one in s.in_dispute()][1:] == [Standing.TAKES_PART, Standing.REFUSED]


@pytest.mark.both_databases
def test_an_agent_of_a_child_without_a_representative_says_neither_yes_nor_no(desk):
    address, younger = children(desk)
    agent = {"side": "agent", "name": desk.ah_keung.name, "code": "01-003", **NOBODY}
    agent |= {"for_party": younger, "authority": "agree"}
    act(desk, address, desk.aunt_leung, CaseAct.ADD_PARTY, agent, media=[a_photo()])
    no = {"answer": "no", "sure": True}
    assert refused(desk, address, desk.ah_keung, CaseAct.CONSENT, **no) is Reason.CASE_NOT_THE_AGENT
    mother(desk, address, younger)
    act(desk, address, desk.ah_keung, CaseAct.CONSENT, {"answer": "yes"})
    assert opened(desk, desk.aunt_leung, address).situation.consents == {younger: True}


# A mediator who helps one side.


@pytest.mark.both_databases
def test_what_a_party_said_of_a_mediator_is_not_struck_by_that_mediator(desk):
    address = a_case(desk, CaseState.ASSIGNED)
    said = {"mediator": desk.aunt_leung.id, "party": 2, "relation": "表亲"}
    act(desk, address, desk.ah_fong, CaseAct.DECLARE_KINSHIP, said)
    act(desk, address, desk.ah_fong, CaseAct.REFUSE_MEDIATOR, {"mediator": desk.aunt_leung.id, "reason": "偏帮"})
    for step in (CaseAct.DECLARE_KINSHIP, CaseAct.REFUSE_MEDIATOR):
        number = number_of(desk, address, step)
        assert why_not(correct, desk, address, desk.aunt_leung, number) is Reason.CASE_OWN_WORDS
        correct(desk, address, desk.ah_fong, number)
    assert opened(desk, desk.aunt_leung, address).situation.kinships == ()


@pytest.mark.both_databases
def test_a_creditors_word_that_it_was_paid_is_not_struck_by_one_alone(desk):
    address = a_case(desk, CaseState.PERFORMING)
    today = villages.local_day(desk.row(), clock.now()).isoformat()
    act(desk, address, desk.ah_fong, CaseAct.PERFORM, {"row": 1, "on": today})
    paid = number_of(desk, address, CaseAct.PERFORM)
    correct(desk, address, desk.aunt_leung, paid)
    assert opened(desk, desk.aunt_leung, address).situation.row(1).done_on, "it waits"
    assert why_not(confirm, desk, address, desk.old_chan, paid) is Reason.CASE_SECOND_PERSON, (
        "the debtor's word does not count"
    )
    assert why_not(confirm, desk, address, desk.aunt_leung, paid) is Reason.CASE_SECOND_PERSON
    confirm(desk, address, desk.ah_fong, paid)
    assert opened(desk, desk.aunt_leung, address).situation.row(1).done_on is None


@pytest.mark.both_databases
def test_nobody_of_the_own_house_gives_the_second_look(desk):
    in_one_house(desk.ms_yip, desk.aunt_leung)
    address = a_case(desk, CaseState.PERFORMING)
    sign = number_of(desk, address, CaseAct.SIGN)
    correct(desk, address, desk.aunt_leung, sign)
    assert why_not(confirm, desk, address, desk.ms_yip, sign) is Reason.CASE_SECOND_PERSON
    found = opened(desk, desk.ms_yip, address)
    waiting = next(one for one in corrected(found.written) if one.number == sign)
    assert not corrections.may_confirm(found, waiting, desk.ms_yip.row(), villages.local_day(desk.row(), clock.now()))
    confirm(desk, address, desk.old_chan, sign)
    assert opened(desk, desk.aunt_leung, address).state is CaseState.AGREED_IN_WRITING


@pytest.mark.both_databases
def test_words_that_were_signed_while_a_correction_waited_stay_as_they_were_signed(desk):
    address = a_case(desk, CaseState.AGREED_IN_WRITING)
    agree = number_of(desk, address, CaseAct.AGREE)
    facts = dict(opened(desk, desk.aunt_leung, address).written[agree - 1].facts)
    correct(desk, address, desk.aunt_leung, agree, {**facts, "terms": "陈伯坚赔十万元。"})
    signing = next(step for step in course(desk) if step[1] is CaseAct.SIGN)
    act(desk, address, desk.aunt_leung, CaseAct.SIGN, signing[2], media=signing[3])
    assert opened(desk, desk.aunt_leung, address).state is CaseState.PERFORMING
    assert why_not(confirm, desk, address, desk.ms_yip, agree) is Reason.CASE_WORDS_SIGNED
    assert why_not(confirm, desk, address, desk.ah_fong, agree) is Reason.CASE_WORDS_SIGNED
    confirm(desk, address, desk.ms_yip, agree, "no")
    assert "十万" not in opened(desk, desk.aunt_leung, address).situation.agreement.terms


@pytest.mark.both_databases
def test_who_is_bound_by_signed_words_is_corrected_by_two(desk):
    address = a_case(desk, CaseState.PERFORMING)
    names = {"name_1": desk.ah_fong.name, "name_2": "陈伯强"}
    correct(desk, address, desk.aunt_leung, 1, names)
    assert opened(desk, desk.aunt_leung, address).situation.party(2).name == desk.old_chan.name
    confirm(desk, address, desk.old_chan, 1)
    assert opened(desk, desk.aunt_leung, address).situation.party(2).name == "陈伯强"


@pytest.mark.both_databases
def test_a_mediator_hands_no_case_to_somebody_close_to_a_party_whatever_the_reason(desk):
    in_one_house(desk.uncle_ho, desk.old_chan)
    address = a_case(desk, CaseState.MEDIATING)
    to_ho = {"mediator": desk.uncle_ho.id, "note": "", "despite": True, "reason": "没别人"}
    assert refused(desk, address, desk.aunt_leung, CaseAct.HAND_OVER, **to_ho) is Reason.CASE_HEAD_NAMES
    assert opened(desk, desk.uncle_ho, address) is None
    ours = {**to_ho, "giver": desk.aunt_leung.id, "despite": False, "reason": ""}
    assert refused(desk, address, desk.ms_yip, CaseAct.HAND_OVER, **ours) is Reason.CASE_MEDIATOR_CLOSE
    act(desk, address, desk.ms_yip, CaseAct.HAND_OVER, {**ours, "despite": True, "reason": "只有他懂水利"})
    assert opened(desk, desk.uncle_ho, address).part is CaseRole.MEDIATOR


@pytest.mark.both_databases
def test_a_mediator_takes_no_case_that_is_somebody_elses_and_a_recused_one_does_not_come_back_alone(desk):
    address = a_case(desk, CaseState.MEDIATING)
    assert opened(desk, desk.uncle_ho, address) is None
    own = {"mediator": desk.aunt_leung.id, "note": "", "despite": True, "reason": "x", "giver": desk.aunt_leung.id}
    assert refused(desk, address, desk.aunt_leung, CaseAct.HAND_OVER, **own) is Reason.CASE_NOTHING_NEW
    act(desk, address, desk.aunt_leung, CaseAct.RECUSE, {"reason": "是我亲家"})
    assert opened(desk, desk.aunt_leung, address) is None
    bare = {"mediators": [desk.aunt_leung.id], "despite": False, "reason": ""}
    assert refused(desk, address, desk.ms_yip, CaseAct.ASSIGN, **bare) is Reason.CASE_MEDIATOR_CLOSE
    recusal = number_of(desk, address, CaseAct.RECUSE, desk.ms_yip)
    assert why_not(correct, desk, address, desk.ms_yip, recusal) is Reason.CASE_CORRECTED_OTHERWISE


# Two in one second.


def at_once(app, *acts) -> list[str]:
    """What came of acts of different persons that arrive together: "done", or why not."""

    def run(one) -> str:
        with app.app_context():
            try:
                one()
            except Refused as refusal:
                return refusal.reason.value
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def whole(app, village) -> None:
    with app.app_context():
        assert list(case_verification.faults(village.id)) == []
        for row in db.session.query(MediationCase):
            found = [e.number for e in db.session.query(CaseEntry).filter_by(case_id=row.id)]
            assert sorted(found) == list(range(1, len(found) + 1)), "no number is given twice, none is left out"
        db.session.remove()


@pytest.mark.both_databases
def test_the_last_signature_and_a_partys_no_in_one_second(app, village):
    with app.app_context():
        address = a_case(village, CaseState.AGREED_IN_WRITING)
        _, _, facts, media = next(step for step in course(village) if step[1] is CaseAct.SIGN)
        db.session.remove()
    no = {"answer": "no", "sure": True}
    answers = at_once(
        app,
        lambda: act(village, address, village.aunt_leung, CaseAct.SIGN, facts, media=media, key="sign"),
        lambda: act(village, address, village.old_chan, CaseAct.CONSENT, no, key="no"),
    )
    assert sorted(one == "done" for one in answers) == [False, True], answers
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        left = case.situation.party(2).standing is Standing.REFUSED
        assert (case.state is CaseState.TERMINATED) == left == (answers[1] == "done")
        assert (case.state is CaseState.PERFORMING) == (answers[0] == "done")
        db.session.remove()
    whole(app, village)


@pytest.mark.both_databases
def test_a_correction_of_the_words_and_the_signatures_in_one_second(app, village):
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        address = a_case(village, CaseState.AGREED_IN_WRITING)
        _, _, signing, media = next(step for step in course(village) if step[1] is CaseAct.SIGN)
        agree = number_of(village, address, CaseAct.AGREE)
        facts = dict(opened(village, village.aunt_leung, address).written[agree - 1].facts)
        correct(village, address, village.aunt_leung, agree, {**facts, "terms": "另一样"})
        db.session.remove()
    answers = at_once(
        app,
        lambda: confirm(village, address, village.ms_yip, agree),
        lambda: act(village, address, village.aunt_leung, CaseAct.SIGN, signing, media=media, key="sign"),
    )
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        assert (case.situation.agreement.terms == "另一样") == (answers[0] == "done")
        db.session.remove()
    assert answers[1] == "done", "who signs is shown the words by the form, which carries their version"
    whole(app, village)


@pytest.mark.both_databases
def test_two_second_looks_in_one_second_are_one(app, village):
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        address = a_case(village, CaseState.PERFORMING)
        sign = number_of(village, address, CaseAct.SIGN)
        correct(village, address, village.aunt_leung, sign)
        db.session.remove()
    answers = at_once(
        app,
        lambda: confirm(village, address, village.ms_yip, sign),
        lambda: confirm(village, address, village.old_chan, sign, "no"),
    )
    assert sorted(one == "done" for one in answers) == [False, True], answers
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        assert (case.state is CaseState.AGREED_IN_WRITING) == (answers[0] == "done")
        assert len([e for e in case.written if e.act is CaseAct.CONFIRM_CORRECTION]) == 1
        db.session.remove()
    whole(app, village)


@pytest.mark.both_databases
def test_what_is_entered_late_and_the_closing_in_one_second(app, village):
    with app.app_context():
        address = a_case(village, CaseState.FOLLOWED_UP)
        *_, closing, _archive = course(village)
        today = villages.local_day(village.row(), clock.now()).isoformat()
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        db.session.remove()
    back = {"row": 1, "reason": "其实未装"}
    answers = at_once(
        app,
        lambda: act(village, address, village.aunt_leung, CaseAct.CLOSE, closing[2], key="close"),
        lambda: act(village, address, village.ms_yip, CaseAct.TAKE_BACK, back, key="back"),
    )
    assert sorted(one == "done" for one in answers) == [False, True], answers
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        assert (case.state is CaseState.CLOSED) == (answers[0] == "done") == (case.situation.row(1).done_on is not None)
        assert today
        db.session.remove()
    whole(app, village)


@pytest.mark.both_databases
def test_two_parties_who_leave_in_one_second_each_leave_once(app, village):
    with app.app_context():
        address = three(village)
        db.session.remove()
    gone = {"reason": "算了", "sure": True}
    answers = at_once(
        app,
        lambda: act(village, address, village.ah_fong, CaseAct.WITHDRAW, gone, key="a"),
        lambda: act(
            village, address, village.ah_keung, CaseAct.SETTLE_THEMSELVES, {"how": "谈好", "sure": True}, key="b"
        ),
    )
    assert answers == ["done", "done"]
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        assert [one.standing for one in case.situation.parties] == [
            Standing.WITHDREW,
            Standing.SETTLED,
            Standing.TAKES_PART,
        ]
        assert case.state in (CaseState.WITHDRAWN, CaseState.SELF_SETTLED), "by the one who left last"
        db.session.remove()
    whole(app, village)


@pytest.mark.both_databases
def test_cases_that_are_filed_in_one_second_have_each_their_number(app, village):
    def file(n: int, who) -> Any:
        return lambda: a_case(village, key=f"case-{n}", by=who)

    people = [village.aunt_leung, village.ms_yip, village.aunt_leung, village.ms_yip]
    assert at_once(app, *(file(n, who) for n, who in enumerate(people))) == ["done"] * 4
    with app.app_context():
        numbers = sorted(row.number for row in db.session.query(MediationCase))
        assert numbers == list(range(numbers[0], numbers[0] + 4))
        db.session.remove()
    whole(app, village)


# Behind the app's back.


def handed_in(village) -> CaseReport:
    today = villages.local_day(village.row(), clock.now())
    name = periods.month_before(periods.month_of(today, None))
    period = figures.period_of(db.session.get_one(Village, village.id), name)
    assert period is not None
    return figures.hand_in(period, village.aunt_leung.act(key="report"), today=today)


KEPT = {
    "case_entry": "code = 'x'",
    "case_view": "cipher = 'x'",
    "case_report": "figures = '{}'",
    "sweep": "found = 99",
    "case_link": "consultation_mark = 'x'",
}


@pytest.mark.both_databases
@pytest.mark.parametrize("table", sorted(KEPT))
def test_the_database_refuses_to_change_or_take_away_what_is_kept_of_cases(inside, table):
    address = a_case(inside)
    access_log.note(opened(inside, inside.aunt_leung, address), "page", inside.aunt_leung.act(key="look"))
    today = villages.local_day(inside.row(), clock.now())
    handed_in(inside)
    figures.note_screening(today, 3, inside.aunt_leung.act(key="round"))
    raising.link(opened(inside, inside.aunt_leung, address), 1)
    db.session.commit()
    assert db.session.scalar(text(f"SELECT count(*) FROM {table}")), (
        "a trigger by row refuses nothing where there is none"
    )
    for statement in (f"UPDATE {table} SET {KEPT[table]}", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE case_report SET figures = '{}'", "its figures are not those that were handed in"),
        ("UPDATE case_report SET period = '2020-01'", "its figures are not those that were handed in"),
        ("DELETE FROM case_report", "it stands in the log, but is gone"),
        ("UPDATE sweep SET found = 99", "its rounds of mediation are not those of the log"),
        ("DELETE FROM sweep", "its rounds of mediation are not those of the log"),
        ("UPDATE mediation_case SET number = 77", "it has another number than it was filed under"),
    ],
)
def test_who_takes_the_triggers_away_first_is_found_by_the_log(inside, change, found):
    a_case(inside)
    handed_in(inside)
    figures.note_screening(villages.local_day(inside.row(), clock.now()), 3, inside.aunt_leung.act(key="round"))
    assert list(case_verification.faults(inside.id)) == []
    for table in ("case_report", "sweep"):
        if db.engine.dialect.name == "sqlite":
            for step in ("update", "delete"):
                db.session.execute(text(f"DROP TRIGGER {table}_no_{step}"))
        else:
            db.session.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
    db.session.execute(text(change))
    db.session.flush()
    db.session.expire_all()
    assert [line.partition(": ")[2] for line in case_verification.faults(inside.id)] == [found]
    db.session.rollback()


# Periods.


@pytest.mark.both_databases
def test_a_period_has_one_name_and_what_is_done_on_its_last_day_is_in_it(inside):
    assert periods.read("２０２６-11", None) is None and periods.read("2026-١١", None) is None
    assert periods.read("2026-²1", None) is None and periods.read("2026-11\n", None) is None
    today = villages.local_day(inside.row(), clock.now())
    period = periods.read(f"{today:%Y-%m}", None)
    assert period is not None
    with pytest.raises(Refused) as refusal:
        figures.hand_in(period, inside.aunt_leung.act(key="on-the-day"), today=period.last)
    assert refusal.value.reason is Reason.CASE_REPORT_RUNS
    db.session.rollback()
    kept = figures.hand_in(period, inside.aunt_leung.act(key="after"), today=period.last + timedelta(1))
    assert kept.last == period.last and json.loads(kept.figures)
    assert db.session.query(Screening).count() == 0
