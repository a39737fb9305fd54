"""Without a database people read in their language what became of their vote, and the log tells of the fault in one line."""

import base64
import errno
import hashlib
import json
import logging
import re
import sqlite3
import tempfile

import psycopg
import pytest
from click import ClickException
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import NotFound

from consult import cli, logs
from consult.config import ROOT
from consult.services.core import collisions
from consult.services.core.collisions import Away
from consult.services.core.uploads import disk
from consult.services.machine import schemas
from consult.services.site.watching import readiness
from consult.web import errors
from consult.web.guards import outages

PRIVATE = "13800000001"


def away() -> OperationalError:
    """The error that SQLAlchemy raises when PostgreSQL does not listen."""
    return OperationalError("SELECT 1", None, psycopg.OperationalError("connection refused"))


NOBODY_LISTENS = away()


def on_sqlite(number: int) -> OperationalError:
    error = sqlite3.OperationalError("it is not to be had")
    error.sqlite_errorcode = number
    return OperationalError("SELECT 1", None, error)


def on_postgresql(error: type[psycopg.Error]) -> DBAPIError:
    return DBAPIError("SELECT 1", None, error("no"))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (on_sqlite(sqlite3.SQLITE_CANTOPEN), Away.UNREACHED),
        (on_sqlite(sqlite3.SQLITE_FULL), Away.FULL),
        (on_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), Away.READ_ONLY),
        (on_sqlite(sqlite3.SQLITE_IOERR_READ), Away.BROKEN),
        (on_sqlite(sqlite3.SQLITE_NOTADB), Away.BROKEN),
        (on_sqlite(sqlite3.SQLITE_ERROR), None),
        (NOBODY_LISTENS, Away.UNREACHED),
        (on_postgresql(psycopg.errors.DiskFull), Away.FULL),
        (on_postgresql(psycopg.errors.ReadOnlySqlTransaction), Away.READ_ONLY),
        (on_postgresql(psycopg.errors.IoError), Away.BROKEN),
        (on_postgresql(psycopg.errors.TooManyConnections), Away.UNREACHED),
        (on_postgresql(psycopg.errors.UndefinedTable), None),
    ],
)
def test_a_database_that_cannot_be_asked_or_written_to_is_named_by_what_is_wrong(app, error, away):
    with app.app_context():
        assert collisions.why_away(error) is away and collisions.is_away(error) is (away is not None)


@pytest.mark.parametrize("number", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR_SHMSIZE])
def test_where_no_room_is_left_a_file_that_sqlite_cannot_make_is_a_full_disk(app, monkeypatch, number):
    monkeypatch.setattr(disk, "free_bytes", lambda: 4096)
    with app.app_context():
        assert collisions.why_away(on_sqlite(number)) is Away.FULL


def test_a_disk_that_is_not_there_is_said_on_the_page_of_an_outage(app, monkeypatch):
    def gone() -> int:
        raise FileNotFoundError("the disk was taken away")

    monkeypatch.setattr(disk, "free_bytes", gone)
    with app.test_request_context("/"):
        assert errors._fault(on_sqlite(sqlite3.SQLITE_CANTOPEN)).status_code == 503


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "存不了东西"), ("yue-Hant-HK", "儲唔到嘢")])
def test_on_a_full_disk_nobody_reads_that_the_site_is_not_to_be_reached(app, caplog, language, said):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        full = on_sqlite(sqlite3.SQLITE_FULL)
        full.orig.sqlite_errorname = "SQLITE_FULL"
        answer = errors._fault(full)
    assert answer.status_code == 503 and said in answer.get_data(as_text=True)
    (record,) = [one for one in caplog.records if one.name == "consult"]
    assert " SQLITE_FULL " in logs.LineFormatter(as_json=False).format(record)


@pytest.mark.parametrize(
    ("number", "words"), [(sqlite3.SQLITE_FULL, "硬盘满了"), (sqlite3.SQLITE_CANTOPEN, "数据库连不上")]
)
def test_a_command_and_the_doctor_name_what_is_wrong(app, monkeypatch, number, words):
    def fail(*_args: object) -> None:
        raise on_sqlite(number)

    with app.app_context(), pytest.raises(ClickException, match=words), cli.database_told():
        fail()
    monkeypatch.setattr(schemas, "of_database", fail)
    for command in ("doctor", "version"):
        assert words in app.test_cli_runner().invoke(args=[command]).output


def test_no_command_says_what_the_client_says_of_an_address():
    """Half of a mistyped password may stand in it, as the name of a host."""
    error = OperationalError("SELECT 1", {}, psycopg.OperationalError("failed to resolve host '7#d@db'"))
    with pytest.raises(ClickException, match="数据库连不上") as told, cli.database_told():
        raise error
    assert "7#d" not in str(told.value)


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "硬盘满了"), (errno.EROFS, "硬盘只能看")])
def test_a_drill_on_a_disk_that_takes_nothing_says_so(app, monkeypatch, number, words):
    def refuse(*_args: object, **_more: object) -> str:
        raise OSError(number, "no", "/var/lib/consult")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    done = app.test_cli_runner().invoke(args=["drill"])
    assert done.exit_code == 1 and words in done.output and "/var/lib/consult" in done.output


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "硬盘满了"), (errno.EROFS, "硬盘只能看")])
def test_the_doctor_says_in_chinese_that_the_disk_takes_nothing(app, monkeypatch, number, words):
    monkeypatch.setattr(readiness, "write_error", lambda *_: OSError(number, "no"))
    assert words in app.test_cli_runner().invoke(args=["doctor"]).output


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "再按一次不会算两次"), ("yue-Hant-HK", "再撳一次唔會計兩次")])
@pytest.mark.parametrize("htmx", [False, True])
def test_without_a_database_a_reader_is_told_whether_the_vote_counted(app, language, said, htmx):
    asked = {"Accept-Language": language} | ({"HX-Request": "true"} if htmx else {})
    with app.test_request_context("/", headers=asked):
        answer = errors._fault(away())
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(outages.RETRY_AFTER_SECONDS))
    assert said in page and page.startswith("<!doctype") is not htmx


def test_the_id_of_a_fault_stands_on_its_page_and_in_one_line_of_the_log(app, caplog):
    with app.test_request_context("/"):
        page = errors._fault(away()).get_data(as_text=True)
    (record,) = [one for one in caplog.records if one.name == "consult"]
    fault = re.search(r"fault (\w+)", record.getMessage())
    assert fault and fault[1] in page


def test_the_pages_that_nginx_shows_are_made_of_the_words_of_the_app(app):
    conf = (ROOT / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
    with app.test_request_context("/"):
        for name, said in outages.STATIC.items():
            assert (ROOT / "docs/deploy" / name).read_text(encoding="utf-8") == outages.static_page(said)
            assert f"/{name};" in conf
            assert f"location = /{name} {{" in conf


def test_a_page_that_stands_alone_has_its_looks_with_it_and_gives_words_back(app):
    with app.test_request_context("/", method="POST", data={"text": "村口的灯<b>", "pin": "834201"}):
        answer = errors._fault(away())
    page = answer.get_data(as_text=True)
    style = re.search(r"<style>(.*?)</style>", page)
    assert style and "村口的灯&lt;b&gt;" in page and "834201" not in page
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("on purpose"), 500), (CSRFError("old"), 400), (NotFound(), 404)]
)
def test_whatever_goes_wrong_htmx_gets_a_part_and_a_browser_a_page_with_the_words(app, village, error, status, htmx):
    """A whole page put into the place of a ballot would stand inside the page."""

    def fail() -> None:
        raise error

    headers = {"HX-Request": "true"} if htmx else {}
    with app.test_request_context("/rongxi/", method="POST", data={"text": "村口的灯"}, headers=headers):
        answer = app.make_response(app.handle_user_exception(error))
    page = answer.get_data(as_text=True)
    assert answer.status_code == status and ("<html" in page) is not htmx
    assert ('id="refusal"' in page) is htmx and ("村口的灯" in page) is (not htmx and status != 404)


def test_a_page_that_could_not_be_read_is_offered_again_and_nothing_is_sent(app, village):
    with app.test_request_context("/rongxi/notices/"):
        answer = app.make_response(errors._fault(on_sqlite(sqlite3.SQLITE_BUSY)))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and 'href="/rongxi/notices/"' in page and "再交" not in page


def test_nginx_writes_no_line_of_a_request():
    conf = (ROOT / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
    assert conf.count("access_log off;") == conf.count("listen 80;") + conf.count("listen 443")
    assert set(re.findall(r"error_log \S+ (\w+);", conf)) == {"emerg"} and "error_page 502 503 504" in conf


@pytest.mark.parametrize("as_json", [False, True])
def test_a_fault_is_one_line_with_time_and_level_and_a_trace_once_a_minute(as_json):
    formatter = logs.LineFormatter(as_json=as_json)
    lines = [formatter.format(fault()) for _ in range(480)]
    assert all("\n" not in line and "ERROR" in line and PRIVATE not in line for line in lines)
    assert sum("test_outages.py" in line and " fault" in line.rpartition("test_outages.py")[2] for line in lines) == 1
    if as_json:
        assert set(json.loads(lines[1])) == {"time", "level", "logger", "message", "error"}
    print(f"one fault: {len(lines[0])} bytes, then {len(lines[1])}; 480 faults: {sum(map(len, lines))} bytes")


def fault() -> logging.LogRecord:
    try:
        raise ValueError(f"{PRIVATE} is no such thing")
    except ValueError as error:
        info = type(error), error, error.__traceback__
    return logging.LogRecord("consult", logging.ERROR, "", 0, "fault %s", ("ab12",), info)
