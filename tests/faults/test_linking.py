"""Somebody with the file, the write-ahead log or xmin tries to join secret ballots to voters. Figures are printed."""

import re
import shutil
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from consult import clock
from consult.domain.polls.secret_ballots import key_of, new_token
from consult.models import SecretBallot, db
from consult.services.polls import ballot_requests, ballots
from tests.village import a_poll, close, villagers, vote_in_secret

VOTERS = 200
LATER = timedelta(days=4)


def all_vote(app, village) -> tuple[int, dict[int, str]]:
    """A secret poll in which two hundred vote one after the other. Returns it and, for the test only, who has which key."""
    with app.app_context():
        people = villagers(village, VOTERS)
        poll = a_poll(village, secret=True)
        keys = {}
        for n, person in enumerate(people):
            order = ballot_requests.BallotRequest(village.id, poll, person, (n % 3 + 1,), new_token())
            keys[person] = key_of(ballots.cast(order, clock=clock.now).code)
        db.session.remove()
        return poll, keys


def order_in(blob: bytes, keys: dict[int, str]) -> list[str]:
    """The keys in the order in which they first stand in some bytes."""
    places = {key: blob.find(key.encode()) for key in keys.values()}
    return sorted((k for k, place in places.items() if place >= 0), key=lambda k: places[k])


def linked(found: list[str], keys: dict[int, str]) -> int:
    """How many voters the attack names rightly, if it takes the order found for the order of voting."""
    return sum(a == b for a, b in zip(found, keys.values(), strict=False))


def test_a_copied_file_and_its_write_ahead_log_link_nobody_after_the_close(app, config, village, tmp_path):
    """Before the close the log of writes tells the order of the ballots; the page says so. Afterwards nothing does."""
    path = config.database_url.removeprefix("sqlite:///")
    spy = sqlite3.connect(path, isolation_level=None)  # who keeps a reader open keeps the log of writes whole
    spy.execute("BEGIN")
    spy.execute("SELECT count(*) FROM secret_ballot").fetchone()
    _poll, keys = all_vote(app, village)
    before = wal_links(path, keys, tmp_path)
    spy.close()
    with app.app_context():
        close(at=clock.now() + LATER)
        db.session.remove()
        db.engine.dispose()
    after = {name: linked(order_in(blob, keys), keys) for name, blob in blobs(path).items()}
    print(f"linked of {VOTERS}: write-ahead log before {before}; after {after}")
    assert before > VOTERS * 0.9
    assert max(after.values()) <= 5


def wal_links(path: str, keys: dict[int, str], tmp_path) -> int:
    """Each frame of the log of writes, in its order: the key that is new in it belongs to the voter that is new in it."""
    shutil.copy(f"{path}-wal", tmp_path / "wal")
    blob, seen, found = (tmp_path / "wal").read_bytes(), set(), []
    for match in re.finditer(rb"[0-9a-f]{64}", blob):
        key = match[0].decode()
        if key in keys.values() and key not in seen:
            seen.add(key)
            found.append(key)
    return linked(found, keys)


def blobs(path: str) -> dict[str, bytes]:
    found = {}
    for name, file in (("file", path), ("log", f"{path}-wal"), ("shm", f"{path}-shm")):
        try:
            with open(file, "rb") as opened:
                found[name] = opened.read()
        except FileNotFoundError:
            continue
    return found


def test_deleted_pages_keep_no_ballot(app, config, village):
    """secure_delete: what VACUUM leaves behind is zero."""
    _poll, keys = all_vote(app, village)
    with app.app_context():
        close(at=clock.now() + LATER)
        db.session.remove()
        db.engine.dispose()
    blob = blobs(config.database_url.removeprefix("sqlite:///"))["file"]
    assert all(blob.count(key.encode()) == 1 for key in keys.values())
    with sqlite3.connect(config.database_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] == 0
    connection.close()


XMIN = """SELECT s.key, r.voted_by FROM secret_ballot s JOIN roll_entry r ON r.xmin = s.xmin AND r.poll_id = s.poll_id
          WHERE r.voted_by IS NOT NULL"""
PLACE = "SELECT key FROM secret_ballot ORDER BY ctid"


@pytest.mark.postgresql
def test_xmin_and_the_place_in_the_table_link_nobody_after_the_close(app, village):
    _poll, keys = all_vote(app, village)
    with app.app_context():
        before = sum(keys[voter] == key for key, voter in db.session.execute(text(XMIN)))
        by_place = linked(list(db.session.scalars(text(PLACE))), keys)
        close(at=clock.now() + LATER)
        after = sum(keys[voter] == key for key, voter in db.session.execute(text(XMIN)))
        found = list(db.session.scalars(text(PLACE)))
        print(f"linked of {VOTERS}: xmin {before}, place {by_place}; after the close {after}, {linked(found, keys)}")
        assert before == VOTERS and by_place == VOTERS
        assert after == 0 and found == sorted(keys.values()) and linked(found, keys) <= 5


@pytest.mark.postgresql
def test_mixing_one_poll_leaves_the_ballots_of_another_alone(app, village):
    with app.app_context():
        first = a_poll(village, secret=True, key="first")
        other = a_poll(village, secret=True, key="other", closes_at=clock.now() + timedelta(days=30))
        for poll in (first, other):
            vote_in_secret(village, poll, village.ah_fong, 1)
        close(at=clock.now() + LATER)
        assert {b.poll_id for b in db.session.scalars(select(SecretBallot))} == {first, other}
