"""Who is told of a vote, who is reminded, and that nobody is who has done their part."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.talk.comments import AnswerState
from consult.models import Consultation, Notification, Poll, db
from consult.services.polls import closing
from consult.services.site import reminders
from tests.council import answered
from tests.hours import today
from tests.village import a_matter, a_poll, vote


def told(event: str) -> set[int]:
    return set(db.session.scalars(select(Notification.person_id).where(Notification.event == event)))


@pytest.mark.both_databases
def test_everybody_on_the_roll_is_told_of_a_vote_and_nobody_else(inside):
    a_poll(inside, body="VA_people")
    assert inside.ah_fong.id in told("vote_announced") and inside.ah_kwok.id in told("vote_announced")
    assert inside.siu_ming.id not in told("vote_announced") and inside.mr_wong.id not in told("vote_announced")


def test_of_a_vote_by_households_who_speaks_for_each_is_told(inside):
    a_poll(inside, body="VA_house")
    assert inside.ah_fong.id in told("vote_announced") and inside.ah_kwok.id not in told("vote_announced")


@pytest.mark.both_databases
def test_only_who_has_not_voted_is_reminded_once_on_the_last_day(inside):
    poll = a_poll(inside, body="VA_people")
    vote(inside, poll, inside.ah_fong, 1)
    last_day = db.session.get_one(Poll, poll).closes_at - timedelta(hours=5)
    assert reminders.remind(now=last_day - timedelta(days=1)) == 0
    assert [reminders.remind(now=last_day) for _ in range(2)] == [1, 0], "a poll is looked at once"
    reminded = told("vote_reminder")
    assert inside.ah_kwok.id in reminded and inside.ah_fong.id not in reminded
    assert db.session.query(Notification).filter_by(event="vote_reminder", person_id=inside.ah_kwok.id).count() == 1


def test_nobody_is_reminded_of_a_closed_vote(inside):
    poll = a_poll(inside)
    assert reminders.remind(now=db.session.get_one(Poll, poll).closes_at + timedelta(minutes=1)) == 0


def test_who_voted_is_told_of_the_result(inside):
    poll = a_poll(inside, body="VA_people")
    vote(inside, poll, inside.ah_fong, 1)
    row = db.session.get_one(Poll, poll)
    closing.declare(row, inside.old_chan.act(now=row.closes_at + timedelta(hours=1)))
    assert inside.ah_fong.id in told("decided") and inside.ah_kwok.id not in told("decided")


def test_the_council_is_reminded_of_an_answer_it_owes_until_it_is_given(inside):
    matter = a_matter(inside)
    db.session.get_one(Consultation, matter).answer_due_on = today(timedelta(days=2))
    db.session.commit()
    answered(inside, a_matter(inside, key="two"), AnswerState.ACCEPTED, "好")
    assert reminders.remind(now=clock.now()) == 1
    assert told("duty") - {inside.uncle_ho.id} == {inside.sister_chow.id, inside.old_chan.id}, "he confirmed the other"
    answered(inside, matter, AnswerState.PARTLY, "先修一盏", key="b")
    assert reminders.remind(now=clock.now() + timedelta(days=1)) == 0
