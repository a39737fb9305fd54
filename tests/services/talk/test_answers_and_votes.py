"""A vote that decides meets the duty to answer; one that was cancelled, annulled or only advises leaves it as it was."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.annulments import Annuller, Ruling
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.polls import Outcome
from consult.models import Consultation, Notification, PollChange, db
from consult.models.talk import answer_queries
from consult.services.core import transactions
from consult.services.polls import closing, poll_changes, polls
from consult.services.site import reminders
from tests.hours import today
from tests.meetings import a_formal_poll
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL, poll_of
from tests.services.talk.test_talk import told
from tests.village import a_photo, a_poll, formal_by_phone, vote

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def a_vote_on_what_is_owed(cast, *, formal: bool = True) -> int:
    """A vote on a matter whose answer is owed in two days."""
    if formal:
        formal_by_phone(cast, "VA_people")
        made = a_formal_poll(cast, short_notice_reason="台风抢修")
        polls.announce(poll_of(made), cast.old_chan.act())
    else:
        made = a_poll(cast)
    with transactions.writing():
        matter(made).answer_due_on = today(timedelta(days=2))
    return made


@pytest.fixture
def poll(inside) -> int:
    return a_vote_on_what_is_owed(inside)


def matter(poll: int) -> Consultation:
    return db.session.get_one(Consultation, poll_of(poll).consultation_id, populate_existing=True)


def is_owed(poll: int) -> bool:
    """Asked of the list of what is owed and of the one matter: they say the same."""
    listed = bool(answer_queries.unanswered(date.max))
    assert answer_queries.is_owed(poll_of(poll).consultation_id) is listed
    return listed


def open_lines(who) -> list[tuple[str, str]]:
    lines = select(Notification.event, Notification.facts["kind"].as_string()).where(
        Notification.person_id == who.id, Notification.over_at.is_(None)
    )
    return [(event.value, kind) for event, kind in db.session.execute(lines)]


def change(cast, poll: int, wish: ChangeRequest, *, at) -> None:
    asked = poll_changes.ask(poll_of(poll), wish, COUNCIL, cast.sister_chow.act(now=at, key=wish.kind)).id
    poll_changes.confirm(db.session.get_one(PollChange, asked), COMMITTEE, cast.old_chan.act(now=at))


def declared(cast, poll: int, *, voters=("ah_fong", "ah_kwok", "old_chan", "uncle_ho", "ms_yip"), choice: int = 1):
    for name in voters:
        vote(cast, poll, getattr(cast, name), choice)
    return closing.declare(poll_of(poll), cast.old_chan.act(now=clock.now() + LATER))


def annulled(cast, poll: int) -> None:
    at = clock.now() + LATER
    paper = Ruling(Annuller.COURT, "（2026）粤01行初1号", at.date(), picture=a_photo(cast.old_chan))
    change(cast, poll, ChangeRequest(ChangeKind.ANNULMENT, "侵害了权益", ruling=paper), at=at)


def test_a_cancelled_vote_leaves_the_duty_and_its_day(inside, poll):
    due = matter(poll).answer_due_on
    change(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "停电"), at=clock.now())
    assert is_owed(poll) and matter(poll).answer_due_on == due


@pytest.mark.parametrize(("choice", "outcome"), [(1, Outcome.CARRIED), (2, Outcome.NOT_CARRIED)])
def test_a_vote_that_decides_for_or_against_meets_the_duty(inside, poll, choice, outcome):
    assert is_owed(poll)
    assert declared(inside, poll, choice=choice).outcome is outcome
    assert not is_owed(poll) and answer_queries.is_met_by_vote(poll_of(poll).consultation_id)


def test_what_officers_were_told_of_the_duty_is_taken_back_when_a_vote_meets_it(inside, poll):
    reminders.remind(now=clock.now())
    assert ("duty", "answer_due") in told(inside.sister_chow)
    declared(inside, poll)
    assert ("duty", "answer_due") not in open_lines(inside.sister_chow)


def test_a_vote_that_is_annulled_met_no_duty_and_the_council_is_told(inside, poll):
    due = matter(poll).answer_due_on
    declared(inside, poll)
    annulled(inside, poll)
    assert is_owed(poll) and matter(poll).answer_due_on == due
    assert ("duty", "answer_due") in open_lines(inside.sister_chow)


def test_a_vote_without_enough_votes_meets_no_duty(inside, poll):
    assert declared(inside, poll, voters=("ah_fong",)).outcome is Outcome.INQUORATE
    assert is_owed(poll)


def test_a_vote_that_only_advises_meets_no_duty(inside):
    poll = a_vote_on_what_is_owed(inside, formal=False)
    declared(inside, poll)
    assert is_owed(poll)


def test_a_vote_from_before_the_duty_began_meets_it_not(inside, poll):
    declared(inside, poll)
    with transactions.writing():
        matter(poll).endorsed_at = clock.now() + LATER + timedelta(minutes=1)
    assert is_owed(poll)
