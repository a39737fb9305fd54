"""Cases change hands, one or all, and are opened again: keys follow, those left out are named, facts give the state."""

import threading
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import CaseEntry, CaseReader, RoleGrant, db
from consult.services.cases import keys, reading
from consult.services.cases.office import handing_over
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened, refused, row_of

TO_YIP = {"note": "", "despite": None, "reason": ""}


def with_two(cast, until=CaseState.PERFORMING, key="case-1") -> str:
    """A case of Aunt Leung's, with Ms Yip beside her and Uncle Ho as the head."""
    address = a_case(cast, until, key=key)
    grant(cast.ms_yip, Role.MEDIATOR)
    grant(cast.uncle_ho, Role.HEAD_OF_MEDIATION)
    return address


def reader_of(cast, who):
    on = villages.local_day(cast.row(), clock.now())
    return reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on)


def held(cast, who, giver, taker=None):
    on = villages.local_day(cast.row(), clock.now())
    return handing_over.held_by(reader_of(cast, who), giver.id, on=on, taker=taker.id if taker else 0)


@pytest.mark.both_databases
@pytest.mark.parametrize("state", [CaseState.MEDIATING, CaseState.PERFORMING, CaseState.TERMINATED])
def test_a_mediator_hands_a_case_over_and_reads_no_more_of_it(inside, state):
    address = with_two(inside, state)
    facts = {**TO_YIP, "mediator": inside.ms_yip.id, "note": "冬天再去看一次水槽"}
    act(inside, address, inside.aunt_leung, CaseAct.HAND_OVER, facts)
    assert opened(inside, inside.aunt_leung, address) is None
    taken = opened(inside, inside.ms_yip, address)
    assert taken.state is state and taken.situation.mediators == ((inside.ms_yip.id, inside.ms_yip.name),)
    note = next(one for one in taken.entries if one.facts.get("words") == "冬天再去看一次水槽")
    party = opened(inside, inside.ah_fong, address)
    assert note.audience == "desk" and note.number not in {one.number for one in party.entries}
    said = next(one for one in party.entries if one.act is CaseAct.HAND_OVER)
    assert "note" not in said.facts and "冬天" not in str(said.facts)
    assert opened(inside, inside.uncle_ho, address) is not None, "the head reads on"
    assert row_of(inside, address).news_at is not None


def test_only_a_mediator_of_the_case_hands_it_over_and_not_to_whom_it_must_not_go(inside):
    address = with_two(inside)
    to_yip = {**TO_YIP, "mediator": inside.ms_yip.id}
    act(inside, address, inside.aunt_leung, CaseAct.HAND_OVER, to_yip)
    assert opened(inside, inside.aunt_leung, address) is None
    not_mine = {**TO_YIP, "mediator": inside.uncle_ho.id}
    assert refused(inside, address, inside.uncle_ho, CaseAct.HAND_OVER, **not_mine) is Reason.CASE_OTHER_PART
    foreign = {**TO_YIP, "mediator": inside.aunt_leung.id, "giver": inside.uncle_ho.id}
    assert refused(inside, address, inside.ms_yip, CaseAct.HAND_OVER, **foreign) is Reason.CASE_OTHER_PART
    assert refused(inside, address, inside.ms_yip, CaseAct.HAND_OVER, **to_yip) is Reason.CASE_NOTHING_NEW


@pytest.mark.both_databases
def test_the_head_names_another_mediator_while_it_is_carried_out(inside):
    address = with_two(inside)
    act(inside, address, inside.uncle_ho, CaseAct.ASSIGN, {"mediators": [inside.ms_yip.id], "despite": None})
    assert opened(inside, inside.aunt_leung, address) is None
    assert opened(inside, inside.ms_yip, address).state is CaseState.PERFORMING


@pytest.mark.both_databases
def test_the_head_hands_over_the_cases_of_somebody_who_left_office(inside):
    addresses = {with_two(inside, key="one"), a_case(inside, CaseState.MEDIATING, key="two")}
    ended = db.session.query(RoleGrant).filter_by(person_id=inside.aunt_leung.id).one()
    ended.ended_at = clock.now() - timedelta(days=1)
    db.session.commit()
    assert inside.aunt_leung.id in {one for one, _ in handing_over.givers(inside.id)}
    rows = held(inside, inside.uncle_ho, inside.aunt_leung, inside.ms_yip)
    assert {one.case.row.address for one in rows} == addresses
    stayed = handing_over.hand_over(rows, inside.aunt_leung.id, inside.ms_yip.id, "", inside.uncle_ho.act(key="all"))
    assert stayed == [] and {one for one in addresses if opened(inside, inside.ms_yip, one)} == addresses
    mark = keys.mark(keys.of_person(inside.aunt_leung.id))
    assert db.session.query(CaseReader).filter_by(reader_mark=mark).count() == 0
    again = held(inside, inside.uncle_ho, inside.aunt_leung, inside.ms_yip)
    assert again == []


def test_another_mediator_sees_nothing_of_the_caseload(inside):
    with_two(inside)
    assert held(inside, inside.ms_yip, inside.aunt_leung) == []


def test_a_case_with_a_kinship_stays_and_the_others_go(inside):
    kin, other = with_two(inside, CaseState.MEDIATING, key="one"), a_case(inside, CaseState.MEDIATING, key="two")
    told = {"mediator": inside.ms_yip.id, "party": 2, "relation": "表姐"}
    act(inside, kin, inside.uncle_ho, CaseAct.DECLARE_KINSHIP, told)
    rows = held(inside, inside.aunt_leung, inside.aunt_leung, inside.ms_yip)
    assert {one.case.row.address: one.stays for one in rows} == {kin: True, other: False}
    stayed = handing_over.hand_over(rows, inside.aunt_leung.id, inside.ms_yip.id, "", inside.aunt_leung.act(key="all"))
    assert [one.row.address for one in stayed] == [kin]
    assert opened(inside, inside.aunt_leung, kin) is not None and opened(inside, inside.aunt_leung, other) is None


@pytest.mark.both_databases
def test_two_who_hand_one_case_over_at_once_do_it_once(app, village):
    with app.app_context():
        address = with_two(village)
        grant(village.siu_ming, Role.MEDIATOR)
        db.session.commit()
        db.session.remove()
    told, both = [], threading.Barrier(2)

    def hand(taker) -> None:
        with app.app_context():
            rows = held(village, village.aunt_leung, village.aunt_leung, taker)
            both.wait(20)
            doing = village.aunt_leung.act(key=f"to-{taker.id}")
            told.append(len(handing_over.hand_over(rows, village.aunt_leung.id, taker.id, "", doing)))
            db.session.remove()

    threads = [threading.Thread(target=hand, args=(one,)) for one in (village.ms_yip, village.siu_ming)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    with app.app_context():
        assert sorted(told) == [0, 1]
        assert db.session.query(CaseEntry).filter_by(act=CaseAct.HAND_OVER).count() == 1
        reads = [who for who in (village.ms_yip, village.siu_ming) if opened(village, who, address)]
        assert len(reads) == 1 and opened(village, village.aunt_leung, address) is None
        db.session.remove()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("until", "back"),
    [
        (CaseState.ARCHIVED, CaseState.PERFORMED),
        (CaseState.CLOSED, CaseState.PERFORMED),
        (CaseState.TERMINATED, CaseState.MEDIATING),
        (CaseState.DECLINED, CaseState.APPLIED),
        (CaseState.ESCALATED, CaseState.MEDIATING),
    ],
)
def test_the_head_opens_a_case_again_and_it_stands_where_its_facts_put_it(inside, until, back):
    address = with_two(inside, until)
    reason = {"ground": "wrongly_ended", "reason": "结案时还有一笔没付。"}
    act(inside, address, inside.uncle_ho, CaseAct.REOPEN, reason)
    case = opened(inside, inside.uncle_ho, address)
    assert case.state is back and case.situation.closed_on is None and case.situation.ended_on is None
    if back is CaseState.PERFORMED:
        act(inside, address, inside.uncle_ho, CaseAct.TAKE_BACK, {"row": 2, "reason": "其实没付"})
        assert opened(inside, inside.uncle_ho, address).state is CaseState.PERFORMING


def test_what_a_party_ended_is_opened_again_by_the_party_alone(inside):
    address = with_two(inside, CaseState.WITHDRAWN)
    reason = {"ground": "wrongly_ended", "reason": "误记"}
    assert refused(inside, address, inside.uncle_ho, CaseAct.REOPEN, **reason) is Reason.CASE_OTHER_STATE
    act(inside, address, inside.uncle_ho, CaseAct.CLOSE, {"summary": "撤回", "prevented": None, "people": None})
    act(inside, address, inside.uncle_ho, CaseAct.REOPEN, reason)
    assert opened(inside, inside.uncle_ho, address).state is CaseState.WITHDRAWN


def test_a_mediator_does_not_open_a_case_again(inside):
    address = with_two(inside, CaseState.CLOSED)
    facts = {"ground": "other_reason", "reason": "想再看"}
    assert refused(inside, address, inside.aunt_leung, CaseAct.REOPEN, **facts) is Reason.CASE_OTHER_PART
