"""Those who speak for a household by what the roll honestly became: the verification finds no fault in their votes."""

from datetime import date, timedelta

import pytest

from consult import clock
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.person_forms import Identity
from consult.domain.people.right_changes import RightKind
from consult.models import Person, RightChange, db
from consult.models.people import household_queries
from consult.services.core.acts import Act
from consult.services.people import rights
from consult.services.people.retention import forget_old
from consult.services.people.roll import rolls
from consult.services.site import touched_polls
from consult.services.site.verification import verify
from tests import hours
from tests.hours import today
from tests.rights import ask, by_two, confirm
from tests.rolls import answer_all
from tests.village import Cast, Who, a_poll, vote

pytestmark = pytest.mark.both_databases


def a_head_of_17(cast: Cast) -> Who:
    """A son who is head of Ah Fong's house and comes of age tomorrow; until then his father Ah Kwok speaks for it."""
    tomorrow = today() + timedelta(days=1)
    born = date(tomorrow.year - 18, tomorrow.month, tomorrow.day)
    son = Person(village_id=cast.id, household_id=cast.ah_fong.household_id, roll_position=99, name="陈小强", born=born)
    son.relation = HEAD_OF_HOUSEHOLD
    for parent in (cast.ah_fong.row(), cast.ah_kwok.row()):
        parent.relation = ""
    db.session.add(son)
    db.session.commit()
    assert household_queries.speaker(cast.ah_fong.household_id, on=today()) == cast.ah_kwok.id
    return Who(son.id, son.name, cast.ah_fong.household_id, "")


def grown(monkeypatch, cast: Cast) -> tuple[int, Who]:
    """A vote during which the head comes of age, and votes."""
    son = a_head_of_17(cast)
    poll = a_poll(cast, body="VA_house")
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(days=1)))
    vote(cast, poll, son, 1)
    assert list(verify(cast.row())) == []
    return poll, son


def test_a_head_who_came_of_age_speaks_on_when_the_father_who_spoke_before_is_dead(inside, monkeypatch):
    grown(monkeypatch, inside)
    by_two(inside, kind=RightKind.DEPARTURE, person_id=inside.ah_kwok.id, departure=DepartureKind.DECEASED)
    db.session.expire_all()
    assert list(verify(inside.row())) == []


def test_the_vote_of_a_head_who_came_of_age_stays_good_when_only_the_year_of_birth_is_kept(inside, monkeypatch):
    _, son = grown(monkeypatch, inside)
    by_two(inside, kind=RightKind.DEPARTURE, person_id=son.id, departure=DepartureKind.MOVED)
    forget_old(now=clock.now() + timedelta(days=365 * 30))
    db.session.expire_all()
    assert son.row().born.day == 1 and list(verify(inside.row())) == []


def test_a_head_who_came_of_age_speaks_on_when_the_day_of_birth_is_corrected_while_the_vote_runs(inside, monkeypatch):
    _, son = grown(monkeypatch, inside)
    earlier = Identity(son.name, son.row().born - timedelta(days=90))
    by_two(inside, kind=RightKind.CORRECTED, person_id=son.id, identity=earlier)
    assert list(verify(inside.row())) == []
    rights.apply_due(now=clock.now() + timedelta(hours=25))
    db.session.expire_all()
    assert son.row().born == earlier.born and list(verify(inside.row())) == []


def test_the_vote_of_a_head_who_came_of_age_stays_good_when_the_day_of_birth_is_corrected_later(inside, monkeypatch):
    _, son = grown(monkeypatch, inside)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(days=9)))
    earlier = Identity(son.name, son.row().born - timedelta(days=90))
    by_two(inside, kind=RightKind.CORRECTED, person_id=son.id, identity=earlier)
    rights.apply_due(now=clock.now() + timedelta(hours=25))
    db.session.expire_all()
    assert son.row().born == earlier.born and list(verify(inside.row())) == []


def test_whom_a_roll_of_the_operator_makes_head_while_a_vote_runs_votes_without_fault(inside):
    poll = a_poll(inside, body="VA_house")
    rows = ((inside.ah_fong, "妻"), (inside.ah_kwok, HEAD_OF_HOUSEHOLD))
    lines = [f"上围,01-001,{who.name},{relation},{who.row().born.isoformat()}\n" for who, relation in rows]
    reading = rolls.read_file(("组,户号,姓名,与户主关系,出生日期\n" + "".join(lines)).encode(), "r.csv", today=today())
    assert reading.problems == ()
    act = Act.by_system(inside.id, now=clock.now())
    staged = rolls.stage(reading, "r.csv", act)
    answer_all(staged, act)
    rolls.confirm(staged, None, act)
    db.session.expire_all()
    assert household_queries.speaker(inside.ah_fong.household_id, on=today()) == inside.ah_kwok.id
    assert list(verify(inside.row())) == []
    vote(inside, poll, inside.ah_kwok, 1)
    assert list(verify(inside.row())) == []


def test_who_speaks_after_a_death_noted_by_a_clock_that_ran_ahead_of_a_vote_is_no_fault(inside, monkeypatch):
    poll = a_poll(inside, body="VA_house")
    change = ask(inside, kind=RightKind.DEPARTURE, person_id=inside.ah_fong.id, departure=DepartureKind.DECEASED)
    inside.row().clock_trusted_at = clock.now()
    db.session.commit()
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(days=9)))
    touched = touched_polls.of_changes(inside.id, [db.session.get_one(RightChange, change)], now=clock.now())
    assert [one.poll_id for one in touched[change]] == [poll], "the officer who confirms reads the same"
    confirm(inside, change, inside.ah_fong.id)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(0)))
    db.session.expire_all()
    assert household_queries.speaker(inside.ah_fong.household_id, on=today()) == inside.ah_kwok.id
    assert list(verify(inside.row())) == []
    vote(inside, poll, inside.ah_kwok, 1)
    assert list(verify(inside.row())) == []
