"""Ballots of a secret poll are sealed until the count; the key of the poll lies outside the database and is destroyed."""

import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, inspect, select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.audit import canonical, sha256
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.polls.sealing import OpenedBallot, packed, unpacked
from consult.domain.polls.secret_ballots import key_of
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, PollTally, SealedBallot, SealingKey, SecretBallot, db
from consult.services.core import transactions
from consult.services.polls import closing, polls
from consult.services.polls.counting import due, openings, poll_faults
from consult.services.polls.sealing import keys
from consult.services.polls.sealing.boxes import BallotChanged
from consult.services.site.verification import verify
from tests.tampering import announced_before_the_seals, without_triggers
from tests.village import a_draft, a_poll, close, vote, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture
def poll(inside) -> int:
    return a_poll(inside, secret=True)


def row(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id)


def key_files(app) -> list[str]:
    return sorted(path.name for path in app.config["CONSULT"].key_folder.glob("*.key"))


def everything() -> str:
    """Each value of each table, as text."""
    found = []
    for table in inspect(db.engine).get_table_names():
        for line in db.session.execute(text(f"SELECT * FROM {table}")):
            found.append(repr(tuple(line)))
    return "\n".join(found)


def test_no_sql_shows_a_choice_or_a_listed_key_before_the_count(inside, poll):
    tokens = [vote_in_secret(inside, poll, who, n) for n, who in enumerate((inside.ah_fong, inside.old_chan), 1)]
    assert db.session.query(SecretBallot).count() == 0
    assert not any(key_of(token) in everything() for token in tokens)
    boxes = db.session.scalars(select(SealedBallot)).all()
    assert len(boxes) == 2 and len({len(box.box) for box in boxes}) == 1
    assert {c.name for c in SealedBallot.__table__.columns} == {"poll_id", "slot", "village_id", "box", "mac", "retry"}
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(DBAPIError, match="rowid"):
            db.session.execute(text("SELECT rowid FROM sealed_ballot"))


def test_the_count_opens_the_boxes_in_the_order_of_their_keys_and_destroys_the_key(app, inside, poll):
    tokens = [vote_in_secret(inside, poll, who, 2) for who in (inside.ah_fong, inside.old_chan, inside.uncle_ho)]
    assert key_files(app) == [f"{row(poll).frozen_poll.seal}.key"]
    assert close(at=clock.now() + LATER) == [poll]
    assert key_files(app) == []
    assert [b.key for b in db.session.scalars(select(SecretBallot))] == sorted(map(key_of, tokens))
    assert db.session.query(SealedBallot).count() == 0
    assert db.session.get_one(PollTally, poll).counts["counts"] == [0, 3, 0]
    assert list(verify(inside.row())) == []


def test_the_public_key_is_frozen_and_part_of_the_fingerprint(inside, poll):
    frozen = row(poll).frozen
    key = db.session.scalars(select(SealingKey).where(SealingKey.poll_id == poll)).one()
    assert frozen["seal"] == {"suite": "hpke-x25519-hkdf-sha256-chacha20poly1305", "public_key": key.public_key}
    assert sha256(canonical(frozen)) == row(poll).fingerprint
    assert "seal" not in row(a_poll(inside, key="named")).frozen


def test_the_private_key_is_readable_by_its_owner_only_and_in_no_table(app, inside, poll):
    folder = app.config["CONSULT"].key_folder
    (name,) = key_files(app)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    private = (folder / name).read_bytes()
    assert len(private) == 32 and private.hex() not in everything()


def test_every_choice_of_a_poll_has_the_same_length():
    sizes = {
        len(packed(OpenedBallot("a" * 64, canonical(list(c))), options=12)) for c in ((), (1,), (12,), range(1, 13))
    }
    assert len(sizes) == 1
    ballot = OpenedBallot("0f" * 32, "[2,5]")
    assert unpacked(packed(ballot, options=9)) == ballot


@pytest.mark.parametrize(
    "content", [b"", b"x" * 64 + b"[1]", b"a" * 64 + b"[1", b"a" * 64 + b"[2,1]", b"a" * 64 + b"{}"]
)
def test_what_is_no_ballot_is_not_unpacked(content):
    with pytest.raises(ValueError):
        unpacked(content)


SWAPS = {
    "another box in its place": "UPDATE sealed_ballot SET box = (SELECT b.box FROM sealed_ballot b WHERE b.slot <> sealed_ballot.slot AND b.poll_id = sealed_ballot.poll_id LIMIT 1)",
    "a row moved to another slot": "UPDATE sealed_ballot SET slot = 'ab' || slot WHERE slot = (SELECT min(slot) FROM sealed_ballot)",
    "another mac": "UPDATE sealed_ballot SET mac = 'ab' || mac WHERE slot = (SELECT min(slot) FROM sealed_ballot)",
}


@pytest.mark.parametrize("statement", SWAPS.values(), ids=SWAPS)
def test_a_ballot_exchanged_by_sql_before_the_close_is_named_and_not_counted(app, inside, poll, statement):
    for n, who in enumerate((inside.ah_fong, inside.old_chan), 1):
        vote_in_secret(inside, poll, who, n)
    assert list(verify(inside.row())) == []
    without_triggers(statement)
    assert any(f"poll {poll}: the sealed ballot" in fault for fault in verify(inside.row()))
    assert close(at=clock.now() + LATER) == []
    assert poll_faults.fault_of(row(poll)) is FaultKind.BALLOT_CHANGED
    assert key_files(app), "the key stays, so that the rest can still be looked into"


def test_a_new_box_by_somebody_who_has_the_public_key_is_named(inside, poll):
    """The public key is public: a box alone proves nothing. The MAC needs DATA_KEY, which SQL does not show."""
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    seal = openings.seal_of(row(poll))
    forger = type(seal)(seal.village_id, seal.poll_id, seal.public_key, b"\0" * 32)
    mine = db.session.scalars(select(SealedBallot)).one()
    box = forger.close("A" * 26, OpenedBallot("ab" * 32, "[2]"), options=3)
    without_triggers("SELECT 1")
    slot = mine.slot
    db.session.execute(delete(SealedBallot))
    db.session.expunge_all()
    db.session.add(SealedBallot(poll_id=poll, village_id=inside.id, slot=slot, box=box.box, mac=box.mac))
    db.session.commit()
    assert any("is not as it was cast" in fault for fault in verify(inside.row()))
    assert close(at=clock.now() + LATER) == []


def test_a_box_opens_in_its_own_poll_and_slot_only(inside, poll):
    seal, private = openings.seal_of(row(poll)), keys.private_key(row(poll).frozen_poll.seal or "")
    closed = seal.close("A" * 26, OpenedBallot("ab" * 32, "[2]"), options=3)
    assert seal.open(closed, private) == OpenedBallot("ab" * 32, "[2]")
    elsewhere = type(seal)(seal.village_id, seal.poll_id + 1, seal.public_key, seal.mac_key)
    moved = type(closed)(closed.slot, closed.box, elsewhere.mac_of(closed.slot, closed.box))
    with pytest.raises(BallotChanged):
        elsewhere.open(moved, private)
    other = type(closed)("b" * 64, closed.box, seal.mac_of("b" * 64, closed.box))
    with pytest.raises(BallotChanged):
        seal.open(other, private)


def test_a_second_valid_ballot_of_one_unit_in_the_place_of_anothers_is_named(inside, poll):
    """Somebody with SQL keeps the row of the own ballot, takes the mark back, votes again and has two valid rows."""
    vote_in_secret(inside, poll, inside.old_chan, 1)
    victim = db.session.scalars(select(SealedBallot.slot)).one()
    vote_in_secret(inside, poll, inside.ah_fong, 2)
    mark = f"WHERE poll_id = {poll} AND voted_by = {inside.ah_fong.id}"
    without_triggers(f"UPDATE roll_entry SET channel = NULL, voted_by = NULL, rev = 0 {mark}")
    vote_in_secret(inside, poll, inside.ah_fong, 2)
    without_triggers(f"DELETE FROM sealed_ballot WHERE slot = '{victim}'")
    assert any("was cast more than once" in fault for fault in verify(inside.row()))


def test_a_key_put_in_by_sql_is_taken_by_no_poll(inside):
    """Somebody who knows the private key of a row in the table would read every ballot."""
    transactions.atomic(lambda: db.session.add(_forged()))()
    draft = a_draft(inside, secret=True)
    with pytest.raises(Refused) as refused:
        polls.announce(row(draft), inside.old_chan.act())
    assert refused.value.reason is Reason.NO_SEALING_KEY


def _forged() -> SealingKey:
    return SealingKey(public_key="ab" * 32, mac_key_cipher="gAAAAA", made_at=clock.now() - LATER)


def test_nobody_votes_into_a_box_whose_key_was_exchanged(inside, poll):
    other = keys.make(now=clock.now())
    without_triggers(
        f"UPDATE sealing_key SET public_key = '{other.public_key}', mac_key_cipher = '{other.mac_key_cipher}' WHERE poll_id = {poll}"
    )
    with pytest.raises(Refused) as refused:
        vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert refused.value.reason is Reason.POLL_SET_ASIDE
    db.session.rollback()
    assert any("its key is not the one that was announced" in fault for fault in verify(inside.row()))


def test_nobody_votes_in_the_clear_when_the_seal_is_taken_out_of_the_rules(inside, poll):
    frozen = {name: part for name, part in (row(poll).frozen or {}).items() if name != "seal"}
    db.session.rollback()
    without_triggers()
    row(poll).frozen = frozen
    db.session.commit()
    with pytest.raises(Refused) as refused:
        vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert refused.value.reason is Reason.POLL_SET_ASIDE
    db.session.rollback()
    assert db.session.query(SecretBallot).count() == 0
    assert any("do not give the fingerprint" in fault for fault in verify(inside.row()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed_ballot SET mac = 'x'",
        "DELETE FROM sealed_ballot",
        "UPDATE sealing_key SET public_key = 'x'",
        "UPDATE sealing_key SET poll_id = NULL",
        "DELETE FROM sealing_key",
    ],
)
def test_the_database_itself_refuses_to_touch_boxes_and_keys(inside, poll, statement):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_job_runner_makes_keys_ahead_and_announcing_takes_one(app, inside):
    assert keys.make_ahead(now=clock.now()) == keys.MADE_AHEAD and keys.make_ahead(now=clock.now()) == 0
    poll = a_poll(inside, secret=True)
    assert len(key_files(app)) == keys.MADE_AHEAD
    assert keys.make_ahead(now=clock.now()) == 1
    assert f"{row(poll).frozen_poll.seal}.key" in key_files(app)


def test_a_key_whose_private_key_is_lost_is_taken_by_no_poll_and_made_anew(app, inside):
    """A backup that was put back has the keys made ahead, and the folder of the private keys is in no backup."""
    keys.make_ahead(now=clock.now())
    for path in sorted(app.config["CONSULT"].key_folder.glob("*.key"))[1:]:
        path.unlink()
    poll = a_poll(inside, secret=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert keys.missing() == []
    assert keys.make_ahead(now=clock.now()) == keys.MADE_AHEAD, "what a web worker takes unseen can be opened"
    free = set(db.session.scalars(select(SealingKey.public_key).where(SealingKey.poll_id.is_(None))))
    assert {f"{public}.key" for public in free} < set(key_files(app)) and len(free) == keys.MADE_AHEAD
    assert close(at=clock.now() + LATER) == [poll]


@pytest.fixture
def hidden(app, monkeypatch):
    """A web worker that may neither read nor write the folder of the keys. Tests run as root, whom no mode stops."""

    folder = app.config["CONSULT"].key_folder

    def outside(does: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(path, *arguments, **more):
            if Path(path).is_relative_to(folder):
                raise PermissionError("InaccessiblePaths")
            return does(path, *arguments, **more)

        return refuse

    def hide() -> None:
        monkeypatch.setattr(type(folder), "read_bytes", outside(type(folder).read_bytes))
        monkeypatch.setattr(os, "open", outside(os.open))

    return hide


def test_a_web_worker_needs_no_access_to_the_keys_to_announce_to_vote_and_to_close(app, inside, hidden, monkeypatch):
    keys.make_ahead(now=clock.now())
    hidden()
    poll = a_poll(inside, secret=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    act = inside.old_chan.act(now=clock.now() + LATER)
    with pytest.raises(Refused) as refused:
        closing.declare(row(poll), act)
    assert refused.value.reason is Reason.NOT_COUNTED_YET
    db.session.rollback()
    monkeypatch.undo()
    assert due.open_due(now=act.now) == [poll] and len(key_files(app)) == keys.MADE_AHEAD - 1
    assert closing.declare(row(poll), act).facts["tally"]["counts"] == [1, 0, 0]


def test_without_a_key_and_without_the_folder_no_secret_poll_is_announced(inside, hidden):
    draft = a_draft(inside, secret=True)
    hidden()
    with pytest.raises(Refused) as refused:
        polls.announce(row(draft), inside.old_chan.act())
    assert refused.value.reason is Reason.NO_SEALING_KEY


def test_after_the_boxes_are_opened_nobody_votes_even_if_the_clock_steps_back(inside):
    poll = a_poll(inside, secret=True, paper=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert due.open_due(now=clock.now() + LATER) == [poll]
    without_triggers(f"UPDATE poll SET closing_seen_at = NULL WHERE id = {poll}")
    with pytest.raises(Refused) as refused:
        vote_in_secret(inside, poll, inside.old_chan, 1)
    assert refused.value.reason is Reason.POLL_CLOSED


def test_the_boxes_are_opened_once_and_not_before_the_close(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    with pytest.raises(Refused):
        openings.open_ballots(row(poll), inside.old_chan.act())
    assert due.open_due(now=clock.now()) == []
    assert due.open_due(now=clock.now() + LATER) == [poll] and due.open_due(now=clock.now() + LATER) == []
    assert close(at=clock.now() + LATER) == [poll]


def test_a_key_left_by_a_killed_process_is_destroyed_by_the_next_round(app, inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    path = app.config["CONSULT"].key_folder / key_files(app)[0]
    content = path.read_bytes()
    assert close(at=clock.now() + LATER) == [poll] and not path.exists()
    path.write_bytes(content)
    due.open_due(now=clock.now() + LATER)
    assert key_files(app) == []


def test_a_lost_key_sets_the_poll_aside_and_counts_it_when_the_key_is_back(app, inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 3)
    (name,) = key_files(app)
    path = app.config["CONSULT"].key_folder / name
    path.rename(path.with_suffix(".away"))
    other = a_poll(inside, key="named")
    vote(inside, other, inside.ah_fong, 1)
    assert keys.missing() == [poll]
    assert close(at=clock.now() + LATER) == [other]
    assert poll_faults.fault_of(row(poll)) is FaultKind.KEY_MISSING
    path.with_suffix(".away").rename(path)
    assert close(at=clock.now() + LATER) == [poll]
    assert poll_faults.fault_of(row(poll)) is None
    assert db.session.get_one(PollTally, poll).counts["counts"] == [0, 0, 1]


def test_polls_announced_before_the_seals_are_cast_and_counted_as_they_were(inside, poll):
    announced_before_the_seals(poll)
    vote_in_secret(inside, poll, inside.ah_fong, 2)
    assert db.session.query(SecretBallot).count() == 1
    assert close(at=clock.now() + LATER) == [poll]
