"""Somebody with a copy of every file of the database tries to join secret ballots to voters. Figures are printed.

The attack is held to linking nearly everybody in a poll as it was before ballots were sealed.
"""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url

from consult import clock
from consult.domain.polls.secret_ballots import key_of, new_token
from consult.models import Poll, RollEntry, SealedBallot, SecretBallot, db
from consult.services.machine import backups
from consult.services.people import cards
from consult.services.polls import ballot_requests, ballots
from consult.services.polls.counting import openings
from consult.services.polls.sealing import keys as key_files
from consult.services.polls.sealing.boxes import Caster
from consult.services.site.verification import verify
from tests.archives import unpack
from tests.hours import today
from tests.running.postgres import find_program
from tests.tampering import announced_before_the_seals
from tests.village import a_poll, close, number_of, villagers, vote_in_secret

VOTERS = 200
LATER = timedelta(days=4)
CHANCE = 5
"""Of 200 keys in random order one stands in its place on average; six or more in 6 of 10,000 orders."""


def all_vote(app, village, *, sealed: bool) -> tuple[int, dict[int, str]]:
    """A secret poll in which two hundred vote one after the other. Returns it and, for the test only, who has which key."""
    with app.app_context():
        people = villagers(village, VOTERS)
        poll = a_poll(village, secret=True)
        if not sealed:
            announced_before_the_seals(poll)
        keys = {}
        for n, person in enumerate(people):
            order = ballot_requests.BallotRequest(village.id, poll, person, (n % 3 + 1,), new_token())
            keys[person] = key_of(ballots.cast(order, clock=clock.now).code)
        db.session.remove()
        return poll, keys


def order_in(blob: bytes, keys: dict[int, str]) -> list[str]:
    """The keys in the order in which they first stand in some bytes."""
    wanted, seen = set(keys.values()), dict.fromkeys(())
    for match in re.finditer(rb"(?=([0-9a-f]{64}))", blob):
        if (key := match[1].decode()) in wanted:
            seen.setdefault(key)
    return list(seen)


def linked(found: list[str], keys: dict[int, str]) -> int:
    """How many voters the attack names rightly, if it takes the order found for the order of voting."""
    return sum(a == b for a, b in zip(found, keys.values(), strict=False))


def files_of(app, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the data directories, a plain dump, and what is in one of our backups."""
    with app.app_context():
        path = folder / f"backup-{len(list(folder.iterdir()))}.tar"
        backups.make_backup(path, now=clock.now(), lock=None)
        config = app.config["CONSULT"]
        url = config.database_url  # the engine's own address is that of the first test of this app
        yield from _sqlite(url.removeprefix("sqlite:///")) if config.on_sqlite else _postgresql(url)
        unpack(path, folder / path.stem)
        for file in sorted((folder / path.stem).rglob("*")):
            if file.suffix == ".dump":
                subprocess.run([find_program("pg_restore"), "-f", f"{file}.sql", str(file)], check=True)
                file = Path(f"{file}.sql")
            if file.is_file():
                yield f"backup {file.name}", file.read_bytes()
        for file in sorted(config.instance_path.rglob("*")):
            if file.is_file() and config.key_folder not in file.parents:
                yield f"instance {file.name}", file.read_bytes()


def _sqlite(path: str) -> Iterator[tuple[str, bytes]]:
    for name in (path, f"{path}-wal", f"{path}-shm"):
        if Path(name).exists():
            yield Path(name).name, Path(name).read_bytes()
    with sqlite3.connect(path) as connection:
        yield "dump", "\n".join(connection.iterdump()).encode()
    connection.close()


def _postgresql(url: str) -> Iterator[tuple[str, bytes]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([find_program("pg_dump"), plain], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    yield "pg_dump", done.stdout
    db.session.execute(text("CHECKPOINT"))
    data = Path(db.session.scalar(text("SHOW data_directory")))
    mine = db.session.scalar(text("SELECT oid::text FROM pg_database WHERE datname = current_database()"))
    db.session.rollback()
    for file in sorted(data.rglob("*")):
        relative = file.relative_to(data)
        if relative.parts[0] != "base" or relative.parts[1:2] == (mine,):
            try:
                yield str(relative), file.read_bytes()
            except OSError:  # a folder, a socket, or gone meanwhile
                continue


def attack(app, keys: dict[int, str], folder: Path) -> dict[str, tuple[int, int]]:
    """For each file in which a key stands: how many there are, and how many voters they name rightly by their order."""
    found = {}
    for name, blob in files_of(app, folder):
        if order := order_in(blob, keys):
            found[name] = (len(order), linked(order, keys))
    return found


@pytest.mark.both_databases
def test_no_file_links_a_voter_to_a_ballot_while_the_poll_is_open_or_after_it(app, village, tmp_path):
    poll, keys = all_vote(app, village, sealed=True)
    (tmp_path / "copies").mkdir()
    during = attack(app, keys, tmp_path / "copies")
    with app.app_context():
        assert close(at=clock.now() + LATER) == [poll]
        assert list(verify(village.row())) == []
        db.session.remove()
    after = attack(app, keys, tmp_path / "copies")
    print(f"files with keys (keys, linked of {VOTERS}): open {during}; counted {after}")
    assert during == {}
    assert max(count for count, _ in after.values()) == VOTERS, "the counted keys are there, in an order of their own"
    assert max(right for _, right in after.values()) <= CHANCE


@pytest.mark.both_databases
def test_the_attack_links_nearly_everybody_in_a_poll_without_seals(app, village, tmp_path):
    """Otherwise the test above would prove nothing."""
    spy = None
    if app.config["CONSULT"].on_sqlite:  # somebody who reads keeps the log of writes whole
        spy = sqlite3.connect(app.config["CONSULT"].database_url.removeprefix("sqlite:///"), isolation_level=None)
        spy.execute("BEGIN")
        spy.execute("SELECT count(*) FROM secret_ballot").fetchone()
    _poll, keys = all_vote(app, village, sealed=False)
    (tmp_path / "copies").mkdir()
    during = attack(app, keys, tmp_path / "copies")
    if spy is not None:
        spy.close()
    print(f"without seals: {during}")
    assert max(right for _, right in during.values()) > VOTERS * 0.9


@pytest.mark.both_databases
def test_the_boxes_left_in_copies_open_to_nobody_after_the_count(app, config, village, tmp_path):
    """A copy of the boxes, made while the poll was open, and all that is there after the count: the key is gone."""
    with app.app_context():
        poll = a_poll(village, secret=True)
        vote_in_secret(village, poll, village.ah_fong, 1)
        boxes, seal = openings.boxes_of(poll), openings.seal_of(db.session.get_one(Poll, poll))
        kept = {path: path.read_bytes() for path in config.key_folder.glob("*.key")}
        close(at=clock.now() + LATER)
        assert len(boxes) == 1 and len(kept) == 1
        with pytest.raises(key_files.KeyMissing):
            key_files.private_key(seal.public_key)
        (private,) = kept.values()
        everywhere = [path for path in tmp_path.rglob("*") if path.is_file() and private in path.read_bytes()]
        assert everywhere == []


@pytest.mark.both_databases
def test_no_select_gives_a_running_result(app, village):
    """Two polls that differ in nothing but the choices differ in nothing that SQL shows."""
    with app.app_context():
        shown = []
        for n, choice in enumerate((1, 2)):
            poll = a_poll(village, secret=True, key=f"poll-{n}")
            for who in (village.ah_fong, village.old_chan, village.uncle_ho):
                vote_in_secret(village, poll, who, choice)
            rows = db.session.scalars(select(SealedBallot).where(SealedBallot.poll_id == poll)).all()
            shown.append([(len(row.slot), len(row.box), len(row.mac)) for row in rows])
            for table in inspect(db.engine).get_table_names():
                columns = {column["name"] for column in inspect(db.engine).get_columns(table)}
                assert "choice" not in columns or table in ("ballot_event", "secret_ballot"), table
            assert db.session.query(SecretBallot).count() == 0
        assert shown[0] == shown[1]


WRITTEN = {
    "phone": {"audit_entry", "audit_head", "roll_entry", "sealed_ballot", "turnout"},
    "assisted": {
        *("assistance", "audit_entry", "audit_head", "notification", "roll_entry", "sealed_ballot", "turnout"),
        "vote_answer",
    },
}
"""All that a secret ballot writes. Another table needs a reason why it joins no voter to a ballot.

Who helped whom before which witness stands in `assistance`; the line to the voter and the witness's yes say the same again.
"""
OF_A_SIGN_IN = {"sign_in"}
"""Days of last use; written by any page."""


def contents() -> dict[str, set[tuple[object, ...]]]:
    """Every row of every table."""
    found = {}
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        found[table.name] = {tuple(str(value) for value in row) for row in rows}
    db.session.rollback()
    return found


PIN = "739256"
"""Of the witness, who types it at the page of the helper."""


def cast_on_a_page(app, as_person, village, poll: int, way: str) -> str:
    """Vote as people do, through the pages. Returns the token that was shown."""
    if way == "phone":
        client = as_person(village.ah_fong)
        client.submit(f"/rongxi/polls/{poll}", choice="2")
        client.press("#confirm form")
    else:
        client = as_person(village.ah_keung)
        with app.app_context():
            number = number_of(poll, village.aunt_leung)
            db.session.remove()
        stated = {"is_here": "1", "read_back": "1", "name": village.ms_yip.name, "code": "02-003", "pin": PIN}
        fields = {"number": str(number), "choice": "2", "key": new_token()}
        client.send(f"/rongxi/polls/{poll}/assistances", **fields, **stated)
    return "".join(li.text for li in client.page.select(".code li"))


@pytest.mark.both_databases
@pytest.mark.parametrize("way", WRITTEN)
def test_a_secret_ballot_writes_into_no_other_table_and_its_token_and_key_into_no_row(app, as_person, village, way):
    """Allowances, stored files, second proofs, changes of rights, limits, outbox: none of them has a row of a vote."""
    with app.app_context():
        poll = a_poll(village, secret=True)
        cards.issue(village.ms_yip.row().household.group_id, village.ms_yip.act())
        (card,) = cards.of_household(village.ms_yip.household_id)
        cards.claim(card, village.ms_yip.id, PIN, on=today(), now=clock.now())
        before = contents()
        db.session.remove()
    token = cast_on_a_page(app, as_person, village, poll, way)
    assert len(token) == 26
    with app.app_context():
        after = contents()
        new = {name: rows - before[name] for name, rows in after.items() if rows != before[name]}
        assert set(new) - OF_A_SIGN_IN == WRITTEN[way]
        texts = [value for rows in new.values() for row in rows for value in row]
        assert not [text for text in texts if token in text or key_of(token) in text]
        assert all("choice" not in text for text in texts)


@pytest.mark.both_databases
def test_what_tells_a_retry_tells_nothing_without_the_token_and_goes_with_the_box(app, village):
    with app.app_context():
        poll = a_poll(village, secret=True)
        tokens = {who.id: vote_in_secret(village, poll, who, 1) for who in (village.ah_fong, village.old_chan)}
        kept = set(db.session.scalars(select(SealedBallot.retry)))
        seal = openings.seal_of(db.session.get_one(Poll, poll))
        entries = db.session.scalars(select(RollEntry).where(RollEntry.voted_by.is_not(None))).all()
        casters = [Caster(entry.number, "phone", entry.voted_by) for entry in entries]
        with_tokens = {seal.retry_of(token, one) for token in tokens.values() for one in casters}
        without = {seal.retry_of(word, one) for word in ("", *map(key_of, tokens.values())) for one in casters}
        assert kept <= with_tokens and len(kept) == 2 and not kept & without
        assert {len(one) for one in kept} == {64}
        close(at=clock.now() + LATER)
        assert db.session.query(SealedBallot).count() == 0


def wal_links(path: str, keys: dict[int, str], tmp_path: Path) -> int:
    """Each frame of the log of writes, in its order: the key that is new in it belongs to the voter that is new in it."""
    shutil.copy(f"{path}-wal", tmp_path / "wal")
    return linked(order_in((tmp_path / "wal").read_bytes(), keys), keys)


def test_a_poll_without_seals_is_rewritten_before_its_count(app, config, village, tmp_path):
    path = config.database_url.removeprefix("sqlite:///")
    spy = sqlite3.connect(path, isolation_level=None)  # who keeps a reader open keeps the log of writes whole
    spy.execute("BEGIN")
    spy.execute("SELECT count(*) FROM secret_ballot").fetchone()
    _poll, keys = all_vote(app, village, sealed=False)
    before = wal_links(path, keys, tmp_path)
    spy.close()
    with app.app_context():
        close(at=clock.now() + LATER)
        db.session.remove()
        db.engine.dispose()
    there = [Path(name).read_bytes() for name in (path, f"{path}-wal", f"{path}-shm") if Path(name).exists()]
    after = max(linked(order_in(blob, keys), keys) for blob in there)
    print(f"linked of {VOTERS}: write-ahead log before {before}; after {after}")
    assert before > VOTERS * 0.9 and after <= CHANCE


def test_deleted_pages_keep_no_ballot(app, config, village):
    """secure_delete: what VACUUM leaves behind is zero."""
    _poll, keys = all_vote(app, village, sealed=False)
    with app.app_context():
        close(at=clock.now() + LATER)
        db.session.remove()
        db.engine.dispose()
    path = config.database_url.removeprefix("sqlite:///")
    blob = Path(path).read_bytes()
    assert all(blob.count(key.encode()) == 1 for key in keys.values())
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] == 0
    connection.close()


XMIN = """SELECT s.key, r.voted_by FROM secret_ballot s JOIN roll_entry r ON r.xmin = s.xmin AND r.poll_id = s.poll_id
          WHERE r.voted_by IS NOT NULL"""
PLACE = "SELECT key FROM secret_ballot ORDER BY ctid"


@pytest.mark.postgresql
@pytest.mark.parametrize("sealed", [True, False])
def test_xmin_and_the_place_in_the_table_link_nobody_after_the_close(app, village, sealed):
    _poll, keys = all_vote(app, village, sealed=sealed)
    with app.app_context():
        before = sum(keys[voter] == key for key, voter in db.session.execute(text(XMIN)))
        close(at=clock.now() + LATER)
        after = sum(keys[voter] == key for key, voter in db.session.execute(text(XMIN)))
        found = list(db.session.scalars(text(PLACE)))
        print(f"sealed {sealed}, linked of {VOTERS}: xmin {before}; after the close {after}, {linked(found, keys)}")
        assert before == (0 if sealed else VOTERS)
        assert after == 0 and found == sorted(keys.values()) and linked(found, keys) <= CHANCE


@pytest.mark.both_databases
def test_counting_one_poll_leaves_the_ballots_of_another_alone(app, village):
    with app.app_context():
        first = a_poll(village, secret=True, key="first")
        other = a_poll(village, secret=True, key="other", closes_at=clock.now() + timedelta(days=30))
        for poll in (first, other):
            vote_in_secret(village, poll, village.ah_fong, 1)
        close(at=clock.now() + LATER)
        assert [b.poll_id for b in db.session.scalars(select(SecretBallot))] == [first]
        assert [b.poll_id for b in db.session.scalars(select(SealedBallot))] == [other]
        assert key_files.missing() == []
