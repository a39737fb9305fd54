"""The last minute of a secret poll, and one unit coming by every way at once: on both databases."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AttendanceMark,
    BallotEvent,
    Person,
    Poll,
    PollTally,
    RollEntry,
    SealedBallot,
    SecretBallot,
    db,
)
from consult.services.core.acts import Act
from consult.services.polls import ballot_requests, ballot_shuffle, ballots, closing, offline_turnout
from consult.services.polls.counting import openings
from consult.services.site.verification import verify
from tests.faults.test_rush import CASTERS, crowd, in_threads
from tests.village import a_poll, number_of
from tests.ways import give_out_paper

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]


def test_fifty_secret_casters_against_the_close_are_counted_or_refused_never_neither(app, village):
    with app.app_context():
        voters = crowd(village)
        poll = a_poll(village, secret=True)
        closes_at = db.session.get(Poll, poll).closes_at
    started = datetime.now(UTC)

    def clock_near_the_close() -> datetime:
        return closes_at - timedelta(milliseconds=400) + (datetime.now(UTC) - started)

    def caster(person_id):
        order = ballot_requests.BallotRequest(village.id, poll, person_id, (1,), new_token())
        return lambda: (time.sleep(random.uniform(0, 0.8)), ballots.cast(order, clock=clock_near_the_close))[1]

    def close() -> str:
        while True:
            try:
                closing.close(db.session.get(Poll, poll), Act.by_system(village.id, now=clock_near_the_close()))
                return "closed"
            except (Refused, ballot_shuffle.NotShuffled):
                db.session.rollback()
                time.sleep(0.002)

    started = datetime.now(UTC)
    results = in_threads(app, [*map(caster, voters), close])
    receipts = [r for r in results if isinstance(r, ballot_requests.Receipt)]
    with app.app_context():
        assert set(db.session.scalars(select(SecretBallot.key))) == {r.key for r in receipts}
        assert db.session.get(PollTally, poll).counts["present"] == len(receipts)
        assert list(verify(village.row())) == []
    print(f"secret: counted {len(receipts)}, refused {CASTERS - len(receipts)}")
    assert len(receipts) + results.count("poll_closed") == CASTERS


def test_the_same_token_fifty_times_at_once_is_one_ballot_and_one_receipt(app, village):
    with app.app_context():
        poll = a_poll(village, secret=True)
    order = ballot_requests.BallotRequest(village.id, poll, village.ah_fong.id, (1,), new_token())
    results = in_threads(app, [lambda: ballots.cast(order, clock=clock.now)] * CASTERS)
    assert len({r.code for r in results}) == 1
    with app.app_context():
        assert openings.how_many(poll) == 1


def test_fifty_tokens_of_one_voter_at_once_are_one_ballot(app, village):
    with app.app_context():
        poll = a_poll(village, secret=True)

    def caster(n):
        order = ballot_requests.BallotRequest(village.id, poll, village.ah_fong.id, (n % 3 + 1,), new_token())
        return lambda: ballots.cast(order, clock=clock.now)

    results = in_threads(app, [caster(n) for n in range(CASTERS)])
    assert sorted(map(str, results)).count(Reason.ALREADY_VOTED_SECRETLY.value) == CASTERS - 1
    with app.app_context():
        assert openings.how_many(poll) == 1


@pytest.mark.parametrize("secret", [False, True])
def test_one_unit_by_phone_paper_and_helper_at_once_is_counted_once(app, village, secret):
    with app.app_context():
        poll = a_poll(village, secret=secret, paper=True)
        give_out_paper(poll, village.ms_yip.row())
        number = number_of(poll, village.ah_fong)
    phone = ballot_requests.BallotRequest(village.id, poll, village.ah_fong.id, (1,), new_token())
    helped = ballot_requests.BallotRequest(
        village.id,
        poll,
        village.ah_keung.id,
        (2,),
        new_token(),
        channel=Channel.ASSISTED,
        number=number,
        assistant=ballot_requests.Assistant(village.ah_keung.id, village.ms_yip.id, witnessed=True),
    )

    def paper():
        row, actor = db.session.get(Poll, poll), db.session.get(Person, village.ms_yip.id)
        return offline_turnout.mark(row, Channel.PAPER, [number], Act.of(actor, now=clock.now()))

    acts = [lambda: ballots.cast(phone, clock=clock.now), lambda: ballots.cast(helped, clock=clock.now), paper] * 5
    results = in_threads(app, acts)
    with app.app_context():
        channel = db.session.scalar(select(RollEntry.channel).where(RollEntry.number == number))
        marks = db.session.query(AttendanceMark).count()
        of_units = func.count(SealedBallot.slot) if secret else func.count(BallotEvent.number.distinct())
        stored = db.session.scalar(select(of_units))  # the own one may have taken the place of the helper's
        assert marks + stored == 1 and (channel == "paper") == (marks == 1)
        assert list(verify(village.row())) == []
    refused = {str(r) for r in results if isinstance(r, Reason)}
    assert refused <= {"other_channel", "voted_another_way", "already_voted_secretly"}
