"""The keys of secret polls lie in one folder, outside backups: what a job runner says and does that has another one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.models import PollFault, PollTally, SealingKey, db
from consult.services.polls.counting import due
from consult.services.polls.sealing import key_watch, keys
from consult.services.site import health
from tests.village import a_poll, close, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture
def at_another(app, tmp_path) -> Callable[[str], None]:
    """Go on as the job runner of a machine with a folder of its own, by name; empty: of the first one."""
    first = app.config["CONSULT"]

    def go(name: str) -> None:
        app.config["CONSULT"] = replace(first, ballot_keys=tmp_path / name) if name else first

    return go


def free() -> set[str]:
    return set(db.session.scalars(select(SealingKey.public_key).where(SealingKey.poll_id.is_(None))))


@pytest.fixture
def poll(inside) -> int:
    keys.make_ahead(now=clock.now())
    made = a_poll(inside, secret=True)
    vote_in_secret(inside, made, inside.ah_fong, 1)
    return made


def test_a_job_runner_without_the_key_neither_counts_nor_sets_aside_and_the_one_that_has_it_counts(poll, at_another):
    at_another("other")
    keys.make_ahead(now=clock.now())
    for minutes in (0, 1, 30):
        assert close(at=clock.now() + LATER + timedelta(minutes=minutes)) == []
        assert due.open_due(now=clock.now() + LATER + timedelta(minutes=minutes)) == []
    assert db.session.query(PollFault).count() == 0 == db.session.query(PollTally).count()
    at_another("")
    assert close(at=clock.now() + LATER + timedelta(minutes=31)) == [poll]


def test_after_an_hour_the_key_is_taken_for_lost(poll, at_another):
    at_another("other")
    keys.make_ahead(now=clock.now())
    close(at=clock.now() + LATER)
    close(at=clock.now() + LATER + timedelta(minutes=61))
    assert [fault.poll_id for fault in db.session.scalars(select(PollFault))] == [poll]
    at_another("")
    assert close(at=clock.now() + LATER + timedelta(minutes=62)) == [poll]


def test_it_says_so_at_its_start_and_in_health(poll, at_another, caplog):
    assert key_watch.watch() == 0
    at_another("other")
    assert key_watch.watch() == 1
    assert key_watch.watch() == 1
    said = [record.getMessage() for record in caplog.records if f"poll {poll}" in record.getMessage()]
    assert len(said) == 1
    assert health.report(now=clock.now(), alarm=False)["ballot_keys_missing"] == 1


def test_two_job_runners_with_folders_of_their_own_leave_each_others_keys(poll, at_another):
    first = free()
    at_another("other")
    assert keys.make_ahead(now=clock.now()) == keys.MADE_AHEAD
    assert first < free()
    at_another("")
    assert keys.make_ahead(now=clock.now()) == 1
    at_another("other")
    keys.make_ahead(now=clock.now() + timedelta(days=2))
    assert not first & free(), "the other machine is gone"


def test_after_a_backup_was_put_back_on_another_machine_the_next_secret_poll_can_be_counted(inside, poll, at_another):
    at_another("new machine")
    assert keys.forget_unreadable() == keys.MADE_AHEAD - 1
    keys.make_ahead(now=clock.now())
    again = a_poll(inside, secret=True, key="again")
    vote_in_secret(inside, again, inside.ah_fong, 1)
    assert keys.missing() == [poll]
    assert close(at=clock.now() + LATER) == [again]
