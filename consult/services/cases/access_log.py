"""The log of who opened a case, which its parties are shown. A page shows nothing that could not be noted here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consult.models import CaseReader, CaseView, Village, db
from consult.models.cases import case_queries
from consult.services.cases import keys
from consult.services.cases.reading import Opened
from consult.services.core import group_commit
from consult.services.core.acts import Act
from consult.services.people.villages import local_day


@dataclass(frozen=True)
class AccessLogLine:
    """The cases that one person opened on one day of the village."""

    at: datetime
    """The last time on that day."""
    name: str
    part: str
    what: str
    """page | volume | file | paper"""
    times: int


def note(case: Opened, what: str, act: Act) -> None:
    """Note that the actor opened a case (`what`: page, volume, file, paper), and that they have seen its news.

    Written by the one thread that writes, since a page that is read takes no lock itself.
    """
    seen = {"by": act.actor.id, "name": act.actor.name, "part": case.known_as or case.part.value, "what": what}
    keyring = case.open_keys
    if not keyring.opens("all"):
        return  # a reader without keys has seen nothing
    mine = (case.row.id, keys.mark(keys.of_person(act.actor.id)))
    row = {
        "case_id": case.row.id,
        "village_id": case.row.village_id,
        "viewed_at": act.now,
        "cipher": keyring.seal("all", seen),
    }
    group_commit.run(lambda: _write(row, mine, act.now))


def _write(row: dict[str, Any], mine: tuple[int, str], now: datetime) -> None:
    db.session.add(CaseView(**row))
    held = db.session.get(CaseReader, mine)
    if held is not None:
        held.seen_at = now


def lines(case: Opened) -> list[AccessLogLine]:
    """Return who opened the case, the newest first."""
    village = db.session.get_one(Village, case.row.village_id)
    keyring = case.open_keys
    found: dict[tuple[str, str, str, date], AccessLogLine] = {}
    for row in case_queries.views(case.row.id):
        seen = keyring.unseal("all", row.cipher)
        key = (seen["name"], seen["part"], seen["what"], local_day(village, row.viewed_at))
        earlier = found.get(key)
        found[key] = AccessLogLine(
            at=earlier.at if earlier else row.viewed_at,
            name=seen["name"],
            part=seen["part"],
            what=seen["what"],
            times=earlier.times + 1 if earlier else 1,
        )
    return list(found.values())
