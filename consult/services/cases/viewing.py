"""Every look into a case is noted, and the parties are shown who looked. Nothing is shown that could not be noted."""

from dataclasses import dataclass
from datetime import datetime

from consult.models import CaseView, Person, case_reads, db
from consult.services import group_commit
from consult.services.cases.reading import Opened


@dataclass(frozen=True)
class Look:
    at: datetime
    name: str
    part: str
    what: str


def note(case: Opened, person: Person, what: str, *, now: datetime) -> None:
    """Written by the one thread that writes, since a page that is read takes no lock itself. `what`: page, volume, file."""
    seen = {"by": person.id, "name": person.name, "part": case.known_as or case.part.value, "what": what}
    if not case.keys.opens("all"):
        return  # who opens nothing has seen nothing
    row = {
        "case_id": case.row.id,
        "village_id": case.row.village_id,
        "viewed_at": now,
        "cipher": case.keys.seal("all", seen),
    }
    group_commit.run(lambda: db.session.add(CaseView(**row)))


def looks(case: Opened) -> list[Look]:
    """The newest first."""
    found = []
    for row in case_reads.views(case.row.id):
        seen = case.keys.unseal("all", row.cipher)
        found.append(Look(row.viewed_at, seen["name"], seen["part"], seen["what"]))
    return found
