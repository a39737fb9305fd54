"""The heads of the logs go out, and an older, another or a witnessless database is an alarm."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from consult import clock, create_app
from consult.cli import jobs
from consult.config import Config, Misconfigured
from consult.domain.audit import Tag, head_digits
from consult.models import AuditEntry, AuditHead, GroupRobot, Installation, OutboxMessage, db
from consult.services.core import audit, crypto, rollback_guard
from consult.services.site import head_messages
from consult.web import rollback_alarm
from consult.web.words import robot_words
from tests.services.core.test_config import env
from tests.tampering import without_triggers
from tests.village import a_poll, close, vote

pytestmark = pytest.mark.both_databases


@contextmanager
def started(config: Config) -> Iterator[Flask]:
    """The server as it starts anew."""
    app = create_app(config)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def config(config, tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "share").mkdir()
    return replace(config, witness_paths=(tmp_path / "stick", tmp_path / "share"))


@pytest.fixture
def witnessed(config, app, village) -> int:
    """A village whose heads are in all three places. Returns a poll."""
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    with started(config) as server, server.app_context():
        assert rollback_guard.advance(now=clock.now()) == 2
    return poll


def raised(config: Config) -> bool:
    with started(config) as server, server.app_context():
        return rollback_alarm.raised()


def roll_back(config: Config, village) -> None:
    """Cut the newest entry off, as an older copy of the whole machine would."""
    with started(config) as server, server.app_context():
        newest = db.session.scalars(
            select(AuditEntry).where(AuditEntry.village_id == village.id).order_by(AuditEntry.number.desc())
        ).first()
        cut = f"village_id = {village.id}"
        without_triggers(
            f"DELETE FROM audit_entry WHERE {cut} AND number = {newest.number}",
            f"UPDATE audit_head SET number = {newest.number - 1}, hash = '{newest.prev_hash}' WHERE {cut}",
        )


def test_each_witness_holds_the_heads(config, app, village, witnessed):
    files = [config.instance_path / "heads.json", *(folder / "heads.json" for folder in config.witness_paths)]
    assert len({file.read_text() for file in files}) == 1 and len(json.loads(files[0].read_text())) == 2
    assert not raised(config)


def test_taking_away_the_file_beside_the_database_silences_nothing(config, village, witnessed):
    (config.instance_path / "heads.json").unlink()
    assert raised(config)


def test_also_where_there_is_no_other_witness(config, app, village):
    alone = replace(config, witness_paths=())
    with started(alone) as server, server.app_context():
        rollback_guard.advance(now=clock.now())
    assert not raised(alone)
    (config.instance_path / "heads.json").unlink()
    assert raised(alone)


@pytest.mark.parametrize("gone", ["stick", "share"])
def test_a_start_without_an_expected_witness_is_an_alarm(config, tmp_path, village, witnessed, gone):
    shutil.rmtree(tmp_path / gone)
    assert raised(config)
    assert raised(replace(config, witness_paths=())), "the database remembers it"


def test_a_whole_machine_that_is_older_than_a_witness_outside_is_noticed(config, village, witnessed):
    """Database and the file beside it are of the same moment, as in a snapshot put back."""
    roll_back(config, village)
    with started(config) as server, server.app_context():
        own = {row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))}
        rollback_guard._write(own, rollback_guard.path())
    assert raised(config)


def test_a_log_that_forked_from_the_witness_is_noticed(config, village, witnessed):
    roll_back(config, village)
    with started(config) as server, server.app_context():
        vote(village, witnessed, village.ah_fong, 1)
    assert raised(config)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"1": 2}', '{"x": [1, "a"]}'])
def test_a_witness_that_cannot_be_read_is_an_alarm_and_no_fault(config, tmp_path, village, witnessed, content):
    (tmp_path / "stick" / "heads.json").write_text(content)
    assert raised(config)


def test_while_the_alarm_stands_no_witness_is_written_over(config, tmp_path, village, witnessed):
    before = (tmp_path / "stick" / "heads.json").read_text()
    roll_back(config, village)
    with started(config) as server, server.app_context():
        assert rollback_guard.advance(now=clock.now()) == 0
    assert (tmp_path / "stick" / "heads.json").read_text() == before


def test_somebody_who_answers_for_it_goes_on_and_the_log_says_so(config, tmp_path, village, witnessed):
    shutil.rmtree(tmp_path / "stick")
    said = "优盘坏了"
    with started(config) as server:
        assert server.test_cli_runner().invoke(args=["audit", "accept-restored", "--reason", said]).exit_code == 0
        with server.app_context():
            entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.BACKUP_RESTORED.value)).all()
            assert len(entries) == 2 and all(said in entry.facts for entry in entries)
    assert not raised(config)


def test_a_stick_that_is_away_for_a_while_keeps_no_other_witness_from_being_written(
    config, tmp_path, village, witnessed
):
    with started(config) as server, server.app_context():
        vote(village, witnessed, village.ah_fong, 1)
        (tmp_path / "stick").rename(tmp_path / "pocket")
        (tmp_path / "stick").write_text("no folder")
        assert rollback_guard.absent()
        (tmp_path / "stick").unlink()
        (tmp_path / "pocket").rename(tmp_path / "stick")
        assert rollback_guard.advance(now=clock.now()) == 1
    assert not raised(config)


def test_the_command_says_what_the_witnesses_say_and_finds_a_printed_head(config, app, village, witnessed):
    with started(config) as server:
        with server.app_context():
            digits = head_digits(audit.head(village.id))
        said = server.test_cli_runner().invoke(args=["audit", "witness", "--head", digits])
        assert said.exit_code == 0 and digits in said.output and "this is the head of entry" in said.output
        wrong = server.test_cli_runner().invoke(args=["audit", "witness", "--head", "0" * 32])
        assert wrong.exit_code == 1 and "no entry has this head" in wrong.output
        (config.instance_path / "heads.json").unlink()
        assert "is not there" in server.test_cli_runner().invoke(args=["audit", "witness"]).output


def test_folders_of_witnesses_are_given_as_absolute_paths():
    with pytest.raises(Misconfigured, match="WITNESS_PATHS"):
        Config.from_env(env(WITNESS_PATHS="stick"))
    assert len(Config.from_env(env(WITNESS_PATHS="/a:/b")).witness_paths) == 2


def robot(village) -> None:
    address = crypto.seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k")
    db.session.add(
        GroupRobot(
            village_id=village.id, kind="wecom", address_cipher=address, set_by=village.ms_yip.id, set_at=clock.now()
        )
    )
    db.session.commit()


def heads_said() -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == head_messages.TEMPLATE).order_by(OutboxMessage.id)
    return [robot_words.text_of(one.template, one.facts) for one in db.session.scalars(query)]


def test_the_group_is_told_the_head_after_each_count_and_once_a_day(inside):
    robot(inside)
    poll = a_poll(inside)
    evening = clock.now().replace(hour=15, minute=30)  # 23:30 in the village
    head_messages.say_heads(now=evening)
    head_messages.say_heads(now=evening + timedelta(minutes=1))
    assert len(heads_said()) == 1
    counted = evening + timedelta(days=4)
    assert close(at=counted) == [poll]
    head_messages.say_heads(now=counted)
    head_messages.say_heads(now=counted)
    assert len(heads_said()) == 3, "for the count, and for the day"
    assert head_digits(audit.head(inside.id)) in heads_said()[-1]


def test_on_a_day_on_which_nothing_happens_the_group_is_left_in_peace(inside):
    robot(inside)
    a_poll(inside)
    head_messages.say_heads(now=(clock.now() + timedelta(days=9)).replace(hour=15))
    assert heads_said() == []


def test_the_job_runner_tells_it(app, village):
    assert "say_heads" in {job.name for lane in jobs.runner(app).lanes.values() for job in lane}


def test_the_watching_machine_is_told_of_it(config, village, witnessed):
    (config.instance_path / "heads.json").unlink()
    with started(config) as server:
        said = server.test_client().get("/healthz").json
        assert (said["status"], said["records"]) == ("attention", "older than a witness")
        with server.app_context():
            assert db.session.get(Installation, 1).witnesses.count("\n") == 2
            db.session.execute(text("SELECT 1"))


def elsewhere(app: Flask, done: Callable[[], object]) -> None:
    """Do something in another thread, as another process would, and wait for its end."""

    def run() -> None:
        with app.app_context():
            done()
            db.session.remove()

    other = Thread(target=run)
    other.start()
    other.join()


def test_a_page_that_began_before_the_newest_entry_raises_no_alarm_by_a_witness_that_has_seen_it(
    config, app, village, witnessed
):
    """On SQLite a transaction sees the database as it was when it began."""
    with started(config) as server, server.app_context():
        assert not rollback_alarm.raised()
        db.session.scalar(select(AuditHead.number))

        def meanwhile() -> None:
            vote(village, witnessed, village.ah_fong, 1)
            assert rollback_guard.advance(now=clock.now()) == 1

        elsewhere(server, meanwhile)
        assert not rollback_alarm.raised() and not rollback_guard.why_alarm()


def test_a_witness_that_is_written_while_another_is_compared_raises_no_alarm(config, app, village, witnessed):
    """Every witness is read before the database is asked."""
    with started(config) as server, server.app_context():

        def meanwhile(connection, _cursor, statement, *_rest) -> None:
            if "FROM audit_entry" in statement and not written:
                written.append(statement)
                elsewhere(server, another)

        def another() -> None:
            vote(village, witnessed, village.ah_fong, 1)
            rollback_guard.advance(now=clock.now())

        written: list[str] = []
        event.listen(db.engine, "after_cursor_execute", meanwhile)
        try:
            assert not rollback_guard.why_alarm() and written
        finally:
            event.remove(db.engine, "after_cursor_execute", meanwhile)
