"""Casting: one ballot a unit, the same receipt for the same key, nothing after the close."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.polls import PollKind
from consult.domain.refusals import Reason, Refused
from consult.models import BallotEvent, Poll, RollEntry, Turnout, db
from consult.services.people import representatives
from consult.services.polls import ballot_requests, ballots, closing
from tests.hours import today
from tests.village import a_draft, a_poll, vote

pytestmark = pytest.mark.both_databases


def stored(poll_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(BallotEvent).where(BallotEvent.poll_id == poll_id))


def write(statement: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()


def refusal(*arguments, **facts) -> Reason:
    with pytest.raises(Refused) as refused:
        vote(*arguments, **facts)
    db.session.rollback()
    return refused.value.reason


def test_a_ballot_gives_a_receipt_of_sixteen_characters(inside):
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{16}", vote(inside, a_poll(inside), inside.ah_fong, 1))


def test_the_same_key_gives_the_same_receipt_however_often_it_comes(inside):
    poll = a_poll(inside)
    codes = {vote(inside, poll, inside.ah_fong, 1, key="one") for _ in range(5)}
    assert len(codes) == 1
    assert stored(poll) == 1


def test_the_same_key_with_another_choice_is_refused(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1, key="one")
    assert refusal(inside, poll, inside.ah_fong, 2, key="one") is Reason.KEY_USED_DIFFERENTLY


def test_the_key_of_another_voter_gives_no_receipt(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1, key="one")
    assert refusal(inside, poll, inside.old_chan, 1, key="one") is Reason.KEY_USED_DIFFERENTLY


def test_a_retry_after_the_close_still_gets_its_receipt(inside):
    poll = a_poll(inside)
    code = vote(inside, poll, inside.ah_fong, 1, key="one")
    assert vote(inside, poll, inside.ah_fong, 1, key="one", at=clock.now() + timedelta(days=9)) == code


def test_a_changed_vote_replaces_the_earlier_one_and_keeps_it_in_the_history(inside):
    poll = a_poll(inside)
    first, second = vote(inside, poll, inside.ah_fong, 1), vote(inside, poll, inside.ah_fong, 2)
    assert first != second
    assert stored(poll) == 2
    assert closing.count(db.session.get(Poll, poll)).counts == (0, 1, 0)


def test_turnout_counts_units_and_not_ballots(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    vote(inside, poll, inside.ah_fong, 2)
    db.session.expire_all()
    assert db.session.get(Turnout, poll).units == 1


def test_nobody_votes_before_the_opening_or_from_the_closing_on(inside):
    poll = a_poll(inside)
    closes = db.session.get(Poll, poll).closes_at
    assert refusal(inside, poll, inside.ah_fong, 1, at=closes - timedelta(days=4)) is Reason.POLL_NOT_OPEN_YET
    assert refusal(inside, poll, inside.ah_fong, 1, at=closes) is Reason.POLL_CLOSED
    assert stored(poll) == 0


def test_a_draft_takes_no_ballots(inside):
    assert refusal(inside, a_draft(inside), inside.ah_fong, 1) is Reason.NOT_ANNOUNCED


def test_who_is_too_young_or_of_another_village_is_not_on_the_roll(inside):
    poll = a_poll(inside)
    assert refusal(inside, poll, inside.siu_ming, 1) is Reason.NOT_ON_ROLL
    assert refusal(inside, poll, inside.mr_wong, 1) is Reason.NOT_ON_ROLL


def test_a_poll_of_another_village_cannot_be_voted_on_under_this_one(inside):
    poll = a_poll(inside)
    order = ballot_requests.BallotRequest(inside.id + 1, poll, inside.ah_fong.id, (1,), "k")
    with pytest.raises(Refused):
        ballots.cast(order, clock=clock.now)


@pytest.mark.parametrize("choice", [(), (4,), (1, 2)])
def test_what_is_no_choice_is_refused_and_leaves_nothing(inside, choice):
    poll = a_poll(inside)
    assert refusal(inside, poll, inside.ah_fong, *choice) in (Reason.NOT_A_CHOICE, Reason.TOO_MANY_CHOICES)
    assert stored(poll) == 0


def test_an_approval_takes_several(inside):
    poll = a_poll(inside, kind=PollKind.APPROVAL, options=("甲", "乙", "丙"), max_choices=2)
    vote(inside, poll, inside.ah_fong, 3, 1)
    assert closing.count(db.session.get(Poll, poll)).counts == (1, 0, 1)


def test_a_household_has_one_vote_given_by_its_representative(inside):
    poll = a_poll(inside, body="VA_house")
    assert refusal(inside, poll, inside.ah_kwok, 1) is Reason.NOT_REPRESENTATIVE
    vote(inside, poll, inside.ah_fong, 1)
    assert refusal(inside, poll, inside.ah_kwok, 2) is Reason.HOUSEHOLD_HAS_VOTED


def choose(cast, who, by):
    representatives.choose(who.id, by.act(), on=today())


def test_a_newly_chosen_representative_votes_in_a_poll_announced_before(inside):
    poll = a_poll(inside, body="VA_house")
    choose(inside, inside.ah_kwok, inside.ah_fong)
    assert refusal(inside, poll, inside.ah_fong, 1) is Reason.NOT_REPRESENTATIVE
    vote(inside, poll, inside.ah_kwok, 1)


def test_a_representative_chosen_after_the_vote_cannot_vote_again(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    choose(inside, inside.ah_kwok, inside.ah_kwok)
    assert refusal(inside, poll, inside.ah_kwok, 2) is Reason.HOUSEHOLD_HAS_VOTED
    vote(inside, poll, inside.ah_fong, 2)


def test_only_adults_of_the_household_choose_and_are_chosen(inside):
    for who, by in (
        (inside.siu_ming, inside.old_chan),
        (inside.old_chan, inside.ah_fong),
        (inside.old_chan, inside.siu_ming),
    ):
        with pytest.raises(Refused) as refused:
            choose(inside, who, by)
        assert refused.value.reason is Reason.NOT_IN_HOUSEHOLD
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballot_event SET choice = '[2]'",
        "DELETE FROM ballot_event",
        "UPDATE audit_entry SET facts = '{}'",
        "DELETE FROM audit_entry",
        "UPDATE poll SET question = 'x'",
        "UPDATE poll SET closes_at = opens_at",
        "DELETE FROM poll",
        "UPDATE roll_entry SET unit = 'person:999'",
        "UPDATE roll_entry SET channel = 'paper' WHERE channel IS NOT NULL",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_frozen(inside, statement):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    with pytest.raises(DBAPIError):
        write(statement)
    db.session.rollback()
    assert closing.count(db.session.get(Poll, poll)).counts == (1, 0, 0)


def test_the_choice_stands_in_no_log_entry(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    facts = db.session.execute(text("SELECT facts FROM audit_entry WHERE tag = 'ballot:cast'")).scalars().all()
    assert len(facts) == 1
    assert "choice" not in facts[0]


def test_a_unit_marked_by_paper_takes_no_ballot_by_phone(inside):
    poll = a_poll(inside)
    entry = db.session.scalar(select(RollEntry).where(RollEntry.person_id == inside.ah_fong.id))
    entry.channel = "paper"
    db.session.commit()
    assert refusal(inside, poll, inside.ah_fong, 1) is Reason.OTHER_CHANNEL
