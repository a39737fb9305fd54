"""python3 run.py bench matters: lists, filters and the search in merging with 5,000 matters beside 200, on both databases.

One village each; the matters lie in four years and all phases, most of them with the same words, as in a village that talks
of one ditch for years. What is printed is the shortest of some tries in milliseconds, one reader, no server
between: processor time on SQLite, time by the clock on PostgreSQL.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from flask import Flask
from sqlalchemy import func, insert, select, text

from bench.servers import ROOT
from bench.village import SUMMARY, people
from bench.voters import environment
from consult import clock, create_app
from consult.domain import search as search_rules
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.domain.search import SearchKind
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import (
    Consultation,
    Person,
    PhaseEntry,
    Proposal,
    ProposalRevision,
    SearchEntry,
    SearchPair,
    Village,
    db,
)
from consult.services.core import schema, transactions
from consult.services.core.acts import Act
from consult.services.people import grants, sign_ins, villages
from consult.web.access import SIGN_IN_COOKIE
from tests.running.postgres import Server

SMALL, LARGE = 200, int(os.environ.get("BENCH_MATTERS", "5000"))
YEARS = (2023, 2024, 2025, 2026)
PLACES = ("上围", "下围", "老碾房", "山塘口", "祠堂", "学校")
THINGS = ("水渠", "路灯", "桥", "垃圾池", "晒谷场", "水井", "巷道")
TIMES = 15
AT_MOST, SLACK = 2.0, 20.0
"""A page with 5,000 matters may take so many times what it takes with 200, or so many milliseconds more."""
Table = dict[str, float]


def main(_arguments: list[str]) -> int:
    found: dict[str, dict[int, Table]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = Server(folder, durable=True)
        try:
            for database in ("SQLite", "PostgreSQL"):
                found[database] = {}
                for size in (SMALL, LARGE):
                    place = folder / f"{database}-{size}"
                    place.mkdir()
                    url = f"sqlite:///{place / 'consult.db'}"
                    if database == "PostgreSQL":
                        url = cluster.address(cluster.copy()).replace("postgresql://", "postgresql+psycopg://", 1)
                    found[database][size] = _measured(size, environment(place, url))
        finally:
            cluster.stop()
    slow = 0
    for database, tables in found.items():
        print(f"\n{LARGE} matters against {SMALL}, {database}, best of {TIMES}, ms")
        for what, large in tables[LARGE].items():
            small = tables[SMALL][what]
            met = large <= max(small * AT_MOST, small + SLACK)
            slow += not met
            print(f"     {what:<34} {large:8.1f} / {small:.1f}  {'met' if met else 'NOT MET'}")
    return int(slow > 0)


def _measured(size: int, env: dict[str, str]) -> Table:
    command = [sys.executable, "-m", "bench.matters", str(size)]
    out = subprocess.run(command, cwd=ROOT, env=os.environ | env, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: Table = json.loads(out.strip().splitlines()[-1])
    return found


def build(size: int) -> str:
    """Make the village and its matters. Return the sign-in of an officer of its council."""
    now = clock.now()
    village = villages.create("bench", "榕溪村", now=now)
    with transactions.writing():
        everybody = people(village, 60)
        grants.give_first(everybody[0], Role.COUNCIL_MEMBER, Term(date(2026, 1, 1)), Act.by_system(village.id, now=now))
        _matters(village, everybody, size)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return sign_ins.begin(everybody[0], SignInWay.DEMO, now=now)


def _matters(village: Village, everybody: list[Person], size: int) -> None:
    first = (db.session.scalar(select(func.max(Consultation.id))) or 0) + 1
    phases, here = list(Phase), {"village_id": village.id}
    tables: dict[type, list[dict[str, object]]] = {
        table: [] for table in (Consultation, Proposal, ProposalRevision, PhaseEntry, SearchEntry, SearchPair)
    }
    for n in range(size):
        who, number = everybody[n % len(everybody)].id, n % (size // len(YEARS)) + 1
        year, phase = YEARS[n * len(YEARS) // size], phases[n % len(phases)]
        at = datetime(year, 1, 2, tzinfo=UTC) + timedelta(hours=number)
        title = f"修{PLACES[n % len(PLACES)]}的{THINGS[n % len(THINGS)]}第{n}段"
        consultation = here | {"id": first + n, "year": year, "number": number, "opened_at": at, "request_key": f"m{n}"}
        tables[Consultation].append(consultation | {"opened_by": who, "phase": phase})
        said = {"title": title, "summary": SUMMARY, "text": "", "place": PLACES[n % len(PLACES)]}
        proposal = here | said | {"id": first + n, "consultation_id": first + n, "language": "zh-Hans-CN"}
        tables[Proposal].append(proposal | {"proposed_by": who, "proposed_at": at})
        words = Draft(title=title, summary=SUMMARY, text="", place=said["place"], cost_fen=None, funding=())
        revision = here | {"proposal_id": first + n, "number": 1, "words": words.as_facts(), "request_key": f"r{n}"}
        tables[ProposalRevision].append(revision | {"revised_by": who, "revised_at": at, "reason": ""})
        entry = here | {"consultation_id": first + n, "number": 1, "phase": phase, "entered_at": at, "entered_by": who}
        tables[PhaseEntry].append(entry | {"reason": ""})
        plain = search_rules.plain(f"{title}\n{SUMMARY}\n{said['place']}")
        found = here | {"id": first + n, "subject": f"proposal:{first + n}", "kind": SearchKind.PROPOSAL}
        found |= {"consultation_id": first + n, "text": title, "plain": plain, "language": "zh-Hans-CN"}
        tables[SearchEntry].append(found | {"written_at": at})
        tables[SearchPair] += [here | {"pair": pair, "entry_id": first + n} for pair in search_rules.pairs(plain)]
    for table, rows in tables.items():
        db.session.execute(insert(table), rows)


def db_is_sqlite(app: Flask) -> bool:
    """Tell whether all the work is done in this process: then its processor time is measured, which no neighbour changes."""
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def measure(app: Flask, token: str, size: int) -> Table:
    """Return the shortest time of each page in milliseconds."""
    with app.app_context():
        newest = db.session.scalar(select(func.max(Consultation.id))) or 0
        oldest = db.session.scalar(select(func.min(Consultation.id))) or 0
    list_, steering = "/bench/consultations/", f"/bench/consultations/{newest}/steering"
    pages = {
        "all": list_,
        "far back": f"{list_}?before={oldest + 40}",
        "one phase": f"{list_}?phase=decide",
        "one phase, far back": f"{list_}?phase=decide&before={oldest + 40}",
        "one year, the first": f"{list_}?year={YEARS[0]}",
        "one phase of the first year": f"{list_}?phase=carry_out&year={YEARS[0]}",
        "a year without any": f"{list_}?phase=raise&year=2019",
        "merging: the newest": steering,
        "merging: words that all have": f"{steering}?find=大水冲坏",
        "merging: words that few have": f"{steering}?find=第{size // 2}段",
        "merging: words that none has": f"{steering}?find=飞机场",
        "merging: one letter": f"{steering}?find=修",
        "merging: two words": f"{steering}?find=祠堂 水井",
        "merging: a number": f"{steering}?find={YEARS[0]}-07",
        "search of the site": "/bench/search?q=大水冲坏",
        "front page": "/bench/",
    }
    clock_of = process_time if db_is_sqlite(app) else perf_counter
    client = app.test_client()
    client.set_cookie(SIGN_IN_COOKIE, token)
    found = {}
    for what, path in pages.items():
        times = []
        for n in range(TIMES + 2):
            began = clock_of()
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"bench: {path} answered {answer.status_code}")
            if n >= 2:
                times.append((clock_of() - began) * 1000)
        found[what] = min(times)
    return found


if __name__ == "__main__":
    here = create_app()
    with here.app_context():
        schema.create()
        signed = build(int(sys.argv[1]))
    print(json.dumps(measure(here, signed, int(sys.argv[1]))))
