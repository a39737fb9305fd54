"""Who speaks for a household: one answer, on every page and in every ballot, also when the roll changes during a vote."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.person_forms import Identity
from consult.domain.people.right_changes import TOUCHES_A_HOUSE, RightKind
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Household, Notification, Person, Poll, RightChange, db
from consult.models.meetings import check_in_queries
from consult.models.people import household_queries
from consult.models.polls import channel_queries, poll_queries, voter_queries
from consult.services.people import representatives, rights
from consult.services.polls import closing, poll_states, roll_units
from consult.services.site import touched_polls
from consult.services.site.touched_polls import Touch
from tests.hours import today
from tests.meetings import a_called_meeting
from tests.rights import ask, by_two
from tests.village import Cast, Who, a_poll, close, help_to_vote, vote

DAY = timedelta(hours=24)


def depart(cast: Cast, who: Who, kind: DepartureKind = DepartureKind.DECEASED) -> int:
    """Two officers note it, so that it holds at once."""
    change = by_two(cast, kind=RightKind.DEPARTURE, person_id=who.id, departure=kind)
    db.session.expire_all()
    return change


def answers(cast: Cast, poll_id: int, who: Who) -> set[int | None]:
    """What every door answers to: who speaks for the household of somebody?"""
    house, poll = db.session.get_one(Household, who.household_id), db.session.get_one(Poll, poll_id)
    adults = representatives.adults_of(house.id, on=today())
    unit = roll_units.unit_of_person(poll_states.frozen_of(poll), adults[0].id, on=today())
    assert unit is not None
    listed = next(one for one in channel_queries.voter_list(poll_id, on=today()) if one.unit == f"household:{house.id}")
    waits = {
        one.id
        for one in adults
        if any(row.id == poll_id for row in poll_queries.polls_waiting_for(one, now=clock.now(), on=today()))
    }
    told = voter_queries.speakers(poll, on=today()) & {one.id for one in adults}
    return {
        representatives.speaker_of(house, adults),
        household_queries.speaker(house.id, on=today()),
        unit.speaker_id,
        listed.person_id,
        *waits,
        *told,
    }


def refusal(act) -> Reason | None:
    try:
        act()
    except Refused as found:
        return found.reason
    return None


@pytest.mark.both_databases
def test_one_answer_before_and_after_the_voter_of_the_frozen_roll_died(inside):
    poll = a_poll(inside, body="VA_house")
    assert answers(inside, poll, inside.ah_fong) == {inside.ah_fong.id}
    depart(inside, inside.ah_fong)
    assert answers(inside, poll, inside.ah_fong) == {inside.ah_kwok.id}
    vote(inside, poll, inside.ah_kwok, 1)
    assert closing.count(db.session.get_one(Poll, poll)).counts == (1, 0, 0)


def test_one_answer_when_the_chosen_one_moved_away(inside):
    representatives.choose(inside.ah_kwok.id, inside.ah_fong.act(), on=today())
    poll = a_poll(inside, body="VA_house")
    assert answers(inside, poll, inside.ah_fong) == {inside.ah_kwok.id}
    depart(inside, inside.ah_kwok, DepartureKind.MOVED)
    assert answers(inside, poll, inside.ah_fong) == {inside.ah_fong.id}


def test_one_answer_when_the_head_lives_in_another_house_now(inside):
    poll = a_poll(inside, body="VA_house")
    there = inside.ah_keung.household_id
    by_two(inside, kind=RightKind.HOUSE_CHANGED, person_id=inside.ah_fong.id, household_id=there)
    rights.apply_due(now=clock.now() + DAY + timedelta(minutes=1))
    db.session.expire_all()
    assert answers(inside, poll, inside.ah_kwok) == {inside.ah_kwok.id}
    assert inside.ah_fong.id not in answers(inside, poll, inside.ah_keung) or inside.ah_fong.row().born.year < 1980
    vote(inside, poll, inside.ah_kwok, 1)


def test_one_answer_when_another_is_head_now(inside):
    poll = a_poll(inside, body="VA_house")
    for who, relation in ((inside.ah_fong, "配偶"), (inside.ah_kwok, HEAD_OF_HOUSEHOLD)):
        by_two(inside, kind=RightKind.HEAD_CHANGED, person_id=who.id, relation=relation)
    rights.apply_due(now=clock.now() + DAY + timedelta(minutes=1))
    db.session.expire_all()
    assert answers(inside, poll, inside.ah_fong) == {inside.ah_kwok.id}


def of_each_kind(cast: Cast) -> dict[RightKind, int]:
    """Changes that wait, one of each kind after which somebody else may speak for Ah Fong's house; their ids."""
    for one in (cast.ah_fong.row(), cast.ah_kwok.row()):
        one.relation = "家人"
    db.session.commit()
    speaks, other = household_queries.speaker(cast.ah_fong.household_id, on=today()), cast.ah_kwok
    whose = cast.ah_fong if speaks == cast.ah_fong.id else cast.ah_kwok
    other = cast.ah_kwok if whose is cast.ah_fong else cast.ah_fong
    elder = Identity(other.row().name, whose.row().born - timedelta(days=400))
    there = cast.ah_keung.household_id
    return {
        RightKind.DEPARTURE: ask(cast, kind=RightKind.DEPARTURE, person_id=whose.id, departure=DepartureKind.DECEASED),
        RightKind.HOUSE_CHANGED: ask(cast, kind=RightKind.HOUSE_CHANGED, person_id=whose.id, household_id=there),
        RightKind.HEAD_CHANGED: ask(cast, kind=RightKind.HEAD_CHANGED, person_id=other.id, relation=HEAD_OF_HOUSEHOLD),
        RightKind.CORRECTED: ask(cast, kind=RightKind.CORRECTED, person_id=other.id, identity=elder),
    }


def test_before_the_second_officer_confirms_the_page_names_the_votes_that_each_kind_of_change_touches(inside):
    a_poll(inside, body="VA_house")
    changes = of_each_kind(inside)
    assert changes.keys() == TOUCHES_A_HOUSE - {RightKind.JOINED}
    for kind, change_id in changes.items():
        found = touched_polls.of_change(db.session.get_one(RightChange, change_id), now=clock.now())
        assert Touch.SPEAKER_CHANGES in {one.touch for one in found}, kind


def test_after_a_death_the_house_names_another_and_that_one_votes(inside):
    born = inside.ah_kwok.row().born
    son = Person(
        village_id=inside.id, household_id=inside.ah_fong.household_id, roll_position=99, name="陈小强", relation="儿子"
    )
    son.born = born.replace(year=2000)
    db.session.add(son)
    db.session.commit()
    poll = a_poll(inside, body="VA_house")
    depart(inside, inside.ah_fong)
    representatives.choose(son.id, inside.ah_kwok.act(), on=today())
    assert answers(inside, poll, inside.ah_kwok) == {son.id}
    assert refusal(lambda: vote(inside, poll, inside.ah_kwok, 1)) is Reason.NOT_REPRESENTATIVE
    vote(inside, poll, Who(son.id, son.name, son.household_id, ""), 2)


def test_the_ballot_of_somebody_who_died_afterwards_stays_and_nobody_changes_it(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    depart(inside, inside.ah_fong)
    assert refusal(lambda: vote(inside, poll, inside.ah_kwok, 2)) is Reason.HOUSEHOLD_HAS_VOTED
    close(at=clock.now() + timedelta(days=30))
    tally = closing.tally_of(db.session.get_one(Poll, poll))
    assert tally is not None and tally.counts[0] == 1


def test_a_helper_votes_for_nobody_who_died_and_for_the_house_with_who_speaks_now(inside):
    houses, people = a_poll(inside, body="VA_house"), a_poll(inside, key="2")
    depart(inside, inside.ah_fong)
    helped = {"helper": inside.aunt_leung, "witness": inside.uncle_ho}
    assert refusal(lambda: help_to_vote(inside, people, inside.ah_fong, 1, **helped)) is Reason.VOTER_LEFT
    help_to_vote(inside, houses, inside.ah_fong, 1, **helped)
    entry = channel_queries.voter_list(houses, on=today())[0]
    assert (entry.person_id, entry.channel) == (inside.ah_kwok.id, Channel.ASSISTED)
    gone = next(one for one in channel_queries.voter_list(people, on=today()) if one.person_id == inside.ah_fong.id)
    assert gone.left


def test_a_house_without_adults_keeps_its_place_and_nobody_votes_for_it(inside):
    poll = a_poll(inside, body="VA_house")
    depart(inside, inside.ah_keung)
    listed = next(
        one
        for one in channel_queries.voter_list(poll, on=today())
        if one.unit == f"household:{inside.ah_keung.household_id}"
    )
    assert listed.left and listed.name == inside.ah_keung.name
    helped = {"helper": inside.aunt_leung, "witness": inside.uncle_ho}
    voted = lambda: help_to_vote(inside, poll, inside.ah_keung, 1, **helped)  # noqa: E731
    assert refusal(voted) is Reason.NO_ADULT_IN_HOUSEHOLD
    size = poll_states.roll_size(db.session.get_one(Poll, poll))
    depart(inside, inside.ah_fong)
    assert poll_states.roll_size(db.session.get_one(Poll, poll)) == size


# what is told


def touches(poll_id: int) -> list[str]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "poll:touched").order_by(AuditEntry.number))
    return [row.facts for row in rows if row.subject == f"poll:{poll_id}"]


def told(who: Who, kind: str) -> int:
    lines = db.session.scalars(select(Notification).where(Notification.person_id == who.id))
    return sum(line.facts.get("kind") == kind for line in lines)


@pytest.mark.both_databases
def test_a_death_is_shown_before_it_is_confirmed_and_told_to_each_vote_that_runs(inside):
    houses, people = a_poll(inside, body="VA_house"), a_poll(inside, key="2")
    seen = touched_polls.of_departure(inside.ah_fong.row(), now=clock.now())
    assert {(one.poll_id, one.touch.value, one.speaker) for one in seen} == {
        (houses, "speaker_changes", inside.ah_kwok.name),
        (people, "voter_leaves", ""),
    }
    assert not touched_polls.of_departure(inside.ah_fong.row(), now=clock.now() + timedelta(days=60))
    assert not touches(houses)
    depart(inside, inside.ah_fong)
    assert '"touch":"speaker_changes"' in touches(houses)[0]
    assert '"touch":"voter_leaves"' in touches(people)[0]
    assert told(inside.ah_kwok, "speaker_now") == 1
    assert told(inside.sister_chow, "roll_touched") == 2
    assert told(inside.aunt_leung, "roll_touched") == 0


def test_what_a_vote_is_told_says_nothing_of_who_has_voted(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    change = depart(inside, inside.ah_fong)
    assert touches(poll) == [f'{{"change":{change},"number":1,"touch":"speaker_changes"}}']


def test_a_change_that_waits_shows_whom_it_would_make_the_speaker(inside):
    poll = a_poll(inside, body="VA_house")
    change = ask(
        inside,
        kind=RightKind.HOUSE_CHANGED,
        person_id=inside.ah_fong.id,
        household_id=inside.aunt_leung.household_id,
    )
    seen = touched_polls.of_change(db.session.get_one(RightChange, change), now=clock.now())
    assert [(one.poll_id, one.speaker) for one in seen] == [(poll, inside.ah_kwok.name)]


def test_the_check_in_list_the_answers_and_the_call_name_who_speaks_now(inside):
    meeting, _ = a_called_meeting(inside, body="VA_house")
    depart(inside, inside.ah_fong)
    house = inside.ah_fong.household_id
    named = {one.household_id: one.name for one in check_in_queries.roll(meeting, on=today())}
    assert named[house] == inside.ah_kwok.name
    assert {one.name for one in check_in_queries.unanswered(meeting, on=today())} >= {inside.ah_kwok.name}
    called = check_in_queries.called_persons(meeting, on=today())
    assert inside.ah_kwok.id in called and inside.ah_fong.id not in called
    of_the_call = {one.household_id: one.name for one in check_in_queries.roll(meeting, on=None)}
    assert of_the_call[house] == inside.ah_fong.name
