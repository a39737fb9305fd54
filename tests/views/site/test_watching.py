"""/healthz, /readyz and /metrics say what is wrong; officers read that the job runner is dead."""

import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from consult import clock
from consult.config import VERSION
from consult.models import JobRun, database_file, db
from consult.services.core import collisions, job_runs, rollback_guard, transactions, upkeep
from consult.services.core.collisions import Away
from consult.services.machine import schemas
from consult.web.guards import measures
from tests.village import a_poll, vote

MINUTE = timedelta(minutes=1)
SAID = "后台现在停了"


def ran(app, *, ago: timedelta) -> None:
    """The job runner did its minute so long ago."""
    with app.app_context():
        at = clock.now() - ago
        row = JobRun(job="close_due", due_at=at, tries=1, claimed_until=at, finished_at=at)
        db.session.add(row)
        db.session.commit()
        db.session.remove()


def ready(app, client):
    app.extensions.pop("readiness", None)
    return client.get("/readyz")


@pytest.mark.both_databases
def test_a_machine_with_all_it_needs_is_ready(app, client, village):
    ran(app, ago=MINUTE)
    answer = ready(app, client)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.json["version"] == VERSION
    assert {k: v for k, v in answer.json.items() if k != "version"} == {
        "status": "ready",
        **dict.fromkeys(("database", "schema", "write", "records", "runner"), "ok"),
    }


@pytest.mark.both_databases
def test_a_machine_whose_job_runner_is_dead_is_not_ready(app, client, village):
    assert ready(app, client).json["runner"] == "never seen"
    ran(app, ago=4 * MINUTE)
    answer = ready(app, client)
    assert answer.status_code == 503 and answer.json["runner"] == "last seen 4 minutes ago"
    ran(app, ago=2 * MINUTE)
    assert ready(app, client).status_code == 200


@pytest.mark.both_databases
def test_what_was_noted_ahead_of_the_clock_is_fresh_at_no_door(app, as_person, client, village):
    """The clock ran ahead and was put right, or somebody wrote the stamps: nothing of that is a sign of life."""
    ahead = clock.now() + 9 * 60 * MINUTE
    ran(app, ago=-9 * 60 * MINUTE)
    with app.app_context():
        upkeep.note(upkeep.BACKUP, now=ahead)
        upkeep.note(upkeep.DRILL, now=ahead)
    answer = ready(app, client)
    assert answer.status_code == 503 and answer.json["runner"] == "seen only ahead of the clock"
    app.extensions.pop("runner_seen", None)
    assert SAID in as_person(village.ms_yip).get("/rongxi/").text
    health = client.get("/healthz").json
    assert health["status"] == "attention" and health["noted_ahead_of_the_clock"] == ["backup", "drill"]
    assert health["hours_since_backup"] is health["hours_since_drill"] is None
    found = {one.name: one for one in text_string_to_metric_families(client.get("/metrics").text)}
    for name in ("backup_age_seconds", "drill_age_seconds", "jobs_age_seconds"):
        assert [one.value for one in found[f"consult_{name}"].samples] == [math.inf], name
    ran(app, ago=MINUTE)  # one that lives is not taken for dead by what was noted ahead
    assert ready(app, client).status_code == 200


@pytest.mark.both_databases
def test_a_machine_on_another_schema_is_not_ready(app, client, village):
    ran(app, ago=MINUTE)
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0041'"))
        db.session.commit()
        db.session.remove()
    answer = ready(app, client)
    assert answer.status_code == 503 and answer.json["schema"] == f"0041, needed: {schemas.newest()}"


def test_a_machine_that_cannot_write_is_not_ready(app, config, client, village):
    ran(app, ago=MINUTE)
    app.config["CONSULT"] = replace(config, instance_path=config.instance_path / "gone")
    try:
        answer = ready(app, client)
    finally:
        app.config["CONSULT"] = config
    assert answer.status_code == 503 and answer.json["write"].startswith("disk: ")


def test_a_machine_whose_database_is_locked_for_good_or_old_is_not_ready(app, client, village):
    ran(app, ago=MINUTE)
    with app.app_context():
        poll = a_poll(village)
        vote(village, poll, village.ah_fong, 1)
        rollback_guard.advance(now=clock.now())
        rollback_guard.path().write_text('{"1": [99, "ff"]}')
        db.session.remove()
    answer = ready(app, client)
    assert answer.status_code == 503 and answer.json["records"] == "older than a witness"


@pytest.mark.own_app
def test_without_a_database_both_answer_503_in_json(app, config, client, village):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    database = config.database_url.removeprefix("sqlite:///")
    with open(database, "r+b") as file:
        file.write(b"no database at all" * 100)
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 503 and answer.is_json, path


@pytest.mark.own_app
def test_a_database_file_that_was_moved_takes_no_vote_and_is_named_until_it_is_back(
    app, config, client, as_person, village
):
    if not config.on_sqlite:
        pytest.skip("PostgreSQL has no such file")
    ran(app, ago=MINUTE)
    assert ready(app, client).status_code == 200
    reader = as_person(village.ah_fong)
    file = Path(config.database_url.removeprefix("sqlite:///"))
    aside = file.with_name("aside.db")
    with app.app_context():
        db.session.remove()
    file.rename(aside)
    for _again in range(2):
        answer = ready(app, client)
        assert (answer.status_code, answer.json["database"]) == (503, "gone")
        assert client.get("/healthz").status_code == 503
        with app.app_context(), pytest.raises(OperationalError) as refused, transactions.writing():
            db.session.execute(text("UPDATE installation SET id = id"))
        assert collisions.why_away(refused.value) is Away.GONE
        assert reader.get("/rongxi/").status_code == 503
    assert not file.exists()  # SQLite would have made an empty one
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "数据库的文件被移走" in said
    aside.rename(file)
    assert ready(app, client).status_code == 200
    with app.app_context():
        with transactions.writing():
            db.session.execute(text("UPDATE installation SET id = id"))
        db.session.remove()


@pytest.mark.own_app
def test_a_log_that_was_taken_away_and_a_link_that_leads_elsewhere_take_no_vote(app, config, tmp_path):
    """Acts went on into a file without a name, or into one that the path names no more: acknowledged, and lost."""
    if not config.on_sqlite:
        pytest.skip("PostgreSQL has no such file")
    file, link, other = (tmp_path / name for name in ("real.db", "link.db", "other.db"))
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(other)) as copy:
        source.execute("CREATE TABLE act (x TEXT)")
        source.execute("PRAGMA journal_mode=WAL")
        source.backup(copy)
    link.symlink_to(file)
    engine, reasons = create_engine(f"sqlite:///{link}"), []
    database_file.watch(engine, lambda: str(link))

    def written() -> bool:
        try:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO act VALUES ('x')"))
        except OperationalError as error:
            reasons.append(collisions.why_away(error))
            return False
        return True

    assert written() and written()
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink()
    assert not written() and written() and written()
    link.unlink()
    link.symlink_to(other)
    assert not written() and written()
    with closing(sqlite3.connect(other)) as there:
        assert there.execute("SELECT count(*) FROM act").fetchone() == (1,)
    assert reasons == [Away.GONE, Away.GONE]
    engine.dispose()


def test_healthz_names_the_version(client, village):
    assert client.get("/healthz").json["version"] == VERSION


@pytest.mark.both_databases
def test_metrics_are_figures_in_the_format_of_prometheus(app, client, village):
    ran(app, ago=MINUTE)
    client.get("/rongxi/")
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain; version=")
    found = {one.name: one for one in text_string_to_metric_families(answer.text)}
    assert found["consult_database_up"].samples[0].value == 1
    assert found["consult_outbox_waiting"].samples[0].value == 0
    assert found["consult_info"].samples[0].labels == {"version": VERSION, "schema": schemas.newest()}
    lanes = {one.labels["lane"]: one.value for one in found["consult_jobs_age_seconds"].samples}
    assert 60 <= lanes["closing"] < 120 and "messages" not in lanes
    counted = [one for one in found["consult_request_seconds"].samples if one.name.endswith("_count")]
    assert sum(one.value for one in counted if one.labels == {"method": "GET", "status": "2xx"}) >= 1
    assert not [word for word in ("rongxi", "榕", village.ah_fong.name) if word in answer.text]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
@pytest.mark.parametrize("proxies", [0, 1])
def test_metrics_are_told_to_nobody_who_comes_through_a_proxy(config, client, app, header, proxies):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("address", ["10.0.0.7", "192.0.2.1", "", "2001:db8::1"])
def test_metrics_are_told_to_no_other_machine(client, address):
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_officers_read_that_the_job_runner_is_dead_and_villagers_do_not(app, as_person, village):
    ran(app, ago=5 * MINUTE)
    app.extensions.pop("runner_seen", None)
    assert SAID in as_person(village.ms_yip).get("/rongxi/").text
    app.extensions.pop("runner_seen", None)
    assert SAID not in as_person(village.ah_fong).get("/rongxi/").text


@pytest.mark.parametrize("ago", [MINUTE, None])
def test_where_it_lives_or_never_was_no_banner_stands(app, as_person, village, ago):
    if ago is not None:
        ran(app, ago=ago)
    app.extensions.pop("runner_seen", None)
    assert SAID not in as_person(village.ms_yip).get("/rongxi/").text


def test_each_page_names_the_version_at_its_foot(client, village):
    client.get("/rongxi/")
    assert VERSION in client.text(".foot")


@pytest.mark.both_databases
def test_each_runner_is_noted_by_its_name(app, village):
    with app.app_context():
        for name in ("one 1", "two 2", "one 1"):
            job_runs.beat(name, clock.now().replace(second=0, microsecond=0), now=clock.now())
        assert set(job_runs.runners(now=clock.now())) == {"one 1", "two 2"}


def test_workers_keep_their_figures_apart_where_there_is_no_room_for_them(tmp_path, monkeypatch, caplog):
    assert measures.may_share(str(tmp_path)) and not measures.may_share("")
    assert not caplog.records
    assert not measures.may_share(str(tmp_path / "nothing"))
    full = SimpleNamespace(f_bavail=10, f_frsize=4096)
    monkeypatch.setattr("consult.web.guards.measures.os.statvfs", lambda _folder: full)
    assert not measures.may_share(str(tmp_path))
    assert [str(tmp_path) in one.getMessage() for one in caplog.records] == [True, True]
