"""Two clerks at once on roll, offices and robot: neither gets a fault, and what each was told holds. On both databases."""

from datetime import timedelta

import pytest

from consult.domain.people.office_terms import Term
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.models import (
    AuditEntry,
    Departure,
    GroupRobot,
    Person,
    RoleGrant,
    RollImport,
    db,
)
from consult.services.messages import group_robots
from consult.services.people import rights, ways_in
from consult.services.people.rights import WantedRight
from consult.services.people.roll import rolls
from tests.faults.test_meetings_at_once import at_once, verified
from tests.hours import today
from tests.rolls import answer_all

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
ROUNDS = 5


def count_of(model, **same) -> int:
    return db.session.query(model).filter_by(**same).count()


def asks(wanted, who, office):
    return lambda: getattr(rights.ask(wanted, office, who.act()), "id", None)


def confirms(change_id, who, office):
    return lambda: rights.confirm(change_id, office, who.act())


def test_two_officers_who_note_the_same_departure_at_once_note_one(app, village):
    """Both ask, and one change waits; both confirm, and the one who asked is refused."""
    gone = [village.ah_kwok.id, village.uncle_ho.id, village.ah_fong.id]
    both = ((village.old_chan, "committee_member"), (village.ms_yip, "clerk"))
    for person_id in gone:
        wanted = WantedRight(kind=RightKind.DEPARTURE, person_id=person_id, departure=DepartureKind.MOVED)
        asked = at_once(app, *(asks(wanted, *officer) for officer in both))
        assert len(set(asked)) == 1
        told = at_once(app, *(confirms(asked[0], *officer) for officer in both))
        assert None in told
        assert set(told) <= {None, Reason.SAME_PERSON}
    with app.app_context():
        assert count_of(Departure) == count_of(AuditEntry, tag="person:departed") == len(gone)
        assert verified(village) == []


def test_officers_who_give_and_end_one_office_at_once_do_each_once(app, village):
    askers = ((village.old_chan, "committee_member"), (village.ms_yip, "clerk"), (village.uncle_ho, "supervisor"))
    with app.app_context():
        before = count_of(RoleGrant)
    for n in range(ROUNDS):
        term = Term(today(timedelta(days=n * 10)), today(timedelta(days=n * 10 + 5)))
        office = {"person_id": village.ah_kwok.id, "role": Role.MEDIATOR}
        given = WantedRight(kind=RightKind.OFFICE_GIVEN, term=term, **office)
        asked = at_once(app, *(asks(given, *officer) for officer in askers))
        assert len(set(asked)) == 1
        told = at_once(app, *(confirms(asked[0], *officer) for officer in askers))
        assert None in told
        assert set(told) <= {None, Reason.SAME_PERSON}
        with app.app_context():
            grant = db.session.query(RoleGrant).filter_by(person_id=village.ah_kwok.id, ended_at=None).one().id
        ended = WantedRight(kind=RightKind.OFFICE_ENDED, grant_id=grant, **office)
        asked = at_once(app, *(asks(ended, *officer) for officer in askers))
        at_once(app, *(confirms(asked[0], *officer) for officer in askers))
    with app.app_context():
        assert count_of(RoleGrant) == before + ROUNDS
        assert count_of(AuditEntry, tag="role:ended") == ROUNDS
        assert verified(village) == []


def test_the_house_that_says_no_while_the_second_officer_confirms_is_heard(app, village):
    """Whichever comes first: the number is not the new one afterwards."""
    for n in range(ROUNDS):
        wanted = WantedRight(
            kind=RightKind.NUMBER_CHANGED,
            person_id=village.ah_fong.id,
            number=f"139000001{n:02}",
            present_id=village.ah_kwok.id,
        )
        with app.app_context():
            change = rights.ask(wanted, "clerk", village.ms_yip.act()).id
        at_once(
            app,
            lambda change=change: rights.confirm(change, "supervisor", village.uncle_ho.act(), at_desk=True),
            lambda change=change: rights.stop(change, village.ah_kwok.act()),
        )
        with app.app_context():
            assert ways_in.number_of(village.ah_fong.row()) in ("", village.ah_fong.phone)
    with app.app_context():
        assert verified(village) == []


def test_two_officers_who_set_the_robot_at_once_set_one(app, village):
    address = "https://oapi.dingtalk.com/robot/send?access_token=a"

    def set_one(who):
        return lambda: group_robots.set_robot("dingtalk", address, "", who.act())

    for _ in range(ROUNDS):
        at_once(app, set_one(village.old_chan), set_one(village.sister_chow), set_one(village.ms_yip))
        with app.app_context():
            assert count_of(GroupRobot) == 1
        at_once(app, *(lambda who=who: group_robots.remove(who.act()) for who in (village.old_chan, village.ms_yip)))
        with app.app_context():
            assert count_of(GroupRobot) == 0


def test_two_clerks_who_take_in_one_roll_twice_at_once_add_nobody_twice(app, village):
    roll = "小组,户号,姓名,与户主关系,性别,出生日期,电话\n新一组,9001,甲一,户主,男,1970-01-02,\n新一组,9002,甲二,户主,女,1971-01-02,\n"
    with app.app_context():
        before = count_of(Person)
        staged = [
            rolls.stage(rolls.read_file(roll.encode(), "r.csv", today=today()), "r.csv", who.act())
            for who in (village.ms_yip, village.old_chan)
        ]
        for one in staged:
            answer_all(one, village.ms_yip.act(), group_name="written")
        staged = [one.id for one in staged]

    def confirm(staged_id, who):
        return lambda: rolls.confirm(db.session.get_one(RollImport, staged_id), None, who.act()) is not None

    assert at_once(app, confirm(staged[0], village.ms_yip), confirm(staged[1], village.old_chan)) == [True, True]
    with app.app_context():
        assert count_of(Person) == before + 2
        assert verified(village) == []
