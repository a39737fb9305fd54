"""Who is told of a vote, who is reminded, and that nobody is who has done their part."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.talk.comments import AnswerState
from consult.models import Consultation, Notification, Poll, db
from consult.services.meetings import meetings
from consult.services.messages import notifications
from consult.services.polls import closing, poll_changes
from consult.services.site import reminders
from tests.council import answered
from tests.hours import today
from tests.meetings import a_called_meeting, a_held_meeting, meeting
from tests.village import a_matter, a_poll, vote

COUNCIL, COMMITTEE = "council_member", "committee_member"


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


def unread(person_id: int) -> list[str]:
    """Return the events of somebody's lines that are marked as new."""
    query = select(Notification.event).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return sorted(db.session.scalars(query))


@pytest.mark.both_databases
def test_a_line_that_asks_for_a_vote_is_not_new_once_the_vote_is_counted_or_cancelled(inside):
    one, other = a_poll(inside, body="VA_people"), a_poll(inside, key="two", body="VA_people")
    vote(inside, one, inside.ah_fong, 1)
    row = db.session.get_one(Poll, one)
    reminders.remind(now=row.closes_at - timedelta(hours=5))
    assert unread(inside.ah_kwok.id) == ["vote_announced", "vote_announced", "vote_reminder", "vote_reminder"]
    closing.declare(row, inside.old_chan.act(now=row.closes_at + timedelta(hours=1)))
    assert unread(inside.ah_kwok.id) == ["vote_announced", "vote_reminder"]
    assert unread(inside.ah_fong.id) == ["decided", "vote_announced", "vote_reminder"], "the result is news to her"
    assert len(notifications.inbox(inside.ah_kwok.row(), most=30)) == 4, "what was told stays to be read"
    wish = ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")
    asked = poll_changes.ask(db.session.get_one(Poll, other), wish, COUNCIL, inside.sister_chow.act(key="k"))
    poll_changes.confirm(asked, COMMITTEE, inside.old_chan.act())
    assert unread(inside.ah_kwok.id) == ["vote_changed"]


@pytest.mark.both_databases
def test_a_call_to_a_meeting_is_not_new_once_it_was_held_or_called_off(inside):
    held, _ = a_called_meeting(inside)
    assert "meeting_called" in unread(inside.ah_kwok.id)
    a_meeting, another = a_held_meeting(inside, key="held"), a_called_meeting(inside, key="off")[0]
    meetings.cancel(meeting(another), "下大雨", inside.old_chan.act(key="off"))
    called = select(Notification).where(
        Notification.person_id == inside.ah_kwok.id,
        Notification.event == "meeting_called",
        Notification.read_at.is_(None),
    )
    new = [(one.facts["meeting"], one.facts.get("kind")) for one in db.session.scalars(called)]
    assert sorted(new, key=str) == [(held, None), (another, "meeting_cancelled")], a_meeting
