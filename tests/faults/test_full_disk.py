"""No room left: a vote is refused, never said to be in when it is not. And it works again when there is room."""

import os
import subprocess
from collections.abc import Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.secret_ballots import new_token
from consult.models import BallotEvent, Poll, SealedBallot, db
from consult.services.polls import ballot_requests, ballots
from consult.services.polls.poll_verification import faults
from tests.running.postgres import unprivileged
from tests.village import a_poll, villagers

VOTERS = 120
FILLING = 250_000
"""Rows that make the roll's file larger than PostgreSQL's log files, which must go on growing meanwhile."""


def cast(village, poll: int, person: int) -> bool:
    order = ballot_requests.BallotRequest(village.id, poll, person, (1,), new_token())
    try:
        ballots.cast(order, clock=clock.now)
    except DBAPIError:
        db.session.rollback()
        return False
    return True


def all_or_nothing(app, village, *, secret: bool, fill: Callable[[int], Callable[[], None]]) -> None:
    """`fill` leaves room for a few votes, and returns what gives room again."""
    with app.app_context():
        people = villagers(village, VOTERS)
        poll = a_poll(village, secret=secret)
        give_room = fill(poll)
        refused = [person for person in people if not cast(village, poll, person)]
        table = SealedBallot if secret else BallotEvent
        stored = db.session.query(table).count()
        db.session.rollback()
        give_room()
        assert 0 < len(refused) < VOTERS and stored == VOTERS - len(refused)
        assert cast(village, poll, refused[-1])
        assert list(faults(db.session.get_one(Poll, poll))) == []
        print(f"{'secret' if secret else 'named'}: {stored} in, {len(refused)} refused, none in between")


@pytest.mark.parametrize("secret", [False, True])
def test_on_a_full_disk_every_vote_is_refused_or_really_in(app, village, secret):
    full = [True]

    def fill(_poll: int) -> Callable[[], None]:
        pages = db.session.execute(text("PRAGMA page_count")).scalar()
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _: limit(connection, pages))
        return give_room

    def limit(connection, pages: int) -> None:
        if full[0]:
            connection.execute(f"PRAGMA max_page_count={pages + 4}")

    def give_room() -> None:
        full[0] = False
        db.session.remove()
        app.extensions.pop("group_commit")
        db.engine.dispose()

    all_or_nothing(app, village, secret=secret, fill=fill)


def largest_file(pid: int, limit: str) -> None:
    """As whoever runs PostgreSQL: nobody else may limit its processes."""
    lent = (
        {"user": unprivileged().pw_uid, "group": unprivileged().pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={limit}"], check=True, **lent)


JUNK = """INSERT INTO roll_entry (poll_id, number, village_id, unit, household_id, person_id, rev, salt)
          SELECT :other, n, village_id, 'junk:' || n, household_id, person_id, 0, 'x'
          FROM roll_entry, generate_series(1000, 1000 + :rows) n WHERE poll_id = :poll AND number = 1"""


@pytest.mark.postgresql
@pytest.mark.serial
@pytest.mark.parametrize("secret", [False, True])
def test_where_postgresql_cannot_grow_a_file_every_vote_is_refused_or_really_in(app, village, secret):
    """The operating system lets the server's processes write no file beyond its present size."""

    def fill(poll: int) -> Callable[[], None]:
        other = a_poll(village, key="junk")
        db.session.execute(text("ALTER TABLE roll_entry DISABLE TRIGGER USER"))
        db.session.execute(text(JUNK), {"other": other, "poll": poll, "rows": FILLING})
        db.session.execute(text("ALTER TABLE roll_entry ENABLE TRIGGER USER"))
        db.session.commit()
        size = db.session.scalar(text("SELECT pg_relation_size('roll_entry')"))
        assert size > 17 * 1024 * 1024, "else PostgreSQL could not write its own log"
        workers = list(db.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")))
        db.session.rollback()
        for pid in workers:
            largest_file(pid, f"{size}:")
        return lambda: [largest_file(pid, "unlimited:") for pid in workers] and None

    try:
        all_or_nothing(app, village, secret=secret, fill=fill)
    finally:
        with app.app_context():
            db.session.remove()
