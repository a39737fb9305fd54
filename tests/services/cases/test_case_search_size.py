"""A search among two thousand cases: one select, whatever is sought, and no line of a case that is another's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert

from consult import clock
from consult.domain.cases.states import CaseState
from consult.models import CaseReader, MediationCase, db
from consult.models.cases.case_queries import Wanted
from consult.services.cases import keys, reading
from consult.services.cases.office import case_calendar, finding
from consult.services.people import villages
from consult.views.cases.cases import DESK, LISTED, OWN
from tests.cases import a_case

MANY = 2000


def many(cast) -> None:
    """Cases in the archive, each with its own key and line, which the head reads."""
    cases, readers = [], []
    first = db.session.query(MediationCase.id).order_by(MediationCase.id.desc()).limit(1).scalar() or 0
    head = keys.of_head(cast.id)
    for n in range(first + 1, first + 1 + MANY):
        ring = keys.new_keyring()
        line = ring.seal("all", {"title": f"地界纠纷{n}", "names": [f"甲{n}", f"乙{n % 7}"], "applicants": 1})
        cases.append(
            {
                "id": n,
                "village_id": cast.id,
                "address": f"a{n:023}",
                "year": 2025,
                "number": n,
                "source": "application",
                "kind": "land_forest",
                "state": "archived",
                "opened_at": clock.now(),
                "changed_at": clock.now(),
                "cipher": line,
            }
        )
        readers.append(
            {
                "case_id": n,
                "village_id": cast.id,
                "reader_mark": keys.mark(head),
                "part": "head",
                "wrapped": keys.wrap(head, ring),
            }
        )
    db.session.execute(insert(MediationCase), cases)
    db.session.execute(insert(CaseReader), readers)
    db.session.commit()


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_conn, _cursor, statement, *_more) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.both_databases
def test_a_search_among_two_thousand_cases_is_one_select(inside):
    a_case(inside, CaseState.PERFORMING)
    many(inside)
    on = villages.local_day(inside.row(), clock.now())
    leung, keung = (
        reading.reader_of(who.row(), villages.roles_of(who.row(), on=on), on=on)
        for who in (inside.aunt_leung, inside.ah_keung)
    )
    for words, sort, expected in (("乙3", "number", MANY // 7), ("", "name", MANY), ("陈伯坚", "due", 1)):
        with statements() as said:
            begun = time.perf_counter()
            found = finding.search(leung, Wanted(tuple(LISTED), DESK, sort=sort), words)
            took = time.perf_counter() - begun
        print(f"{words or sort}: {len(said)} statements, {took * 1000:.0f} ms, {found.total} found")
        assert abs(found.total - expected) <= 1 and len(found.rows) <= finding.PAGE and len(said) <= 2
        assert took < 20
    for wanted in (Wanted(tuple(LISTED), DESK, kind="land_forest", sort="due"), Wanted(("archived",), DESK)):
        with statements() as said:
            begun = time.perf_counter()
            page = finding.search(leung, wanted, "", page=3)
            print(f"{wanted.sort}: {len(said)} statements, {(time.perf_counter() - begun) * 1000:.0f} ms")
        assert len(page.rows) == finding.PAGE and page.more and len(said) <= 2
    assert finding.search(keung, Wanted(tuple(LISTED), DESK, sort="name"), "").rows == []
    with statements() as said:
        begun = time.perf_counter()
        days = case_calendar.days_of(leung, OWN, DESK)
        print(f"calendar: {len(said)} statements, {(time.perf_counter() - begun) * 1000:.0f} ms, {len(days)} days")
    assert days and case_calendar.days_of(keung, OWN, ()) == []
