"""Two clerks at once on roll, offices and robot: neither gets a fault, and what each was told holds. On both databases."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.people import DepartureKind
from consult.domain.people.roles import Role
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
from consult.services.people import grants, rolls
from consult.services.people.grants import Term
from tests.faults.test_meetings_at_once import at_once, verified

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
ROUNDS = 5


def count_of(model, **same) -> int:
    return db.session.query(model).filter_by(**same).count()


def test_two_clerks_who_note_the_same_departure_at_once_note_one(app, village):
    with app.app_context():
        gone = [village.ah_kwok.id, village.uncle_ho.id, village.ah_fong.id]

    def note(person_id, who):
        return lambda: rolls.note_departure(person_id, DepartureKind.MOVED, who.act())

    for person_id in gone:
        at_once(app, *(note(person_id, who) for who in (village.old_chan, village.sister_chow, village.ms_yip)))
    with app.app_context():
        assert count_of(Departure) == count_of(AuditEntry, tag="person:departed") == len(gone)


def test_two_who_grant_and_end_one_office_at_once_do_each_once(app, village):
    today = clock.now().date()

    def give(term, who):
        return lambda: grants.grant(village.ah_kwok.row(), Role.SUPERVISOR, term, who.act()).id

    def end(grant_id, who):
        return lambda: grants.end(grant_id, who.act())

    with app.app_context():
        before = count_of(RoleGrant)
    for n in range(ROUNDS):
        term = Term(today + timedelta(days=n * 10), today + timedelta(days=n * 10 + 5))
        given = at_once(app, *(give(term, who) for who in (village.old_chan, village.sister_chow, village.ms_yip)))
        assert len(set(given)) == 1
        at_once(app, *(end(given[0], who) for who in (village.old_chan, village.sister_chow)))
    with app.app_context():
        assert count_of(RoleGrant) == before + ROUNDS
        assert count_of(AuditEntry, tag="role:ended") == ROUNDS


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
        today = clock.now().date()
        before = count_of(Person)
        staged = [
            rolls.stage(rolls.read_file(roll.encode(), "r.csv", today=today), "r.csv", who.act()).id
            for who in (village.ms_yip, village.old_chan)
        ]

    def confirm(staged_id, who):
        return lambda: rolls.confirm(db.session.get_one(RollImport, staged_id), None, who.act()) is not None

    assert at_once(app, confirm(staged[0], village.ms_yip), confirm(staged[1], village.old_chan)) == [True, True]
    with app.app_context():
        assert count_of(Person) == before + 2
        assert verified(village) == []
