"""Without a database people read in their language what became of their vote, and the log tells of the fault in one line."""

import json
import logging
import re
import sqlite3

import pytest
from psycopg import OperationalError as NoServer
from sqlalchemy.exc import OperationalError

from consult import logs
from consult.config import ROOT
from consult.services.core import collisions
from consult.web import errors
from consult.web.guards import outages

PRIVATE = "13800000001"


def away() -> OperationalError:
    """The error that SQLAlchemy raises when PostgreSQL does not listen."""
    return OperationalError("SELECT 1", None, NoServer("connection refused"))


def on_sqlite(number: int) -> OperationalError:
    error = sqlite3.OperationalError("it is not to be had")
    error.sqlite_errorcode = number
    return OperationalError("SELECT 1", None, error)


@pytest.mark.parametrize(
    "number", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_NOTADB]
)
def test_a_file_that_cannot_be_read_or_written_is_a_database_that_is_away(number):
    assert collisions.is_away(on_sqlite(number))
    assert not collisions.is_away(on_sqlite(sqlite3.SQLITE_ERROR))


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


def test_the_page_that_nginx_shows_is_made_of_the_words_of_the_app(app):
    with app.test_request_context("/"):
        assert (ROOT / "docs/deploy/down.html").read_text(encoding="utf-8") == outages.static_page()


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
