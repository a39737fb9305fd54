"""Helpers, letters and contests: each marks its unit once, and what is not allowed is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason
from consult.models import (
    Assistance,
    BallotEvent,
    ProxyLetter,
    SealedBallot,
    db,
)
from consult.models.polls import act_queries
from consult.services.polls import ballot_requests, ballots, closing, polls
from consult.services.polls.channels import assisted_voting, vote_disputes
from consult.services.site.verification import verify
from tests.hours import today
from tests.meetings import a_formal_poll
from tests.village import a_photo, a_poll, formal_by_phone, help_to_vote, number_of, vote, vote_in_secret
from tests.ways import mark, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def test_a_used_token_tells_a_helper_the_same_of_units_that_voted_were_helped_or_did_neither(inside):
    """With the token of a ballot that was cast with help, other roll numbers were tried: 200 for who was helped."""
    poll = a_poll(inside, secret=True)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    token = new_token()
    first = help_to_vote(inside, poll, inside.aunt_leung, 1, **who, key=token)
    help_to_vote(inside, poll, inside.uncle_ho, 1, **who)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    others = (inside.uncle_ho, inside.ah_fong, inside.old_chan, inside.ah_kwok)
    told = [refused(help_to_vote, inside, poll, one, 1, **who, key=token) for one in others]
    assert told == [Reason.KEY_USED_DIFFERENTLY] * len(others)
    assert help_to_vote(inside, poll, inside.aunt_leung, 2, **who, key=token) == first == token
    assert db.session.scalar(select(func.count()).select_from(SealedBallot)) == 3


def test_a_helped_vote_is_counted_as_helped_and_belongs_to_the_voter(inside):
    poll = a_poll(inside, key="p")
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    ballot = db.session.scalars(select(BallotEvent)).one()
    assert (ballot.channel, ballot.actor_id, ballot.helper_id) == ("assisted", inside.ah_fong.id, inside.ah_keung.id)
    tally = closing.count(poll_of(poll))
    assert tally.by_channel == {"assisted": 1} and tally.counts == (1, 0, 0)
    assert [(row.name, row.helped) for row in assisted_voting.by_helper(poll)] == [(inside.ah_keung.name, 1)]
    assert list(verify(inside.row())) == []


def test_a_helped_secret_vote_leaves_no_name_beside_the_ballot(inside):
    poll = a_poll(inside, secret=True)
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    assert db.session.query(BallotEvent).count() == 0
    assert db.session.scalars(select(Assistance)).one().voter_id == inside.ah_fong.id
    assert list(verify(inside.row())) == []


def test_a_helped_secret_vote_with_a_wrong_key_leaves_nothing(inside):
    poll = a_poll(inside, secret=True)
    who = {"helper": inside.ah_keung, "witness": inside.ah_kwok}
    assert refused(help_to_vote, inside, poll, inside.uncle_ho, 1, **who, key="no token") is Reason.KEY_USED_DIFFERENTLY
    assert assisted_voting.helped_by(inside.ah_keung.id, poll) == set()
    help_to_vote(inside, poll, inside.uncle_ho, 1, **who)


@pytest.mark.parametrize(
    ("helper", "witness", "reason"),
    [
        ("sister_chow", "ms_yip", Reason.HELPER_IS_AUTHOR),
        ("ah_fong", "ms_yip", Reason.HELPER_IS_VOTER),
        ("ah_keung", "ah_keung", Reason.WITNESS_IS_ANOTHER),
        ("ah_keung", "ah_fong", Reason.WITNESS_IS_ANOTHER),
    ],
)
def test_neither_the_author_nor_the_voter_helps_and_the_witness_is_a_third_person(inside, helper, witness, reason):
    poll = a_poll(inside)
    who = {"helper": getattr(inside, helper), "witness": getattr(inside, witness)}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **who) is reason
    assert db.session.query(BallotEvent).count() == 0


def test_a_helper_fills_in_for_three_in_a_formal_poll_and_no_more(inside):
    formal_by_phone(inside, "VA_people")
    poll = a_formal_poll(inside, short_notice_reason="水到门口")
    polls.announce(poll_of(poll), inside.old_chan.act())
    for voter in (inside.ah_fong, inside.ah_kwok, inside.old_chan):
        help_to_vote(inside, poll, voter, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.ah_keung, witness=inside.ms_yip)  # the same voter again
    more = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.uncle_ho, 1, **more) is Reason.HELPER_HELPED_ENOUGH
    assert poll_of(poll).frozen["helper_cap"] == 3


def test_an_advisory_poll_has_the_same_cap(inside):
    poll = a_poll(inside)
    more = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    for voter in (inside.ah_fong, inside.ah_kwok, inside.old_chan):
        help_to_vote(inside, poll, voter, 1, **more)
    assert refused(help_to_vote, inside, poll, inside.uncle_ho, 1, **more) is Reason.HELPER_HELPED_ENOUGH
    assert closing.count(poll_of(poll)).present == 3


def test_a_unit_has_one_channel_whichever_comes_first(inside):
    poll = a_poll(inside, paper=True)
    vote(inside, poll, inside.ah_fong, 1)
    help_to_vote(inside, poll, inside.ah_kwok, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    mark(inside, poll, inside.old_chan)
    other = {"helper": inside.ah_keung, "witness": inside.ms_yip}
    assert refused(help_to_vote, inside, poll, inside.ah_fong, 1, **other) is Reason.OTHER_CHANNEL
    assert refused(help_to_vote, inside, poll, inside.old_chan, 1, **other) is Reason.OTHER_CHANNEL
    assert refused(vote, inside, poll, inside.old_chan, 2) is Reason.OTHER_CHANNEL
    assert refused(mark, inside, poll, inside.ah_fong) is Reason.VOTED_ANOTHER_WAY
    assert refused(mark, inside, poll, inside.ah_kwok) is Reason.VOTED_ANOTHER_WAY
    assert mark(inside, poll, inside.old_chan) == []


def test_a_helped_vote_pressed_twice_is_one(inside):
    poll = a_poll(inside)
    who = {"helper": inside.ah_keung, "witness": inside.ms_yip, "key": "one"}
    assert len({help_to_vote(inside, poll, inside.ah_fong, 1, **who) for _ in range(3)}) == 1
    assert db.session.query(Assistance).count() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"helper_id": "voter_id"},
        {"witness_id": "helper_id"},
        {"witness_id": "voter_id"},
    ],
)
def test_the_database_itself_wants_three_persons(inside, columns):
    poll = a_poll(inside)
    people = {"voter_id": inside.ah_fong.id, "helper_id": inside.ah_keung.id, "witness_id": inside.ms_yip.id}
    for name, same in columns.items():
        people[name] = people[same]
    db.session.add(Assistance(poll_id=poll, number=1, rev=1, village_id=inside.id, helped_at=clock.now(), **people))
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


def by_letter(cast, poll_id: int, giver, holder, *choice: int, key: str = "") -> str:
    order = ballot_requests.BallotRequest(
        cast.id,
        poll_id,
        holder.id,
        choice,
        key or f"l{giver.id}{holder.id}{choice}",
        channel=Channel.PROXY,
        number=number_of(poll_id, giver),
        letter=a_photo(holder),
    )
    db.session.rollback()
    return ballots.cast(order, clock=clock.now).code


def test_somebody_of_the_same_household_votes_with_a_letter(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 2)
    letter = db.session.scalars(select(ProxyLetter)).one()
    assert (letter.giver_id, letter.holder_id) == (inside.ah_kwok.id, inside.ah_fong.id)
    vote(inside, poll, inside.ah_fong, 1)
    tally = closing.count(poll_of(poll))
    assert tally.by_channel == {"phone": 1, "proxy": 1} and tally.counts == (1, 1, 0)
    assert list(verify(inside.row())) == []


def test_nobody_of_another_household_and_nobody_for_oneself(inside):
    poll = a_poll(inside)
    assert refused(by_letter, inside, poll, inside.ah_kwok, inside.old_chan, 1) is Reason.PROXY_OF_ANOTHER
    assert refused(by_letter, inside, poll, inside.ah_fong, inside.ah_fong, 1) is Reason.PROXY_OF_ANOTHER


def test_one_person_holds_one_letter_and_does_not_change_its_vote(inside):
    poll = a_poll(inside)
    by_letter(inside, poll, inside.ah_kwok, inside.ah_fong, 2)
    assert refused(by_letter, inside, poll, inside.ah_kwok, inside.ah_fong, 1) is Reason.LETTER_VOTE_STAYS
    assert closing.count(poll_of(poll)).counts == (0, 1, 0)
    assert db.session.query(ProxyLetter).count() == 1


def test_a_households_one_vote_needs_no_letter(inside):
    poll = a_poll(inside, body="VA_house")
    assert refused(by_letter, inside, poll, inside.ah_kwok, inside.ah_fong, 1) is Reason.NO_PROXY_FOR_HOUSEHOLDS


def test_another_adult_contests_the_households_vote_which_stays(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    for _ in range(2):
        vote_disputes.dispute(poll_of(poll), "没商量", inside.ah_kwok.act(), on=today())
    assert list(act_queries.contested_numbers(poll)) == [number_of(poll, inside.ah_fong)]
    assert closing.count(poll_of(poll)).counts == (1, 0, 0)


@pytest.mark.parametrize(
    ("who", "body"),
    [
        ("ah_fong", "VA_house"),
        ("old_chan", "VA_house"),
        ("siu_ming", "VA_house"),
        ("ah_kwok", "VA_people"),
    ],
)
def test_who_cast_it_who_has_not_voted_a_child_and_a_persons_vote_contest_nothing(inside, who, body):
    poll = a_poll(inside, body=body)
    vote(inside, poll, inside.ah_fong, 1)
    act = (vote_disputes.dispute, poll_of(poll), "没商量", getattr(inside, who).act())
    assert refused(*act, on=today()) is Reason.NOTHING_TO_CONTEST


def test_after_the_close_nothing_is_contested(inside):
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    act = (vote_disputes.dispute, poll_of(poll), "没商量", inside.ah_kwok.act(now=clock.now() + LATER))
    assert refused(*act, on=today()) is Reason.POLL_CLOSED
