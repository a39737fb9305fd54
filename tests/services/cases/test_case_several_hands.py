"""What one person of a case does leaves the others' case alone, though they read less of it; corrections included."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrections import fields_of
from consult.domain.cases.states import CaseRole, CaseState, Standing
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.services.cases import case_verification, corrections
from tests.cases import a_case, act, grant, opened, row_of
from tests.services.cases.test_case_corrections import confirm, correct, number_of, why_not
from tests.services.cases.test_case_parties import GUARDIAN, of_a_minor, three


@pytest.mark.both_databases
def test_words_of_somebody_who_left_do_not_take_the_case_back_to_where_it_was_then(inside):
    address = three(inside)
    act(inside, address, inside.ah_keung, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    until = {"until": "2027-06-01", "both_agree": True, "reason": "等测量", "all_the_same": True}
    act(inside, address, inside.aunt_leung, CaseAct.EXTEND, until)
    act(inside, address, inside.aunt_leung, CaseAct.TERMINATE, {"ground": "impossible", "reason": "谈不拢"})
    due = row_of(inside, address).due_on
    act(inside, address, inside.ah_keung, CaseAct.STATEMENT, {"words": "我想返嚟"})
    row = row_of(inside, address)
    assert row.state == CaseState.TERMINATED and row.due_on == due and row.due_kind == "close"
    assert list(case_verification.faults(inside.id)) == []


@pytest.mark.both_databases
def test_a_party_whom_the_desk_alone_found_on_the_roll_leaves_as_any_other(inside):
    address = three(inside)
    who = {"party": {"part": "applicant", "name": inside.ah_kwok.name, "person": None}}
    list_of_one = [{"line": 1, "name": inside.ah_kwok.name, "code": "", "phone": "", "claim": None}]
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTIES, {"side": "applicant", "people": list_of_one, **who})
    found = {"party": 4, "code": inside.ah_kwok.row().household.code}
    act(inside, address, inside.aunt_leung, CaseAct.IDENTIFY, found)
    mine = opened(inside, inside.ah_kwok, address)
    assert mine.part is CaseRole.APPLICANT and mine.situation.party(4).person_id is None, "said to the desk alone"
    act(inside, address, inside.ah_kwok, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    assert opened(inside, inside.ah_kwok, address).part is CaseRole.LEFT


def a_list(inside, address: str) -> int:
    people = [
        {"line": n, "name": name, "code": "", "phone": f"1390000000{n}", "claim": 100}
        for n, name in enumerate(("丁", "戊"), 1)
    ]
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTIES, {"side": "applicant", "people": people})
    return number_of(inside, address, CaseAct.ADD_PARTIES)


def test_those_of_a_list_keep_their_numbers_and_their_phones_stay_with_the_desk(inside):
    address = three(inside)
    number = a_list(inside, address)
    assert why_not(correct, inside, address, inside.aunt_leung, number) is Reason.CASE_NOT_STRUCK
    entry = corrections.entry_at(opened(inside, inside.aunt_leung, address), number)
    assert [one.name for one in fields_of(entry, desk=True)] == ["name_1", "name_2", "on"]
    correct(inside, address, inside.aunt_leung, number, {"name_1": "丁一", "name_2": "戊", "on": None})
    case = opened(inside, inside.ah_fong, address)
    assert [one.name for one in case.situation.parties][3:] == ["丁一", "戊"]
    assert not any("1390000" in str(one.facts) for one in case.written)


def test_a_guardian_is_taken_out_and_not_struck_and_may_be_a_party_too(inside):
    address = of_a_minor(inside)
    fong = {**GUARDIAN, "name": inside.ah_fong.name, "code": "01-001"}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_GUARDIAN, fong)
    other = {"line": 1, "name": inside.ah_keung.name, "code": "01-003", "phone": "", "claim": None}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTIES, {"side": "applicant", "people": [other]})
    again = {**GUARDIAN, "name": inside.ah_keung.name, "code": "01-003"}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_GUARDIAN, again, key="second")
    number = number_of(inside, address, CaseAct.ADD_GUARDIAN)
    assert why_not(correct, inside, address, inside.aunt_leung, number) is Reason.CASE_NOT_STRUCK
    act(inside, address, inside.aunt_leung, CaseAct.NOTE, {"words": "量过"})
    correct(
        inside, address, inside.aunt_leung, number_of(inside, address, CaseAct.NOTE), {"words": "量过了", "on": None}
    )


def test_a_partys_own_word_by_which_they_left_is_put_right_with_a_second_look(inside):
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    address = three(inside)
    act(inside, address, inside.ah_keung, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    number = number_of(inside, address, CaseAct.WITHDRAW)
    correct(inside, address, inside.aunt_leung, number)
    assert opened(inside, inside.aunt_leung, address).situation.party(2).standing is Standing.WITHDREW, "it waits"
    assert why_not(confirm, inside, address, inside.ah_fong, number) is Reason.CASE_SECOND_PERSON
    confirm(inside, address, inside.ms_yip, number)
    assert opened(inside, inside.aunt_leung, address).situation.party(2).standing is Standing.TAKES_PART
    assert opened(inside, inside.ah_keung, address).part is CaseRole.APPLICANT


def test_an_answer_that_was_written_down_wrongly_makes_the_party_leave_and_read_no_more(inside):
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    address = three(inside)
    number = next(
        one.number
        for one in opened(inside, inside.aunt_leung, address).written
        if one.act is CaseAct.CONSENT and one.facts["party"] == 2
    )
    correct(inside, address, inside.aunt_leung, number, {"party": 2, "answer": "no", "on": None, "how": "听错"})
    confirm(inside, address, inside.ms_yip, number)
    assert opened(inside, inside.aunt_leung, address).situation.party(2).standing is Standing.REFUSED
    assert opened(inside, inside.ah_keung, address).part is CaseRole.LEFT
    assert opened(inside, inside.ah_fong, address).part is CaseRole.APPLICANT


def test_a_second_mediation_ends_and_who_left_it_reads_the_agreement_again(inside):
    address = a_case(inside, CaseState.PERFORMING)
    case = opened(inside, inside.aunt_leung, address)
    assert case.situation.agreement.parties == {1, 2}
    visit = {
        "on": case.entries[-1].on.isoformat(),
        "persons": "双方",
        "performed": "part",
        "satisfied": "no",
        "sued": "no",
    }
    act(inside, address, inside.aunt_leung, CaseAct.FOLLOW_UP, visit)
    act(inside, address, inside.aunt_leung, CaseAct.MEDIATE_AGAIN, {"both_agree": True, "reason": "水槽漏"})
    act(inside, address, inside.old_chan, CaseAct.CONSENT, {"answer": "no", "sure": True})
    assert row_of(inside, address).state == CaseState.PERFORMING
    mine = opened(inside, inside.old_chan, address)
    assert mine.part is CaseRole.RESPONDENT and mine.situation.party(2).standing is Standing.TAKES_PART
    act(inside, address, inside.ah_fong, CaseAct.PERFORM, {"row": 1, "on": visit["on"]})
