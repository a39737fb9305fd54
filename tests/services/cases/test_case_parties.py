"""Parties of a case in the database: who leaves reads no more, who represents a minor, lists of many, conflict hints."""

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.parties import capacity
from consult.domain.cases.states import CaseRole, CaseState, Standing
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import MediationCase, Village, db
from consult.models.cases import case_queries
from consult.services.cases import conflicts, keys, membership, parties_found, reading, transitions
from consult.services.cases.transitions import Transition
from consult.services.people import villages
from tests.cases import a_case, a_photo, act, grant, opened, refused, row_of
from tests.services.cases.test_case_membership import ACCEPT, NOBODY

ANYBODY = {"code": "", **NOBODY}


def three(cast, **options) -> str:
    """Ah Fong and Ah Keung against Old Chan, in mediation; Ah Keung is party 2, Old Chan 3."""
    sides = [
        membership.party_of(cast.ah_fong.row(), CaseRole.APPLICANT),
        membership.party_of(cast.ah_keung.row(), CaseRole.APPLICANT),
        membership.party_of(cast.old_chan.row(), CaseRole.RESPONDENT),
    ]
    address = a_case(cast, sides=sides, **options)
    act(cast, address, cast.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    act(cast, address, cast.aunt_leung, CaseAct.TAKE_ON, {})
    for n in (1, 2, 3):
        act(cast, address, cast.aunt_leung, CaseAct.CONSENT, {"party": n, "answer": "yes", "how": ""}, key=f"yes{n}")
    return address


def standings(cast, address: str) -> list[Standing]:
    return [one.standing for one in opened(cast, cast.aunt_leung, address).situation.parties]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (CaseAct.CONSENT, {"answer": "no"}),
        (CaseAct.WITHDRAW, {"reason": "算了"}),
        (CaseAct.SETTLE_THEMSELVES, {"how": "私下谈好"}),
    ],
)
def test_a_party_who_leaves_reads_what_there_was_until_then_and_the_others_go_on(inside, step, facts):
    address = three(inside)
    assert refused(inside, address, inside.ah_keung, step, **facts) is Reason.CASE_NOT_SURE
    act(inside, address, inside.ah_keung, step, {**facts, "sure": True})
    assert row_of(inside, address).state == CaseState.ASSIGNED
    stays, left = Standing.TAKES_PART, opened(inside, inside.aunt_leung, address).situation.party(2).standing
    assert left is not stays and standings(inside, address) == [stays, left, stays]
    act(inside, address, inside.aunt_leung, CaseAct.EVIDENCE, {"words": "后来量的"}, media=[a_photo("later")])
    mine = opened(inside, inside.ah_keung, address)
    assert mine.part is CaseRole.LEFT and mine.entries[-1].act is step
    photo = case_queries.files(row_of(inside, address).id)[-1]
    assert not mine.shows(photo.audience, photo.entry_number)
    assert opened(inside, inside.ah_fong, address).shows(photo.audience, photo.entry_number)
    assert refused(inside, address, inside.ah_keung, CaseAct.CONSENT, answer="yes") is Reason.CASE_OTHER_PART
    assert case_queries.unseen(keys.mark(keys.of_person(inside.ah_keung.id))) == 0, "who left is told no more"
    assert case_queries.unseen(keys.mark(keys.of_person(inside.ah_fong.id))) == 1


@pytest.mark.both_databases
def test_who_left_says_in_their_own_talk_that_they_want_to_come_back_and_the_desk_lets_them(inside):
    address = three(inside)
    act(inside, address, inside.ah_keung, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    act(inside, address, inside.ah_keung, CaseAct.STATEMENT, {"words": "我想返嚟"})
    assert opened(inside, inside.ah_keung, address).entries[-1].facts["words"] == "我想返嚟"
    back = {"party": 2, "their_yes": True, "how": "来村委讲的"}
    assert refused(inside, address, inside.aunt_leung, CaseAct.RETURN_PARTY, **{**back, "party": 1})
    act(inside, address, inside.aunt_leung, CaseAct.RETURN_PARTY, back)
    mine = opened(inside, inside.ah_keung, address)
    assert mine.part is CaseRole.APPLICANT and mine.entries[-1].act is CaseAct.RETURN_PARTY
    assert set(standings(inside, address)) == {Standing.TAKES_PART}


@pytest.mark.both_databases
def test_the_last_of_a_side_ends_it_and_stays_a_party_and_coming_back_opens_it_again(inside):
    address = three(inside)
    for who in (inside.ah_keung, inside.ah_fong):
        act(inside, address, who, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    assert row_of(inside, address).state == CaseState.WITHDRAWN
    assert opened(inside, inside.ah_fong, address).part is CaseRole.APPLICANT
    assert row_of(inside, address).due_kind == "close"
    act(inside, address, inside.aunt_leung, CaseAct.RETURN_PARTY, {"party": 1, "their_yes": True, "how": "来电"})
    assert row_of(inside, address).state == CaseState.ASSIGNED and row_of(inside, address).due_kind == "settle"


def test_what_cannot_be_divided_is_said_to_all_and_ends_with_the_first_who_leaves(inside):
    address = three(inside)
    joint = {"ground": "co_ownership", "reason": "祖屋共有"}
    assert refused(inside, address, inside.aunt_leung, CaseAct.INDIVISIBLE, **joint) is Reason.CASE_NOT_SURE
    act(inside, address, inside.aunt_leung, CaseAct.INDIVISIBLE, {**joint, "sure": True})
    assert opened(inside, inside.old_chan, address).entries[-1].facts["reason"] == "祖屋共有"
    assert case_queries.unseen(keys.mark(keys.of_person(inside.old_chan.id))) == 1
    act(inside, address, inside.ah_keung, CaseAct.WITHDRAW, {"reason": "", "sure": True})
    assert row_of(inside, address).state == CaseState.TERMINATED
    assert opened(inside, inside.ah_keung, address).part is CaseRole.APPLICANT, "it ended for all, with them"


def test_an_agent_leaves_with_the_principal(inside):
    address = three(inside)
    agent = {"side": "agent", "name": inside.ah_kwok.name, "code": "01-001", **NOBODY}
    agent |= {"for_party": 2, "authority": "agree"}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTY, agent, media=[a_photo()])
    act(inside, address, inside.ah_kwok, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
    assert opened(inside, inside.aunt_leung, address).entries[-1].facts["who"] == [2]
    assert opened(inside, inside.ah_keung, address).part is CaseRole.LEFT
    assert opened(inside, inside.ah_kwok, address).part is CaseRole.LEFT


GUARDIAN = {"for_party": 1, "relation": "母亲", "code": "", "phone": None}
GUARDIAN |= {"proof": "household_register", "proof_seen": True, "no_conflict": True}


def of_a_minor(cast, **options) -> str:
    """Siu Ming, fifteen, against Uncle Ho."""
    sides = [
        membership.party_of(cast.siu_ming.row(), CaseRole.APPLICANT),
        membership.party_of(cast.uncle_ho.row(), CaseRole.RESPONDENT),
    ]
    return a_case(cast, sides=sides, **options)


@pytest.mark.both_databases
def test_for_a_minor_of_the_roll_the_statutory_representative_acts(inside):
    address, leung = of_a_minor(inside), inside.aunt_leung
    assert refused(inside, address, leung, CaseAct.ACCEPT, **ACCEPT) is Reason.CASE_REPRESENTATIVE_MISSING
    own = {"answer": "yes"}
    fong = {**GUARDIAN, "name": inside.ah_fong.name, "code": "01-001"}
    act(inside, address, leung, CaseAct.ADD_GUARDIAN, fong)
    act(inside, address, leung, CaseAct.ACCEPT, ACCEPT)
    act(inside, address, leung, CaseAct.TAKE_ON, {})
    assert refused(inside, address, inside.siu_ming, CaseAct.CONSENT, **own) is Reason.CASE_REPRESENTATIVE_ACTS
    withdraw = {"reason": "", "sure": True}
    assert refused(inside, address, inside.siu_ming, CaseAct.WITHDRAW, **withdraw) is Reason.CASE_REPRESENTATIVE_ACTS
    assert opened(inside, inside.ah_fong, address).part is CaseRole.GUARDIAN
    act(inside, address, inside.ah_fong, CaseAct.CONSENT, own)
    said = opened(inside, leung, address).entries[-1].facts
    assert (said["party"], said["said_by"]) == (1, inside.ah_fong.name)
    other = {**GUARDIAN, "name": inside.uncle_ho.name}
    reason = refused(inside, address, leung, CaseAct.ADD_GUARDIAN, **other)
    assert reason is Reason.CASE_REPRESENTATIVE_OTHER_SIDE


def test_a_second_representative_may_be_a_party_of_the_same_side_and_acts_for_both(inside):
    sides = [
        membership.party_of(inside.siu_ming.row(), CaseRole.APPLICANT),
        membership.party_of(inside.old_chan.row(), CaseRole.APPLICANT),
        membership.party_of(inside.ah_fong.row(), CaseRole.RESPONDENT),
    ]
    address, leung = a_case(inside, sides=sides), inside.aunt_leung
    act(inside, address, leung, CaseAct.ADD_GUARDIAN, {**GUARDIAN, "name": inside.old_chan.name, "code": "01-002"})
    act(inside, address, leung, CaseAct.ADD_GUARDIAN, {**GUARDIAN, "name": "王芳"})
    act(inside, address, leung, CaseAct.ACCEPT, ACCEPT)
    mine = opened(inside, inside.old_chan, address)
    assert (mine.part, mine.mine) == (CaseRole.APPLICANT, 2)
    for n in (1, 2):
        act(inside, address, inside.old_chan, CaseAct.CONSENT, {"answer": "yes", "party": n}, key=f"both{n}")
    assert opened(inside, leung, address).situation.consents == {1: True, 2: True}


@pytest.mark.both_databases
def test_a_hundred_are_added_at_once_each_with_their_phone_for_the_desk(inside):
    address = a_case(inside, CaseState.ACCEPTED)
    people = [
        {"line": n, "name": f"陈{chr(0x4E00 + n)}", "code": "", "phone": f"1380000{n:04d}" if n % 2 else "", "claim": n}
        for n in range(1, 101)
    ]
    people[0] |= {"name": inside.ah_keung.name, "code": "1-3"}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTIES, {"side": "applicant", "people": people})
    case = opened(inside, inside.aunt_leung, address)
    assert len(case.situation.parties) == 102 and case.situation.party(3).person_id == inside.ah_keung.id
    phones = {e.facts["party"]: e.facts["phone"] for e in case.entries if e.facts.get("phone")}
    assert [phones[n] for n in (3, 5)] == ["13800000001", "13800000003"] and 4 not in phones
    assert opened(inside, inside.ah_keung, address).mine == 3
    assert all("phone" not in e.facts for e in opened(inside, inside.ah_keung, address).entries)
    assert case.line["names"][0] == inside.ah_fong.name and case.line["applicants"] == 101


@pytest.mark.both_databases
def test_the_answers_of_a_hundred_are_one_form_and_the_mediator_goes_on_that_day(inside):
    workers = [Side(CaseRole.APPLICANT, f"工人{chr(0x4E00 + n)}", None) for n in range(99)]
    boss = membership.party_of(inside.old_chan.row(), CaseRole.RESPONDENT)
    address = a_case(inside, sides=[*workers, boss])
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    act(inside, address, inside.aunt_leung, CaseAct.TAKE_ON, {})
    yes = [Transition(CaseAct.CONSENT, {"party": n, "answer": "yes", "how": ""}) for n in range(1, 101)]
    case = opened(inside, inside.aunt_leung, address)
    transitions.do_each(case, yes, inside.aunt_leung.act(key="all"))
    transitions.do_each(case, yes, inside.aunt_leung.act(key="all"))
    assert len(opened(inside, inside.aunt_leung, address).situation.consents) == 100
    act(inside, address, inside.aunt_leung, CaseAct.NOTE, {"words": "人都齐了"})


def test_a_list_names_the_line_that_is_not_on_the_roll_and_nobody_is_added(inside):
    address = a_case(inside, CaseState.ACCEPTED)
    row = {"phone": "", "claim": None}
    people = [{"line": 1, "name": "丁", "code": "", **row}, {"line": 3, "name": "戊", "code": "01-001", **row}]
    said = {"side": "applicant", "people": people}
    assert refused(inside, address, inside.aunt_leung, CaseAct.ADD_PARTIES, **said) is Reason.CASE_LINE_NOT_ON_ROLL
    assert len(opened(inside, inside.aunt_leung, address).situation.parties) == 2
    assert parties_found.of_household(inside.id, "1-2")[0].endswith(" 01-002")


@pytest.mark.both_databases
def test_the_answers_of_all_are_entries_of_their_own_and_all_or_none(inside):
    address = three(inside)
    case = opened(inside, inside.aunt_leung, address)
    before, on = len(case.entries), villages.local_day(inside.row(), clock.now()).isoformat()
    said = [
        Transition(CaseAct.CONSENT, {"party": n, "answer": answer, "on": on, "how": "上门", "sure": True})
        for n, answer in ((1, "yes"), (2, "no"), (3, "no"))
    ]
    key = inside.aunt_leung.act(key="table")
    transitions.do_each(case, said, key)
    transitions.do_each(case, said, key)
    case = opened(inside, inside.aunt_leung, address)
    assert [e.facts["party"] for e in case.entries[before:]] == [1, 2, 3]
    assert case.state is CaseState.TERMINATED


def closeness(cast, address: str, who) -> conflicts.Closeness:
    s = opened(cast, cast.aunt_leung, address).situation
    on = villages.local_day(cast.row(), clock.now())
    return conflicts.closeness(s, [who.id], cast.id, on=on)[who.id]


@pytest.mark.both_databases
def test_a_mediator_who_kept_out_is_named_again_only_with_a_tick_and_a_reason(inside):
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    grant(inside.uncle_ho, Role.MEDIATOR)
    address = a_case(inside, CaseState.ACCEPTED)
    act(inside, address, inside.uncle_ho, CaseAct.RECUSE, {"reason": "是我亲家"})
    assert [one.reason for one in closeness(inside, address, inside.uncle_ho).recusals] == ["是我亲家"]
    named = {"mediators": [inside.uncle_ho.id]}
    for lacking in ({"reason": ""}, {"reason": "没有别人"}, {"reason": "", "despite": True}):
        reason = refused(inside, address, inside.ms_yip, CaseAct.ASSIGN, **named, **lacking)
        assert reason is Reason.CASE_MEDIATOR_CLOSE
    act(inside, address, inside.ms_yip, CaseAct.ASSIGN, {**named, "reason": "没有别人", "despite": True})
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.MEDIATOR
    act(inside, address, inside.ms_yip, CaseAct.ASSIGN, {**named, "reason": ""}, key="again")


def test_a_mediator_of_the_committee_is_pointed_out_where_the_villages_own_cooperative_is_a_party(inside):
    grant(inside.aunt_leung, Role.COMMITTEE_MEMBER)
    address = a_case(
        inside,
        CaseState.APPLIED,
        sides=[
            membership.party_of(inside.ah_fong.row(), CaseRole.APPLICANT),
            Side(CaseRole.RESPONDENT, "榕溪经济合作社"),
        ],
    )
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    body = {"party": 2, "body": "collective", "in_charge": "何树根", "credit_code": None, "ours": False}
    act(inside, address, inside.aunt_leung, CaseAct.DESCRIBE_PARTY, body)
    assert not closeness(inside, address, inside.aunt_leung).is_known
    act(inside, address, inside.aunt_leung, CaseAct.DESCRIBE_PARTY, {**body, "ours": True})
    assert closeness(inside, address, inside.aunt_leung).sits_for == ("榕溪经济合作社",)
    assert refused(inside, address, inside.aunt_leung, CaseAct.TAKE_ON) is Reason.CASE_MEDIATOR_CLOSE


@pytest.mark.both_databases
def test_other_cases_of_a_name_are_shown_where_they_may_be_read_and_people_of_that_name(inside):
    first = a_case(inside, key="first")
    second = a_case(
        inside,
        key="second",
        sides=[
            membership.party_of(inside.ah_keung.row(), CaseRole.APPLICANT),
            Side(CaseRole.RESPONDENT, inside.old_chan.name),
        ],
    )
    on = villages.local_day(inside.row(), clock.now())
    for who, seen in ((inside.aunt_leung, [first]), (inside.ah_keung, [])):
        case = opened(inside, who, second)
        reader = reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on)
        found = {one.party.number: one for one in conflicts.name_checks(case, case.situation, reader)}
        assert [row.address for row in found[2].cases] == seen
        assert [row.code for row in found[2].same_name] == ["01-002"]
    assert 1 not in found


def test_who_acted_for_a_party_who_was_taken_out_reads_no_more(inside):
    address, leung = of_a_minor(inside), inside.aunt_leung
    act(inside, address, leung, CaseAct.ADD_GUARDIAN, {**GUARDIAN, "name": inside.ah_fong.name, "code": "01-001"})
    act(inside, address, leung, CaseAct.ACCEPT, ACCEPT)
    assert opened(inside, inside.ah_fong, address) is not None
    act(inside, address, leung, CaseAct.REMOVE_PARTY, {"member": 1, "reason": "弄错了人"})
    assert opened(inside, inside.ah_fong, address) is None and opened(inside, inside.siu_ming, address) is None


def test_nobody_of_the_demo_needs_a_representative(demo_village, app):
    with app.app_context():
        cases = [reading.as_head(row) for row in db.session.scalars(select(MediationCase))]
        today = villages.local_day(db.session.scalars(select(Village)).first(), clock.now())
        found = [capacity.unrepresented(case.situation, today) for case in cases if case is not None]
        db.session.remove()
    assert found and not any(found)
