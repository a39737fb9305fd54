"""Every look into a case is noted, and the parties are shown who looked. Nothing is shown that could not be noted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consult.models import CaseReader, CaseView, Person, Village, db
from consult.models.cases import case_queries
from consult.services.cases import keys
from consult.services.cases.reading import Opened
from consult.services.core import group_commit
from consult.services.people.villages import local_day


@dataclass(frozen=True)
class AccessLogLine:
    at: datetime
    name: str
    part: str
    what: str
    times: int
    """On that day; `at` is the last of them."""


def note(case: Opened, person: Person, what: str, *, now: datetime) -> None:
    """Written by the one thread that writes, since a page that is read takes no lock itself. `what`: page, volume, file."""
    seen = {"by": person.id, "name": person.name, "part": case.known_as or case.part.value, "what": what}
    if not case.keys.opens("all"):
        return  # who opens nothing has seen nothing
    mine = (case.row.id, keys.mark(keys.of_person(person.id)))
    row = {
        "case_id": case.row.id,
        "village_id": case.row.village_id,
        "viewed_at": now,
        "cipher": case.keys.seal("all", seen),
    }
    group_commit.run(lambda: _write(row, mine, now))


def _write(row: dict[str, Any], mine: tuple[int, str], now: datetime) -> None:
    db.session.add(CaseView(**row))
    held = db.session.get(CaseReader, mine)
    if held is not None:
        held.seen_at = now


def access_log(case: Opened) -> list[AccessLogLine]:
    """Return who opened the case, the newest first; what one person opened on one day of the village is one line."""
    village = db.session.get_one(Village, case.row.village_id)
    found: dict[tuple[str, str, str, date], AccessLogLine] = {}
    for row in case_queries.views(case.row.id):
        seen = case.keys.unseal("all", row.cipher)
        key = (seen["name"], seen["part"], seen["what"], local_day(village, row.viewed_at))
        times = found[key].times + 1 if key in found else 1
        found[key] = AccessLogLine(
            found[key].at if key in found else row.viewed_at, seen["name"], seen["part"], seen["what"], times
        )
    return list(found.values())
