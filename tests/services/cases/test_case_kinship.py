"""A mediator said to be related to a party: whose word keeps them out, whose is a hint, and that nothing lets them back in."""

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.roles import Role
from consult.models import Notification, db
from consult.services.cases import case_notifications
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened, row_of
from tests.services.cases.test_case_membership import ACCEPT, NOBODY


def related(mediator, party: int = 2) -> dict:
    return {"mediator": mediator.id, "mediator_name": mediator.name, "party": party, "relation": "表兄弟"}


@pytest.fixture
def office(inside):
    """Ms Yip is head, Uncle Ho mediates beside Aunt Leung."""
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    grant(inside.uncle_ho, Role.MEDIATOR)
    return inside


def told(cast, address: str) -> set[int]:
    return case_notifications.desk_of(row_of(cast, address), on=villages.local_day(cast.row(), clock.now()))


@pytest.mark.both_databases
def test_whom_the_head_says_to_be_related_keeps_out_but_while_knowingly_named_and_is_out_again_when_replaced(office):
    address = a_case(office)
    assert opened(office, office.uncle_ho, address).part is CaseRole.MEDIATOR
    act(office, address, office.ms_yip, CaseAct.DECLARE_KINSHIP, related(office.uncle_ho))
    assert opened(office, office.uncle_ho, address) is None
    read = opened(office, office.ah_fong, address).entries[-1]
    assert read.act is CaseAct.DECLARE_KINSHIP and read.facts["relation"] == "表兄弟", "the desk discloses it to all"
    act(office, address, office.aunt_leung, CaseAct.ACCEPT, ACCEPT)
    act(
        office,
        address,
        office.ms_yip,
        CaseAct.ASSIGN,
        {"mediators": [office.uncle_ho.id], "reason": "双方都要他", "despite": True},
    )
    assert opened(office, office.uncle_ho, address).part is CaseRole.MEDIATOR
    act(
        office,
        address,
        office.ms_yip,
        CaseAct.ASSIGN,
        {"mediators": [office.aunt_leung.id], "reason": "换人"},
        key="anew",
    )
    assert opened(office, office.uncle_ho, address) is None and office.uncle_ho.id not in told(office, address)


def test_a_stand_in_who_was_replaced_for_kinship_or_by_the_own_word_reads_no_more_as_head(inside):
    grant(inside.uncle_ho, Role.MEDIATOR)
    for key, step, facts in (
        ("1", CaseAct.DECLARE_KINSHIP, related(inside.uncle_ho)),
        ("2", CaseAct.RECUSE, {"reason": "相熟"}),
    ):
        address = a_case(inside, key=key)
        act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, ACCEPT)
        act(inside, address, inside.uncle_ho, step, facts)
        assert opened(inside, inside.uncle_ho, address) is None
        act(
            inside,
            address,
            inside.aunt_leung,
            CaseAct.ASSIGN,
            {"mediators": [inside.uncle_ho.id], "reason": "没有别人", "despite": True},
        )
        assert opened(inside, inside.uncle_ho, address) is not None
        act(
            inside,
            address,
            inside.aunt_leung,
            CaseAct.ASSIGN,
            {"mediators": [inside.aunt_leung.id], "reason": "换人"},
            key="anew",
        )
        assert opened(inside, inside.uncle_ho, address) is None and told(inside, address) == {inside.aunt_leung.id}


def test_no_mediator_shuts_out_the_head_or_a_colleague_by_a_word(office):
    address = a_case(office)
    for who in (office.ms_yip, office.aunt_leung):
        act(office, address, office.uncle_ho, CaseAct.DECLARE_KINSHIP, related(who), key=f"{who.id}")
    assert opened(office, office.ms_yip, address).part is CaseRole.HEAD
    assert opened(office, office.aunt_leung, address).part is CaseRole.MEDIATOR
    assert [one.by_desk for one in opened(office, office.ms_yip, address).situation.kin_of(office.ms_yip.id)] == [True]


def test_a_partys_word_that_a_mediator_is_related_is_a_hint_to_the_desk_and_keeps_nobody_out(inside):
    grant(inside.uncle_ho, Role.MEDIATOR)
    address = a_case(inside, CaseState.ACCEPTED)
    act(inside, address, inside.ah_fong, CaseAct.DECLARE_KINSHIP, related(inside.uncle_ho))
    s = opened(inside, inside.aunt_leung, address).situation
    assert [one.relation for one in s.kin_of(inside.uncle_ho.id)] == ["表兄弟"]
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.HEAD
    assert opened(inside, inside.old_chan, address).situation.kinships == (), "the other side does not read it"


def test_a_mediator_comes_back_when_the_relative_is_taken_out_and_not_when_put_in_anew(office):
    address = a_case(office, CaseState.ACCEPTED)
    more = {"side": "respondent", "name": office.ah_keung.name, "code": "01-003", **NOBODY}
    act(office, address, office.aunt_leung, CaseAct.ADD_PARTY, more)
    act(office, address, office.uncle_ho, CaseAct.DECLARE_KINSHIP, related(office.uncle_ho, 3))
    assert opened(office, office.uncle_ho, address) is None
    act(office, address, office.aunt_leung, CaseAct.REMOVE_PARTY, {"member": 3, "reason": "弄错了"})
    assert opened(office, office.uncle_ho, address).part is CaseRole.MEDIATOR
    act(office, address, office.aunt_leung, CaseAct.ADD_PARTY, {**more, "side": "applicant"}, key="anew")
    assert opened(office, office.uncle_ho, address) is None


@pytest.mark.both_databases
def test_when_the_last_mediator_turns_out_to_be_related_the_town_gets_the_case_is_told_and_may_take_it_up(inside):
    grant(inside.uncle_ho, Role.JUSTICE_OFFICE)
    address = a_case(inside)
    assert opened(inside, inside.uncle_ho, address) is None
    act(inside, address, inside.aunt_leung, CaseAct.DECLARE_KINSHIP, related(inside.aunt_leung))
    assert opened(inside, inside.aunt_leung, address) is None
    assert opened(inside, inside.uncle_ho, address).part is CaseRole.JUSTICE_OFFICE
    assert db.session.query(Notification).filter_by(person_id=inside.uncle_ho.id).count() == 1
    up = {"level": "town", "office": "镇司法所", "reason": "村里没有人可以调"}
    act(inside, address, inside.uncle_ho, CaseAct.ESCALATE, up)
    assert row_of(inside, address).state == "escalated"
