"""python3 run.py bench cases: the pages of mediators stay as fast with 20,000 cases as with 200, on SQLite.

One village each; the cases are copies of three that went their way through the services: one waits, one is being
mediated, the others are in the archive. The reader is head of mediation and may read all of them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from bench.client import Request, get, median_ratio
from bench.goals import ROUNDS, SECONDS, rounds
from bench.servers import ROOT, serving
from bench.village import people
from bench.voters import environment
from consult import clock, create_app
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, Source
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import Base, CaseEntry, CaseName, CaseReader, MediationCase, Person, Village, db
from consult.services.cases import filing, membership, reading, transitions
from consult.services.cases.filing import Application
from consult.services.cases.transitions import Transition
from consult.services.core import schema, transactions
from consult.services.core.acts import Act
from consult.services.people import grants, sign_ins, villages

SMALL, LARGE = 200, int(os.environ.get("BENCH_CASES", "20000"))
OPEN = 60
"""So many of either size are not in the archive: what a village has in hand does not grow with its past."""
Step = tuple[CaseAct, dict[str, object]]
Targets = dict[str, tuple[int, Callable[[], Request]]]
WANTED = {"list": 0.7, "archive": 0.7, "case": 0.9}


def main(_arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeded = {size: _seed(folder / str(size), size) for size in (SMALL, LARGE)}
        with serving("app:app", seeded[SMALL][0]) as small, serving("app:app", seeded[LARGE][0]) as large:
            found = rounds(
                _targets(SMALL, small.port, seeded[SMALL][1]) | _targets(LARGE, large.port, seeded[LARGE][1])
            )
    print(f"\n{LARGE} cases against {SMALL}, SQLite, {ROUNDS} rounds of {SECONDS:g} s")
    for what, wanted in WANTED.items():
        value = median_ratio(found[f"{what} {LARGE}"], found[f"{what} {SMALL}"])
        shown = f"{value:.2f}x ({median(found[f'{what} {LARGE}']):.0f} / {median(found[f'{what} {SMALL}']):.0f} per s)"
        print(f"     {what:<10} >= {wanted:.2f}x {shown:>26}  {'met' if value >= wanted else 'NOT MET'}")
    for what in ("board", "report"):
        print(f"     {what:<10} {median(found[f'{what} {LARGE}']):.1f} / {median(found[f'{what} {SMALL}']):.1f} per s")
    return 0


def _targets(size: int, port: int, facts: dict[str, str]) -> Targets:
    cookie, month = f"sign_in={facts['token']}", f"{clock.now():%Y-%m}"
    pages = {
        "list": "/bench/cases/",
        "archive": f"/bench/cases/?shelf=shut&after={size // 2}",
        "case": f"/bench/cases/{facts['address']}",
        "board": "/bench/cases/board",
        "report": f"/bench/cases/reports/{month}",
    }
    return {f"{what} {size}": (port, partial(get, path, cookie)) for what, path in pages.items()}


def _seed(place: Path, size: int) -> tuple[dict[str, str], dict[str, str]]:
    place.mkdir()
    env = environment(place, f"sqlite:///{place / 'consult.db'}")
    command = [sys.executable, "-m", "bench.cases", str(size)]
    out = subprocess.run(command, cwd=ROOT, env=os.environ | env, check=True, stdout=subprocess.PIPE, text=True).stdout
    return env, json.loads(out.strip().splitlines()[-1])


def build(size: int) -> dict[str, str]:
    """Make the village and its cases; sign the head of mediation in."""
    now = clock.now()
    village = villages.create("bench", "榕溪村", now=now)
    with transactions.writing():
        everybody = people(village, 40)
        grants.give_first(
            everybody[0], Role.HEAD_OF_MEDIATION, Term(date(2026, 1, 1)), Act.by_system(village.id, now=now)
        )
    made = [_case(village, everybody, n) for n in range(3)]
    for n, case_id in enumerate(made):
        _copy(case_id, (size - OPEN if n == 2 else OPEN // 2) - 1)
    return {
        "token": sign_ins.begin(everybody[0], SignInWay.DEMO, now=now),
        "address": db.session.get_one(MediationCase, made[1]).address,
    }


def _case(village: Village, everybody: list[Person], n: int) -> int:
    """File a case and take it to a state. 0: waits to be taken. 1: being mediated. 2: in the archive."""
    applicant, other = everybody[2 * n + 5], everybody[2 * n + 6]
    sides = [membership.party_of(applicant, CaseRole.APPLICANT), membership.party_of(other, CaseRole.RESPONDENT)]
    told = Application(topic="neighbours", source=Source.APPLICATION, sides=sides, words="水流过来，说了几次。")
    row = filing.file_for(told, Act.of(everybody[0], now=clock.now(), key=str(n)))
    day = f"{clock.now():%Y-%m-%d}"
    consents: list[Step] = [(CaseAct.CONSENT, {"party": party, "answer": "yes"}) for party in (1, 2)]
    accept: Step = (CaseAct.ACCEPT, {"title": "水沟", "kind": "neighbours", "tag": None, "rights_told": True})
    ways: tuple[tuple[Step, ...], ...] = (
        (),
        (accept, (CaseAct.TAKE_ON, {}), *consents),
        (
            (CaseAct.DECLINE, {"ground": "no_dispute", "reason": "不是纠纷"}),
            (CaseAct.CLOSE, {"summary": day, "prevented": None}),
            (CaseAct.ARCHIVE, {"shelf": ""}),
        ),
    )
    for step, (act, facts) in enumerate(ways[n]):
        reader = reading.reader_of(everybody[0], {Role.HEAD_OF_MEDIATION}, on=clock.now().date() + timedelta(0))
        case = reading.opened(row.address, reader)
        if case is None:
            raise SystemExit("bench: the head cannot open the case")
        transitions.do(case, Transition(act, facts), Act.of(everybody[0], now=clock.now(), key=str(step)))
    return row.id


@transactions.atomic
def _copy(case_id: int, times: int) -> None:
    """Write copies of a case. Keys are wrapped for a reader, not for a case: a copy opens like its original."""
    original = _columns(db.session.get_one(MediationCase, case_id))
    below = {
        table: [_columns(row) for row in db.session.scalars(select(table).where(table.case_id == case_id))]
        for table in (CaseReader, CaseEntry, CaseName)
    }
    first = (db.session.scalar(select(MediationCase.id).order_by(MediationCase.id.desc()).limit(1)) or 0) + 1
    ids = range(first, first + times)
    db.session.execute(
        insert(MediationCase), [original | {"id": n, "address": f"copy-{n}", "number": 1000 + n} for n in ids]
    )
    for table, rows in below.items():
        more = [
            row | {"case_id": n} | ({"request_key": f"{n}:{row['number']}"} if table is CaseEntry else {})
            for n in ids
            for row in rows
        ]
        db.session.execute(insert(table), more)


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


if __name__ == "__main__":
    with create_app().app_context():
        schema.create()
        print(json.dumps(build(int(sys.argv[1]))))
