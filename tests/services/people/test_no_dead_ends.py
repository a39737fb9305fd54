"""What waits for a second person ends in a state that somebody can leave, and no half of it decides who votes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.own_data import RequestKind
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.roles import Role
from consult.domain.people.roll.sheets import Noted
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason
from consult.models import Household, HouseholdCard, Person, Poll, RightChange, RightStep, db
from consult.models.people import right_queries
from consult.services.core import transactions
from consult.services.people import cards, data_requests, departures, rights, ways_in
from consult.services.people.rights import WantedRight
from consult.services.people.roll import rolls
from consult.services.polls import poll_changes
from tests.rights import by_two
from tests.services.people.test_who_votes import DAY, HEAD, NEW, all_by_two, heads, line, speaker, take_in, why
from tests.village import Cast, a_poll

NOW = clock.now


def born(years: int, days: int = 0) -> str:
    """The date of birth of somebody who is so many years old in about so many days."""
    return (NOW().date() + timedelta(days=days - int(years * 365.2425))).isoformat()


def named(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def state(change: RightChange) -> set[RightStepKind]:
    return set(right_queries.steps_of([change.id])[change.id])


# dates of birth


@pytest.mark.both_databases
@pytest.mark.parametrize(("first", "then"), [((15, -20), (18, 5)), ((15, -20), (16, -40)), ((10, -20), (17, -20))])
def test_a_child_who_asked_nothing_is_not_made_nearly_of_age_by_the_next_roll(inside, first, then):
    a_poll(inside)
    child = "上围,01-001,新孩子,女儿,{},\n"
    assert take_in(inside, child.format(born(*first))) == []
    assert why(lambda: take_in(inside, child.format(born(*then)))) is Reason.NOT_BY_ONE_ROLL


def test_a_small_childs_wrong_date_of_birth_is_still_clerk_work(inside):
    take_in(inside, f"上围,01-001,小宝,女儿,{born(9, -20)},\n")
    take_in(inside, f"上围,01-001,小宝,女儿,{born(8, -20)},\n")
    assert named("小宝").born.isoformat() == born(8, -20)


# erasure


@pytest.mark.both_databases
def test_after_an_erasure_no_number_is_a_first_one_also_for_who_never_had_one(inside):
    fong = inside.ah_fong
    with transactions.writing():
        fong.row().phone_cipher = fong.row().phone_mark = fong.row().number_since = None
    assert ways_in.is_first(fong.row())
    erase(inside)
    assert not ways_in.is_first(fong.row())


def test_an_erasure_takes_also_the_further_card_that_its_person_has_not_claimed(inside):
    change = by_two(inside, now=NOW(), at_desk=True, kind=RightKind.FURTHER_CARD, person_id=inside.ah_fong.id)
    rights.apply_due(now=NOW() + DAY)
    card = db.session.scalars(
        select(RightStep.card_id).where(RightStep.change_id == change, RightStep.card_id > 0)
    ).one()
    erase(inside)
    assert db.session.get_one(HouseholdCard, card, populate_existing=True).withdrawn_at is not None
    assert not cards.of_household(inside.ah_fong.household_id)


def test_nobody_of_the_house_stops_the_erasure_of_somebody_who_left_it(inside):
    asked = data_requests.ask(RequestKind.ERASURE, "", inside.ah_fong.act(key="e"))
    with transactions.writing():
        departures.note(inside.ah_fong.row(), DepartureKind.MOVED, inside.ms_yip.act())
    assert why(lambda: rights.stop_erasure(asked, inside.ah_kwok.act())) is Reason.NOT_YOUR_HOUSE
    rights.grant_erasure(asked, "好", Role.CLERK, inside.ms_yip.act())
    change = right_queries.erasure_waiting(inside.ah_fong.id)
    assert change is not None
    assert why(lambda: rights.stop(change.id, inside.ah_kwok.act())) is Reason.NOT_YOUR_HOUSE
    all_by_two(inside, [change])
    assert state(change) >= {RightStepKind.APPLIED} and inside.ah_fong.row().phone_mark is None


def erase(cast: Cast) -> None:
    asked = data_requests.ask(RequestKind.ERASURE, "", cast.ah_fong.act(key="erase"))
    rights.grant_erasure(asked, "好", Role.CLERK, cast.ms_yip.act())
    change = right_queries.erasure_waiting(cast.ah_fong.id)
    assert change is not None
    all_by_two(cast, [change])


# people who wait to join


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["stop", "drop", "lapse"])
def test_where_a_new_head_does_not_come_the_old_one_stays_head(inside, how):
    a_poll(inside)
    changes = take_in(inside, line(inside.ah_fong, "配偶"), "上围,01-001,新户主,户主,1950-01-01,\n")
    joined = next(one for one in changes if one.kind is RightKind.JOINED)
    if how == "stop":
        rights.stop(joined.id, inside.ah_kwok.act())
    if how == "drop":
        rights.drop(joined.id, Role.SUPERVISOR, inside.uncle_ho.act())
    if how == "lapse":
        for other in [one for one in changes if one.kind is not RightKind.JOINED]:
            rights.confirm(other.id, Role.SUPERVISOR, inside.uncle_ho.act())
    rights.apply_due(now=NOW() + (15 if how == "lapse" else 1) * DAY)
    db.session.expire_all()
    for change in changes:
        if how != "lapse" and not state(change):
            rights.confirm(change.id, Role.SUPERVISOR, inside.uncle_ho.act())
    rights.apply_due(now=NOW() + 2 * DAY)
    db.session.expire_all()
    assert heads(inside) == {inside.ah_fong.name} and speaker(inside) == inside.ah_fong.id


def test_a_head_stays_until_the_one_who_comes_back_as_head_counts(inside):
    a_poll(inside)
    with transactions.writing():
        departures.note(inside.ah_kwok.row(), DepartureKind.MOVED, inside.ms_yip.act())
    rows = line(inside.ah_fong, "配偶"), line(inside.ah_kwok, HEAD_OF_HOUSEHOLD)
    changes = take_in(inside, *rows)
    assert [change.kind for change in changes] == [RightKind.JOINED]
    all_by_two(inside, changes)
    assert heads(inside) == {inside.ah_fong.name}
    all_by_two(inside, take_in(inside, *rows)[1:])
    assert heads(inside) == {inside.ah_kwok.name}


def test_what_is_left_out_of_a_roll_is_said_before_it_is_taken_in(inside):
    a_poll(inside)
    head = "村民小组,户号,姓名,与户主关系,出生日期,村内职务\n"
    rows = "下围,02-003,新丈夫,配偶,1985-01-01,\n上围,09-009,新来人,户主,1980-01-01,调解员\n"
    reading = rolls.read_file((head + rows).encode(), "r.csv", today=NOW().date())
    assert reading.problems == ()
    staged = rolls.stage(reading, "r.csv", inside.ms_yip.act())
    left = rolls.left_out(rolls.preview(staged), inside.ms_yip.row(), on=NOW().date())
    assert left.own == ["新丈夫"] and [row.name for row in left.without_office] == ["新来人"]


def test_a_newcomer_whom_nobody_confirmed_is_not_said_to_have_moved_or_died(inside):
    a_poll(inside)
    take_in(inside, NEW)
    seen = rolls.preview(
        rolls.stage(rolls.read_file((HEAD + NEW).encode(), "r.csv", today=NOW().date()), "r", inside.ms_yip.act())
    )
    assert [note.noted for note in seen.notes] == [Noted.AWAITED]


def test_who_waits_to_join_is_not_noted_as_gone_and_told_so(inside):
    a_poll(inside)
    take_in(inside, NEW)
    new = named("新来人")
    gone = WantedRight(kind=RightKind.DEPARTURE, person_id=new.id, departure=DepartureKind.MOVED)
    assert why(lambda: rights.ask(gone, "clerk", inside.ms_yip.act())) is Reason.NOT_ON_ROLL_HERE


@pytest.mark.both_databases
def test_a_house_without_adults_changes_its_group_by_two_too(inside):
    with transactions.writing():
        departures.note(inside.old_chan.row(), DepartureKind.DECEASED, inside.ms_yip.act())
    (change,) = take_in(inside, line(inside.siu_ming, "孙子", code="01-002", group="下围"))
    assert change.kind is RightKind.GROUP_CHANGED and change.person_id == inside.siu_ming.id
    all_by_two(inside, [change])
    assert db.session.get_one(Household, inside.old_chan.household_id).group_id == inside.lower_group


# the two, and whom it concerns


def test_neither_of_the_two_adds_their_own_house_to_the_roll_of_a_vote(inside):
    with transactions.writing():
        departures.note(inside.uncle_ho.row(), DepartureKind.MOVED, inside.ms_yip.act())
    poll = db.session.get_one(Poll, a_poll(inside))
    with transactions.writing():
        departures.end(inside.uncle_ho.row(), inside.ms_yip.act())
    wanted = ChangeRequest(ChangeKind.ADDITION, "漏了", None, inside.uncle_ho.id)
    mine = lambda: poll_changes.ask(poll, wanted, "supervisor", inside.uncle_ho.act(key="a"))  # noqa: E731
    assert why(mine) is Reason.OWN_RIGHT
    change = poll_changes.ask(poll, wanted, "committee_member", inside.old_chan.act(key="b"))
    assert why(lambda: poll_changes.confirm(change, "supervisor", inside.uncle_ho.act())) is Reason.OWN_RIGHT


@pytest.mark.both_databases
def test_two_of_one_house_are_not_two_persons(inside):
    with transactions.writing():
        inside.uncle_ho.row().household_id = inside.ms_yip.household_id
    change = rights.ask(
        WantedRight(kind=RightKind.NUMBER_CHANGED, person_id=inside.ah_fong.id, number="13900000099"),
        "clerk",
        inside.ms_yip.act(),
    )
    assert change is not None
    assert why(lambda: rights.confirm(change.id, "supervisor", inside.uncle_ho.act())) is Reason.SAME_HOUSE
    rights.confirm(change.id, "committee_member", inside.old_chan.act())


def test_two_officers_of_two_houses_with_one_number_are_not_two_persons(inside):
    with transactions.writing():
        inside.uncle_ho.row().phone_mark = inside.ms_yip.row().phone_mark
    change = rights.ask(
        WantedRight(kind=RightKind.NUMBER_CHANGED, person_id=inside.ah_fong.id, number="13900000099"),
        "clerk",
        inside.ms_yip.act(),
    )
    assert change is not None
    assert why(lambda: rights.confirm(change.id, "supervisor", inside.uncle_ho.act())) is Reason.SAME_HOUSE
    rights.confirm(change.id, "committee_member", inside.old_chan.act())
