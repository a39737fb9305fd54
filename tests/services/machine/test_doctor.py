"""The doctor says on one screen what is wrong, in Chinese, and its exit code is that of the gravest."""

import json
import os
import re
import sqlite3
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from consult import clock
from consult.cli.machine import doctor
from consult.config import NAMES, ROOT, VERSION, Misconfigured
from consult.domain.messages.outbox import MessageChannel
from consult.models import JobRun, OutboxMessage, Village, db
from consult.services.core import job_runs, rollback_guard, typesetting, upkeep
from consult.services.machine import clock_watch, data_keys, schemas
from consult.services.machine.public_address import Answer
from consult.services.polls.counting import poll_faults
from consult.services.polls.sealing import key_watch, keys
from consult.services.site.watching import figures, readiness
from tests.services.core.test_backups import run
from tests.village import a_poll

pytestmark = pytest.mark.both_databases
HOUR = timedelta(hours=1)


OF_THE_DAY = {"时钟", "节假日"}
"""What hangs on the machine and on the day of a test."""


@pytest.fixture
def sound(app, village, monkeypatch):
    """An installation of which nothing is wrong but what hangs on the machine that tests it."""
    with app.app_context():
        now = clock.now()
        for job in figures.LANES.values():
            db.session.add(JobRun(job=job, due_at=now, tries=1, claimed_until=now, finished_at=now))
        db.session.commit()
        upkeep.note(upkeep.BACKUP, now=now)
        upkeep.note(upkeep.DRILL, now=now)
        keys.make_ahead(now=now)
    config = app.config["CONSULT"]
    app.config["CONSULT"] = replace(
        config,
        mode="production",
        public_url="https://localhost",
        trusted_proxies=1,
        delivery="tencent",
        secure_cookies=True,
        watch_clock=True,
        backup_key="consult-backup-public:x",
    )
    monkeypatch.setattr(doctor, "ask", lambda _: Answer.OURS)
    yield app
    app.config["CONSULT"] = config


def said(app) -> dict[str, tuple[str, str]]:
    result = app.test_cli_runner().invoke(args=["doctor", "--json"])
    found = {one["name"]: (one["state"], one["words"]) for one in json.loads(result.output)}
    worst = max(doctor.State[state] for state, _ in found.values())
    assert result.exit_code == worst
    return found


def test_a_sound_installation_has_nothing_broken_and_nothing_to_look_at(sound):
    found = said(sound)
    assert {name: one for name, one in found.items() if one[0] != "WELL" and name not in OF_THE_DAY} == {}
    assert {
        "数据库结构",
        "DATA_KEY",
        "记录",
        "后台任务 截止计票",
        "待发消息",
        "到时没计的票",
        "备份",
        "恢复演练",
    } <= set(found)


def test_a_year_whose_holidays_are_not_known_is_named():
    assert not list(doctor._holidays(date(2026, 11, 30)))
    (found,) = doctor._holidays(date(2060, 3, 1))
    assert (found.name, found.state) == ("节假日", doctor.State.LOOK) and "2060" in found.words


def test_it_fits_on_one_screen(sound):
    code = sound.test_cli_runner().invoke(args=["doctor"])
    lines = code.output.splitlines()
    assert VERSION in lines[0] and len(lines) <= 24 and all(len(line) <= 80 for line in lines)


def test_runners_that_are_dead_are_named(sound):
    with sound.app_context():
        db.session.execute(text("DELETE FROM job_run WHERE job = 'remind'"))
        db.session.query(JobRun).filter_by(job="sweep_outbox").update({"finished_at": clock.now() - HOUR})
        db.session.commit()
    found = said(sound)
    assert found["后台任务 其他"] == ("BROKEN", "从来没有；输入 systemctl restart consult-jobs")
    assert (
        found["后台任务 发消息"] == ("BROKEN", "60 分钟前；输入 systemctl restart consult-jobs")
        and found["后台任务 截止计票"][0] == "WELL"
    )


def test_messages_that_wait_and_those_given_up_are_named(sound, village):
    with sound.app_context():
        for number, given_up in enumerate((None, clock.now() - HOUR)):
            db.session.add(
                OutboxMessage(
                    village_id=village.id,
                    channel=MessageChannel.SMS,
                    template="vote_reminder",
                    facts={},
                    key=f"k{number}",
                    written_at=clock.now() - HOUR,
                    due_at=clock.now() - HOUR,
                    given_up_at=given_up,
                )
            )
        db.session.commit()
    assert said(sound)["待发消息"] == ("LOOK", "等着 1 条，最早 60 分钟前，一天里放弃 1 条")


@pytest.mark.parametrize(
    ("said_of", "name", "state", "word"),
    [
        ({"last_error": "unknown", "given_up_at": clock.now()}, "待发消息", "LOOK", "1 条不知道到没到"),
        ({"last_error": "account"}, "短信账号", "BROKEN", "SMS_"),
    ],
)
def test_what_a_provider_said_is_named(sound, village, said_of, name, state, word):
    with sound.app_context():
        common = {"village_id": village.id, "channel": MessageChannel.SMS, "template": "duty", "facts": {}, "key": "k"}
        db.session.add(OutboxMessage(**common, written_at=clock.now(), due_at=clock.now(), **said_of))
        db.session.commit()
    found = said(sound)[name]
    assert found[0] == state and word in found[1]


def test_polls_that_nobody_counted_are_named(sound, village, monkeypatch):
    with sound.app_context():
        a_poll(village)
    assert said(sound)["到时没计的票"] == ("WELL", "0 个投票")
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(30 * 86400))
    assert said(sound)["到时没计的票"] == ("BROKEN", "1 个投票")


@pytest.mark.parametrize(
    ("ago", "state"), [(timedelta(hours=25), "WELL"), (timedelta(hours=30), "LOOK"), (timedelta(days=4), "BROKEN")]
)
def test_an_old_backup_is_named(sound, ago, state):
    with sound.app_context():
        upkeep.note(upkeep.BACKUP, now=clock.now() - ago)
    assert said(sound)["备份"][0] == state


def test_a_drill_that_is_long_ago_is_named(sound):
    with sound.app_context():
        upkeep.note(upkeep.DRILL, now=clock.now() - timedelta(days=40))
    assert said(sound)["恢复演练"] == ("LOOK", "40 天前；输入 systemctl start consult-drill")


def test_what_was_noted_ahead_of_the_clock_is_never_well(sound, monkeypatch):
    ahead = clock.now() + 24 * HOUR
    with sound.app_context():
        upkeep.note(upkeep.BACKUP, now=ahead)
        upkeep.note(upkeep.DRILL, now=ahead)
        db.session.query(JobRun).update({"due_at": ahead, "finished_at": ahead})
        db.session.commit()
    monkeypatch.setattr(job_runs, "runners", lambda **_: {"host 7": (ahead, ahead)})
    found = said(sound)
    states = {"备份": "BROKEN", "恢复演练": "LOOK", "后台任务 截止计票": "BROKEN", "后台任务的进程": "LOOK"}
    for name, state in states.items():
        assert found[name][0] == state and "时钟往回调过，或者记录被改过" in found[name][1], name
    assert "systemctl start consult-backup" in found["备份"][1]


def test_notes_of_the_upkeep_that_somebody_broke_count_as_none(sound):
    for broken in ("[1]", '{"backup": 7}', '{"backup": "yesterday"}', "x"):
        (sound.config["CONSULT"].instance_path / "upkeep.json").write_text(broken)
        assert said(sound)["备份"] == ("BROKEN", "从来没有；输入 systemctl start consult-backup")


def test_a_village_of_an_unknown_province_is_named(sound, village):
    with sound.app_context():
        db.session.get_one(Village, village.id).province = "浙江省"
        db.session.commit()
    state, words = said(sound)["不认识的省"]
    assert state == "BROKEN" and "rongxi" in words and "flask village set" in words


def test_tables_that_are_otherwise_than_the_program_has_them_are_named(sound):
    with sound.app_context():
        db.session.execute(text("ALTER TABLE job_run ADD COLUMN edited INTEGER"))
        db.session.commit()
    state, words = said(sound)["数据库结构"]
    assert state == "BROKEN" and "edited" in words


def test_an_edited_migration_is_named(sound, monkeypatch, tmp_path):
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(schemas.SUMS.read_text().replace(schemas.SUMS.read_text()[:8], "00000000", 1))
    monkeypatch.setattr(schemas, "SUMS", sums)
    assert said(sound)["升级文件"] == ("BROKEN", f"发布以后被改过：{schemas.files()[0].name}")


def test_another_schema_is_named_with_what_to_type(sound):
    with sound.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0041'"))
        db.session.commit()
    state, words = said(sound)["数据库结构"]
    assert state == "BROKEN" and "flask db upgrade" in words


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"trusted_proxies": 0}, "代理"),
        ({"delivery": "file"}, "短信"),
        ({"backup_key": ""}, "备份密钥"),
        ({"public_url": "http://yishi.example.cn"}, "网址 PUBLIC_URL"),
        ({"least_free_bytes": 10**18}, "硬盘"),
        ({"data_key_old": "x" * 40}, "DATA_KEY"),
    ],
)
def test_settings_that_are_doubtful_are_named(sound, changes, name):
    sound.config["CONSULT"] = replace(sound.config["CONSULT"], **changes)
    assert said(sound)[name][0] in ("LOOK", "BROKEN")


def test_settings_that_are_set_and_do_not_work_are_named(sound, monkeypatch, tmp_path):
    """The job runner's journal said so, which nobody reads."""
    config = sound.config["CONSULT"]
    (tmp_path / "file").write_text("")
    (open_to_all := tmp_path / "open").mkdir(mode=0o755)
    real = readiness.write_error
    monkeypatch.setattr(
        readiness, "write_error", lambda at=None: OSError(30, "Read-only") if at == tmp_path / "ro" else real(at)
    )
    (tmp_path / "ro").mkdir()
    for changes, name, state, word in (
        ({"witness_paths": (tmp_path / "gone",)}, "见证", "BROKEN", "gone"),
        ({"witness_paths": (tmp_path, tmp_path / "ro")}, "见证", "BROKEN", "Read-only"),
        ({"ballot_keys": tmp_path / "ro" / "keys"}, "密钥的文件夹", "BROKEN", "Read-only"),
        ({"ballot_keys": tmp_path / "file"}, "密钥的文件夹", "BROKEN", "不是文件夹"),
        ({"ballot_keys": open_to_all}, "密钥的文件夹", "LOOK", "chmod 700"),
        ({"secure_cookies": False}, "登录", "LOOK", "SECURE_COOKIES"),
        ({"watch_clock": False}, "看时钟", "LOOK", "CLOCK_WATCH"),
    ):
        sound.config["CONSULT"] = replace(config, **changes)
        found = said(sound).get(name)
        assert found is not None and found[0] == state and word in found[1], (changes, found)
    sound.config["CONSULT"] = config
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", "0.5")
    assert said(sound)["看时钟"] == ("BROKEN", "CONSULT_CLOCK_SHIFT=0.5，只在演练的时候设；去掉这一行")


def test_a_witness_that_the_job_runner_cannot_write_is_named(sound, tmp_path):
    """Its unit may write to fewer places than whoever types the command."""
    sound.config["CONSULT"] = replace(sound.config["CONSULT"], witness_paths=(tmp_path,))
    with sound.app_context():
        rollback_guard.advance(now=clock.now())
        beside = rollback_guard.path()
        assert "见证" not in said(sound)
        (tmp_path / "heads.json").write_text("{}")
        assert "见证" not in said(sound), "it is written within the minute"
        os.utime(beside, (beside.stat().st_mtime - 600,) * 2)
        state, words = said(sound)["见证"]
    assert state == "BROKEN" and f"ReadWritePaths={tmp_path}" in words


def test_a_witness_that_is_lost_together_with_the_place_is_named(sound):
    place = sound.config["CONSULT"].instance_path
    for folder in (place, place / "witness"):
        folder.mkdir(exist_ok=True)
        sound.config["CONSULT"] = replace(sound.config["CONSULT"], witness_paths=(folder,))
        state, words = said(sound)["见证"]
        assert state == "LOOK" and "在 INSTANCE_PATH 里面" in words


@pytest.mark.parametrize(
    ("mode", "named"),
    [(0o644, True), (0o642, True), (0o641, False), (0o640, False), (0o600, False)],
)
def test_a_file_of_settings_that_others_may_read_is_named(sound, monkeypatch, tmp_path, mode, named):
    """DATA_KEY, SECRET_KEY and the password stood open to every user of the machine, and nothing said so."""
    path = tmp_path / "env"
    path.write_text("DATA_KEY=x\n")
    path.chmod(mode)
    monkeypatch.setenv("SETTINGS_FILE", str(path))
    state, words = said(sound).get("设置的文件", ("WELL", ""))
    assert (state == "LOOK" and f"chmod 640 {path}" in words) if named else state == "WELL"


@pytest.mark.skipif(os.geteuid() != 0, reason="another group is given by root; on a server it always is")
def test_a_file_of_settings_of_another_group_is_named_to_the_service(sound, monkeypatch, tmp_path):
    path = tmp_path / "env"
    path.write_text("DATA_KEY=x\n")
    path.chmod(0o640)
    os.chown(path, -1, OF_OTHERS)
    monkeypatch.setenv("SETTINGS_FILE", str(path))
    assert "设置的文件" not in said(sound), "root belongs to no group that could be asked"
    monkeypatch.setattr(os, "geteuid", lambda: OF_OTHERS)
    assert said(sound)["设置的文件"][0] == "LOOK"
    os.chown(path, -1, os.getegid())
    assert "设置的文件" not in said(sound)


OF_OTHERS = 65_533
"""A user and a group that nobody here has."""


LOOKED_AT = {
    "BACKUP_KEY": "备份密钥",
    "BALLOT_KEYS": "密钥的文件夹",
    "CLOCK_WATCH": "看时钟",
    "CONSULT_BOOT": "看时钟",
    "CONSULT_CLOCK_SHIFT": "看时钟",
    "CONSULT_MODE": "运行方式",
    "DATABASE_URL": "数据库",
    "DATA_KEY": "DATA_KEY",
    "DATA_KEY_OLD": "DATA_KEY",
    "DELIVERY": "短信",
    "INSTANCE_PATH": "写入",
    "LEAST_FREE_MB": "硬盘",
    "PUBLIC_URL": "网址 PUBLIC_URL",
    "SECURE_COOKIES": "登录",
    "SETTINGS_FILE": "设置的文件",
    "TRUSTED_PROXIES": "代理",
    "VOICE_SPEAKER_YUE": "朗读的声音",
    "VOICE_SPEAKER_ZH": "朗读的声音",
    "WITNESS_PATHS": "见证",
}
"""Settings that can be set and not work, and the line of the doctor that says so."""
NOT_LOOKED_AT = {
    "ALLOWED_HOSTS": "a name under which nobody asks changes nothing; PUBLIC_URL, by which people come, is asked for",
    "CODES_PER_DAY": "every number that the start takes is one that works",
    "FLASK_DEBUG": "it stops the start in production",
    "LOG_FORMAT": "one of two words, or there is no start",
    "LOG_LEVEL": "one of four words, or there is no start",
    "PORT": "whoever answers at PUBLIC_URL is asked for, through the proxy and this port",
    "SECRET_KEY": "every long one works; with another one, forms that stand open are opened anew",
    "VOICE_MODEL_YUE": "a folder without a model stops the start; opening it takes seconds and 480 MB: flask voice say tries it",
    "VOICE_MODEL_ZH": "the same",
}


def test_each_setting_is_looked_at_or_it_is_said_why_not():
    assert set(LOOKED_AT) | set(NOT_LOOKED_AT) == NAMES and not set(LOOKED_AT) & set(NOT_LOOKED_AT)
    source = Path(doctor.__file__).read_text(encoding="utf-8")
    assert [one for one in LOOKED_AT.values() if f'"{one}"' not in source] == []


def test_a_speaker_without_a_model_is_named(sound, monkeypatch):
    """It was read by nobody, garbled or not, and nothing said so."""
    monkeypatch.setenv("VOICE_SPEAKER_YUE", "\x1b[31m" + "9" * 1000)
    state, words = said(sound)["朗读的声音"]
    assert state == "LOOK" and "VOICE_MODEL_YUE" in words and len(words) < 250 and words.isprintable()


def test_what_a_part_found_before_its_time_ran_out_is_kept(sound, monkeypatch):
    """A part that found its records changed, and then waited for a dead share, told of the share alone."""
    ever, broken = threading.Event(), doctor.State.BROKEN

    def slow(_now):
        yield doctor.Finding("见证", broken, "少了一个")
        yield doctor.Finding("见证 2", broken, str(ever.wait(60)))

    def away(_now):
        yield doctor.Finding("投票", broken, "对不上")
        raise OperationalError("SELECT 1", None, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(doctor, "MOST_SECONDS_EACH", 1)
    monkeypatch.setattr(doctor, "_witnesses", slow)
    monkeypatch.setattr(doctor, "_figures", away)
    lines = json.loads(sound.test_cli_runner().invoke(args=["doctor", "--json"]).output)
    found = [(one["name"], one["words"]) for one in lines]
    ever.set()
    assert ("见证", "少了一个") in found and ("投票", "对不上") in found
    assert [words for name, words in found if name == "见证"][1].startswith("1 秒里没有答完")
    assert any(name.startswith("后台任务、消息") for name, _ in found)


def test_what_does_not_answer_is_named_and_holds_nothing_else(sound, monkeypatch):
    """A dead share, or a database that takes connections and is silent, held the doctor for minutes."""
    ever = threading.Event()
    monkeypatch.setattr(doctor, "MOST_SECONDS_EACH", 2)
    monkeypatch.setattr(
        doctor, "_witnesses", lambda _now: iter([doctor.Finding("x", doctor.State.WELL, str(ever.wait(60)))])
    )
    state, words = said(sound)["见证"]
    assert state == "BROKEN" and "秒里没有答" in words
    monkeypatch.setattr(schemas, "of_database", lambda _engine: str(ever.wait(60)))
    found = said(sound)
    assert "秒里没有答" in found["数据库"][1] and "见证" not in found
    ever.set()


def test_a_folder_in_which_the_job_runner_makes_no_keys_is_named(sound):
    with sound.app_context():
        db.session.execute(text("DELETE FROM sealing_key WHERE poll_id IS NULL"))
        db.session.commit()
    state, words = said(sound)["密钥的文件夹"]
    assert state == "BROKEN" and "ReadWritePaths" in words


def test_a_trigger_that_is_gone_is_named(sound):
    with sound.app_context():
        on_sqlite = sound.config["CONSULT"].on_sqlite
        off = "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"
        db.session.execute(text("DROP TRIGGER audit_entry_no_update" if on_sqlite else off))
        db.session.commit()
    state, words = said(sound)["防改的触发器"]
    assert state == "BROKEN" and "trigger audit_entry_" in words and "flask audit verify" in words


def test_a_database_file_that_is_broken_or_too_large_to_check_is_named(sound, monkeypatch):
    assert "数据库的文件" not in said(sound)
    if not sound.config["CONSULT"].on_sqlite:
        return
    monkeypatch.setattr(doctor, "MOST_SECONDS_TO_CHECK", -1)
    monkeypatch.setattr(doctor, "STEPS_BETWEEN_LOOKS", 1)
    state, words = said(sound)["数据库的文件"]
    assert state == "WELL" and "没有查完" in words
    monkeypatch.undo()
    monkeypatch.setattr(doctor, "ask", lambda _: Answer.OURS)
    with sound.app_context():
        db.session.execute(text("CREATE TABLE broken (n INTEGER)"))
        db.session.execute(text("CREATE INDEX of_broken ON broken (n)"))
        db.session.execute(text("INSERT INTO broken VALUES (1), (2)"))
        db.session.execute(text("PRAGMA writable_schema = 1"))
        db.session.execute(text("UPDATE sqlite_master SET rootpage = 1 WHERE name = 'of_broken'"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    state, words = said(sound)["数据库的文件"]
    assert state == "BROKEN" and "放回备份" in words


def test_the_version_of_program_and_database_can_be_asked(app):
    words = run(app, "version")
    assert VERSION in words and words.count(schemas.newest()) == 2


def raising(error: Exception):
    def fail(*_arguments, **_facts) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("name", "state", "where", "there"),
    [
        ("时钟", "LOOK", (doctor, "is_synchronised"), lambda: False),
        ("时钟", "LOOK", (doctor, "is_synchronised"), lambda: None),
        ("写入", "BROKEN", (readiness, "NamedTemporaryFile"), raising(OSError(28, "No space left on device"))),
        ("字体文件", "BROKEN", (typesetting, "attend"), lambda: False),
        ("DATA_KEY", "BROKEN", (data_keys, "check"), raising(Misconfigured("another key"))),
        ("对不上数的投票", "BROKEN", (poll_faults, "how_many"), lambda: 2),
        ("不记名投票的密钥", "BROKEN", (key_watch, "how_many"), lambda: 1),
        ("时间有疑问的村", "BROKEN", (clock_watch, "in_doubt"), lambda: True),
        (
            "后台任务的进程",
            "LOOK",
            (job_runs, "runners"),
            lambda **_: {"host 7": (clock.now() - HOUR, clock.now() - HOUR)},
        ),
        ("数据库", "BROKEN", (schemas, "of_database"), raising(OperationalError("x", {}, Exception("gone")))),
    ],
)
def test_each_other_line_goes_wrong_where_the_thing_does(sound, monkeypatch, name, state, where, there):
    monkeypatch.setattr(*where, there)
    assert said(sound)[name][0] == state


@pytest.mark.parametrize(
    ("client", "todo"),
    [
        ('connection failed: connection to server at "127.0.0.1", port 5432 failed: Connection refused', "systemctl"),
        ('connection failed: FATAL:  password authentication failed for user "consult"', "用户或密码"),
        ("failed to resolve host '7#secret': [Errno -2] Name or service not known", "%40"),
        ('connection failed: FATAL:  database "konsult" does not exist', "没有这个数据库"),
        ("connection timeout expired", "systemctl"),
        ("something new", "DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_with_what_to_look_at(sound, monkeypatch, client, todo):
    monkeypatch.setattr(schemas, "of_database", raising(OperationalError("x", {}, psycopg.OperationalError(client))))
    state, words = said(sound)["数据库"]
    if not sound.config["CONSULT"].on_sqlite:
        assert state == "BROKEN" and todo in words and "secret" not in words, words


def test_a_public_address_that_this_machine_does_not_find_is_told(sound, monkeypatch):
    config = sound.config["CONSULT"]
    asked = []
    monkeypatch.setattr(doctor, "socket", SimpleNamespace(getaddrinfo=lambda name, _: asked.append(name) or [name]))
    for url, state, words in (
        ("https://yishi.example.cn", "WELL", "yishi"),
        ("http://yishi.example.cn", "BROKEN", "https://"),
    ):
        sound.config["CONSULT"] = replace(config, mode="production", public_url=url)
        found = said(sound)["网址 PUBLIC_URL"]
        assert found[0] == state and words in found[1]
    monkeypatch.setattr(doctor, "socket", SimpleNamespace(getaddrinfo=raising(OSError("Name or service not known"))))
    sound.config["CONSULT"] = replace(config, mode="production", public_url="https://yishi.exmaple.cn")
    found = said(sound)["网址 PUBLIC_URL"]
    assert asked == ["yishi.example.cn"] and found[0] == "LOOK" and "400" in found[1]


@pytest.mark.parametrize(
    ("answer", "state", "word"),
    [
        (Answer.OURS, "WELL", "localhost"),
        (Answer.UNSAID, "WELL", "localhost"),
        (Answer.ANOTHER, "LOOK", "另一台机器"),
        (Answer.STRANGER, "BROKEN", "别的网站"),
        (Answer.BAD_CERTIFICATE, "LOOK", "证书"),
        (Answer.UNREACHED, "LOOK", "打不开"),
    ],
)
def test_who_answers_at_the_public_address_is_told(sound, monkeypatch, answer, state, word):
    monkeypatch.setattr(doctor, "ask", lambda _: answer)
    found = said(sound)["网址 PUBLIC_URL"]
    assert found[0] == state and word in found[1]


def runs(*began_and_ended: tuple[str, float, float]) -> dict[str, tuple[datetime, datetime]]:
    """Return job runners by name, seen first and last so many hours ago."""
    now = clock.now()
    return {name: (now - first * HOUR, now - last * HOUR) for name, first, last in began_and_ended}


@pytest.mark.parametrize(
    ("seen", "named"),
    [
        ([("one 1", 30, 20), ("one 2", 20, 3), ("one 3", 3, 0)], {"one 3": "WELL"}),
        ([("one 1", 30, 0), ("two 1", 30, 3)], {"one 1": "WELL", "two 1": "LOOK"}),
        ([("one 1", 30, 0), ("two 1", 30, 7)], {"one 1": "WELL"}),
        ([("one 1", 30, 0), ("one 2", 1, 0)], {"one 1": "WELL", "one 2": "WELL"}),
        ([("one 1", 40, 30), ("one 2", 29, 9)], {"one 2": "LOOK"}),
        ([("one 1", 40, 30), ("two 2", 29, 9)], {"two 2": "LOOK"}),
    ],
)
def test_each_runner_has_one_line_and_those_long_gone_have_none(sound, monkeypatch, seen, named):
    monkeypatch.setattr(job_runs, "runners", lambda **_: runs(*seen))
    done = sound.test_cli_runner().invoke(args=["doctor", "--json"])
    lines = [one for one in json.loads(done.output) if one["name"] == "后台任务的进程"]
    assert {one["words"].partition("：")[0]: one["state"] for one in lines} == named and len(lines) == len(named)


def test_a_place_that_was_started_a_moment_ago_is_not_called_broken(sound, monkeypatch):
    """`bench outages` met it: the lane that makes sounds had not finished its first one."""
    with sound.app_context():
        db.session.execute(text("DELETE FROM job_run WHERE job = 'read_aloud'"))
        db.session.commit()
    lane = "后台任务 朗读"
    monkeypatch.setattr(job_runs, "runners", lambda **_: runs(("one 1", 0.02, 0)))
    assert said(sound)[lane] == ("WELL", "刚启动，第一遍还没做完")
    for seen in ([], [("one 1", 30, 0)], [("one 1", 30, 1), ("one 2", 0.02, 0)]):
        monkeypatch.setattr(job_runs, "runners", lambda seen=seen, **_: runs(*seen))
        assert said(sound)[lane][0] == "BROKEN"


def test_an_older_database_is_named(sound, monkeypatch):
    monkeypatch.setattr(doctor, "raised", lambda: True)
    monkeypatch.setattr(rollback_guard, "why_alarm", lambda: ["rongxi: entry 7 is gone"])
    state, words = said(sound)["记录"]
    assert state == "BROKEN" and words.startswith("rongxi: entry 7 is gone；") and "accept-restored" in words


def test_what_stands_still_is_told_with_the_line_to_type(sound, monkeypatch):
    monkeypatch.setattr(figures, "DEAD_AFTER", timedelta(0))
    monkeypatch.setattr(doctor, "BACKUP_EACH", timedelta(0))
    monkeypatch.setattr(doctor, "DRILL_EACH", timedelta(0))
    lines = said(sound)
    assert "systemctl restart consult-jobs" in lines["后台任务 截止计票"][1]
    assert "systemctl start consult-backup" in lines["备份"][1]
    assert "systemctl start consult-drill" in lines["恢复演练"][1]


def test_a_clock_that_differs_from_that_of_the_database_is_named(sound, monkeypatch):
    if not sound.config["CONSULT"].on_sqlite:
        assert said(sound)["和数据库的时间"][0] == "WELL"
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", "60")
        assert said(sound)["和数据库的时间"][0] == "BROKEN"


def test_every_line_of_the_doctor_stands_in_the_runbook():
    source = Path(doctor.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'Finding\(f?"([^"{]+?) ?(?:\{\w+\})?"', source))
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(names) > 20
    assert [one for one in sorted(names) if one.split()[0] not in runbook] == []


@pytest.mark.both_databases
def test_a_database_that_answers_and_takes_no_write_is_named_here_and_by_readyz(app, village):
    del village
    with app.app_context():
        readiness.try_writing()
        db.session.remove()
        on_sqlite = db.engine.dialect.name == "sqlite"
        shut = "PRAGMA query_only=ON" if on_sqlite else "SET default_transaction_read_only = on"

        def refuse_writes(connection, *_):
            connection.cursor().execute(shut)
            connection.commit()  # on PostgreSQL it holds from the next transaction on

        event.listen(db.engine, "checkout", refuse_writes)
        try:
            with pytest.raises(DBAPIError):
                readiness.try_writing()
            states = [one.state.name for one in doctor.findings(now=clock.now()) if one.name == "写入数据库"]
            assert states == ["BROKEN"]
            assert readiness.report(now=clock.now(), alarm=False)["write"].startswith("database: ")
        finally:
            event.remove(db.engine, "checkout", refuse_writes)
            db.session.remove()  # what it holds would go back to a pool that nobody closes any more
            db.engine.dispose()
