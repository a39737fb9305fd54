"""Codes when two requests come at once, at the turn of a birthday, and in what leaves traces."""

import contextlib
import json
import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.models import OneTimeCode, db
from consult.services.core import crypto
from consult.services.people import codes, sign_ins

UNKNOWN = "13999999999"


def ask(cast, phone: str, *, now: datetime | None = None) -> str:
    return codes.ask(cast.id, phone, now=now or clock.now())


def check(cast, phone: str) -> None:
    codes.check(cast.id, phone, "000000", now=clock.now())


def last_code(config) -> str:
    return json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]


def statements(app, act, *arguments) -> list[str]:
    """What the database is told, without the values."""
    db.session.commit()
    watched = app.extensions["watch"].queries
    watched.clear()
    with contextlib.suppress(Refused):
        act(*arguments)
    return list(watched)


def test_a_known_and_an_unknown_number_cost_the_database_the_same(app, inside):
    known, unknown = statements(app, ask, inside, inside.ah_fong.phone), statements(app, ask, inside, UNKNOWN)
    assert known == unknown
    tried = [statements(app, check, inside, phone) for phone in (inside.ah_fong.phone, UNKNOWN)]
    for at in (0, 1):
        assert tried[at]
    kinds = [[statement.split()[0] for statement in one if "village " not in statement] for one in tried]
    assert kinds[0] == kinds[1]


@pytest.mark.both_databases
def test_of_requests_that_come_at_once_one_gets_a_code(app, village):
    gate, instant = threading.Barrier(6), clock.now()

    def request(_n: int) -> object:
        with app.app_context():
            gate.wait()
            try:
                return codes.ask(village.id, village.ah_fong.phone, now=instant)
            except Refused as refusal:
                return refusal.reason

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(request, range(6)))
    assert sorted(map(str, answers)) == sorted([village.ah_fong.phone, *[str(Reason.WAIT_FOR_CODE)] * 5])
    with app.app_context():
        assert db.session.query(OneTimeCode).count() == 1


def test_who_turns_eighteen_may_sign_in_from_the_villages_midnight(inside):
    ming = inside.siu_ming.row()
    ming.born, midnight = date(2008, 7, 13), datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
    db.session.commit()
    for early, allowed in ((timedelta(seconds=1), False), (timedelta(0), True)):
        found = codes.people_on(inside.id, ming.phone_mark, on=codes._day(inside.id, midnight - early))
        assert bool(found) is allowed


def test_signing_in_after_the_code_waits_for_another_writer_instead_of_failing(app, inside, config):
    phone, instant = ask(inside, inside.ah_fong.phone), clock.now()
    person = codes.check(inside.id, phone, last_code(config), now=instant)[0]
    assert person.name  # read in a transaction that began before the other one wrote
    other = sqlite3.connect(config.database_url.removeprefix("sqlite:///"))
    with other:
        other.execute("INSERT INTO attempt (village_id, mark, tried_at) VALUES (?, 'x', '2026-01-01')", (inside.id,))
    other.close()
    assert sign_ins.find(sign_ins.begin(person, "code", now=instant), now=instant)


def test_a_fault_of_the_database_tells_the_log_no_values(inside, caplog):
    caplog.set_level(logging.DEBUG)
    mark = crypto.mark("phone", inside.ah_fong.phone)
    with pytest.raises(DBAPIError) as fault:
        db.session.execute(text("INSERT INTO attempt (village_id, mark, nothing) VALUES (1, :mark, 1)"), {"mark": mark})
    assert mark not in str(fault.value) and mark not in caplog.text
