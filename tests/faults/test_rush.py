"""What happens when everybody comes at once: on both databases."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from consult import clock
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason, Refused
from consult.models import BallotEvent, Consultation, Household, Person, Poll, PollTally, RollEntry, db
from consult.models.polls import poll_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.polls import ballot_requests, ballots, closing, polls
from consult.services.site.verification import verify
from consult.services.talk import revisions
from tests.village import WORDS, a_draft, a_poll, number_of

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
CASTERS = 50
PATIENCE = 150  # seconds: three restarts of the server on a busy machine; a voter goes on pressing


def crowd(village) -> list[int]:
    """Fifty more adults of Ah Fong's household's group, each able to vote."""
    some = db.session.get(Person, village.ah_fong.id)
    people = [
        Person(
            village_id=village.id, household_id=some.household_id, roll_position=200 + n, name=f"甲{n}", born=some.born
        )
        for n in range(CASTERS)
    ]
    db.session.add_all(people)
    db.session.commit()
    return [p.id for p in people]


def in_threads(app, acts) -> list[Any]:
    """Run acts at the same instant, each in a context of its own; a refusal is a result."""
    gate = threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            gate.wait()
            try:
                return act()
            except Refused as refusal:
                return refusal.reason

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_fifty_casters_against_the_close_are_counted_or_refused_never_neither(app, village):
    with app.app_context():
        voters = crowd(village)
        poll_id = a_poll(village)
        closes_at = db.session.get(Poll, poll_id).closes_at
    started = datetime.now(UTC)

    def clock_near_the_close() -> datetime:
        return closes_at - timedelta(milliseconds=400) + (datetime.now(UTC) - started)

    def caster(person_id):
        order = ballot_requests.BallotRequest(village.id, poll_id, person_id, (1,), f"k{person_id}")
        return lambda: (time.sleep(random.uniform(0, 0.8)), ballots.cast(order, clock=clock_near_the_close))[1]

    def close() -> str:
        while True:
            try:
                closing.close(db.session.get(Poll, poll_id), Act.by_system(village.id, now=clock_near_the_close()))
                return "closed"
            except Refused:
                db.session.rollback()
                time.sleep(0.002)

    started = datetime.now(UTC)
    results = in_threads(app, [*map(caster, voters), close])
    receipts = [r for r in results if isinstance(r, ballot_requests.Receipt)]
    with app.app_context():
        stored = set(db.session.scalars(select(BallotEvent.receipt).where(BallotEvent.poll_id == poll_id)))
        tally = db.session.get(PollTally, poll_id).counts
        assert stored == {r.code for r in receipts}
        assert tally["present"] == len(receipts)
        assert list(verify(village.row())) == []
    print(f"counted {len(receipts)}, refused {CASTERS - len(receipts)}")
    assert len(receipts) + results.count("poll_closed") == CASTERS


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
def test_a_ballot_that_waits_for_the_closing_is_refused_though_its_clock_was_read_before(app, village, secret):
    """The caster's clock is read, then the closing counts and commits: the ballot sees the count and is not taken."""
    with app.app_context():
        poll_id = a_poll(village, secret=secret)
        closes_at = db.session.get(Poll, poll_id).closes_at
    read = threading.Event()

    def clock_before_the_close() -> datetime:
        read.set()
        return closes_at - timedelta(seconds=1)

    def late() -> object:
        key = new_token() if secret else "late"
        request = ballot_requests.BallotRequest(village.id, poll_id, village.ah_fong.id, (1,), key)
        with app.app_context():
            try:
                return ballots.cast(request, clock=clock_before_the_close)
            except Refused as refusal:
                return refusal.reason

    with ThreadPoolExecutor(1) as pool, app.app_context():
        poll = db.session.get(Poll, poll_id)
        with transactions.writing():
            closing._store_tally(poll, None, Act.by_system(village.id, now=closes_at))
            answer = pool.submit(late)
            if db.engine.dialect.name == "postgresql":
                assert read.wait(10)
                await_a_waiting_lock()
        assert answer.result(30) is Reason.POLL_CLOSED
        assert db.session.get(PollTally, poll_id).counts["present"] == 0
        assert list(verify(village.row())) == []


def test_a_ballot_that_waits_for_its_household_reads_who_speaks_for_it_then(app, village):
    """The row of the household is held by somebody who meanwhile chooses another representative."""
    with app.app_context():
        poll_id = a_poll(village, body="VG_house", group_id=village.upper_group)
        number = number_of(poll_id, village.ah_fong)
        db.session.remove()

    def late() -> object:
        request = ballot_requests.BallotRequest(village.id, poll_id, village.ah_fong.id, (1,), "late")
        with app.app_context():
            try:
                return ballots.cast(request, clock=clock.now)
            except Refused as refusal:
                return refusal.reason

    held = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.number == number).with_for_update()
    with ThreadPoolExecutor(1) as pool, app.app_context():
        with transactions.writing():
            db.session.execute(held)
            answer = pool.submit(late)
            if db.engine.dialect.name == "postgresql":
                await_a_waiting_lock()
            household = db.session.get_one(Household, village.ah_fong.household_id)
            household.representative_id = village.ah_kwok.id
        assert answer.result(30) is Reason.NOT_REPRESENTATIVE


def test_a_poll_that_waits_for_a_revision_is_announced_with_its_words(app, village):
    """The page loads poll and proposal, then waits for the one who revises: what is frozen is what stands then."""
    with app.app_context():
        poll_id = a_draft(village)
        consultation_id = db.session.get(Poll, poll_id).consultation_id

    def announce() -> None:
        with app.app_context():
            poll = db.session.scalars(poll_queries.poll_of(village.id, poll_id)).unique().one()
            polls.announce(poll, village.sister_chow.act())

    with ThreadPoolExecutor(1) as pool, app.app_context():
        consultation = db.session.get(Consultation, consultation_id)
        act = Act.of(db.session.get(Person, consultation.proposal.proposed_by), now=clock.now(), key="revised")
        words = replace(WORDS, summary="先修下圳")
        with transactions.writing():
            revisions.revise(consultation, words, act, base=1, reason="村民要", accepted=(), in_office=True)
            announced = pool.submit(announce)
            if db.engine.dialect.name == "postgresql":
                await_a_waiting_lock()
        announced.result(30)
        assert db.session.get(Poll, poll_id).frozen["proposal"]["revision"] == 2
        assert list(verify(village.row())) == []


def await_a_waiting_lock() -> None:
    """Return once another connection waits for a lock of this one. Fails after ten seconds."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        db.session.execute(text("SELECT pg_stat_clear_snapshot()"))  # a transaction sees it as it was at the first look
        if db.session.scalar(waiting):
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits for the lock")


def test_the_same_key_fifty_times_at_once_is_one_ballot_and_one_receipt(app, village):
    with app.app_context():
        poll_id = a_poll(village)
    order = ballot_requests.BallotRequest(village.id, poll_id, village.ah_fong.id, (1,), "the-same")
    results = in_threads(app, [lambda: ballots.cast(order, clock=clock.now)] * CASTERS)
    assert len({r.code for r in results}) == 1
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1


def test_fifty_different_keys_of_one_voter_leave_one_ballot_in_force(app, village):
    with app.app_context():
        poll_id = a_poll(village)

    def caster(n):
        order = ballot_requests.BallotRequest(village.id, poll_id, village.ah_fong.id, (n % 3 + 1,), f"key{n}")
        return lambda: ballots.cast(order, clock=clock.now)

    results = in_threads(app, [caster(n) for n in range(CASTERS)])
    assert sorted(r.rev for r in results) == list(range(1, CASTERS + 1))
    with app.app_context():
        assert closing.count(db.session.get(Poll, poll_id)).present == 1
