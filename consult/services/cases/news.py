"""Telling those of a case that it moved: one neutral line that leads to their own list. Not a word of the case is in it."""

from datetime import date, datetime

from consult.domain.cases.acts import Act
from consult.domain.cases.facts import Situation
from consult.domain.cases.states import PARTIES, Part
from consult.domain.notifications import Event
from consult.domain.roles import MEDIATES
from consult.models import MediationCase, Person, case_reads, person_reads
from consult.models.participant_reads import holders
from consult.services import notifications, vault
from consult.services.cases import keys
from consult.services.cases.reading import Opened

QUIET = frozenset({Act.NOTE, Act.INVESTIGATE, Act.REPORT_POLICE, Act.ARCHIVE, Act.RECUSE})
"""Nobody outside of the desk hears of these."""
OWN_TALK = frozenset({Act.STATEMENT, Act.CHOOSE_MEDIATOR, Act.REFUSE_MEDIATOR})
"""Of these only the desk hears."""


def tell(case: Opened, act: Act, s: Situation, actor: Person, *, entry: int, on: date, now: datetime) -> None:
    """Parties who may read the case, and the desk, but not whoever acted."""
    subject = subject_of(case.row, f"entry:{entry}")
    desk = desk_of(case.row, on=on) - {actor.id}
    if act not in QUIET or act is Act.RECUSE:
        notifications.tell(
            desk, Event.DUTY, subject, village_id=case.row.village_id, consultation_id=None, now=now, kind="case_waits"
        )
    if act not in QUIET | OWN_TALK:
        people = parties_of(case.row, s) - {actor.id}
        notifications.tell(
            people,
            Event.CASE,
            subject,
            village_id=case.row.village_id,
            consultation_id=None,
            now=now,
            kind="case_moved",
        )


def subject_of(row: MediationCase, what: str) -> str:
    """Tells one piece of news from another without saying of which case it is."""
    return f"case:{vault.mark('case-news', f'{row.id}:{what}')[:32]}"


def desk_of(row: MediationCase, *, on: date) -> set[int]:
    """The mediators who may read it, and the heads, in office today. Not those who are a party or kept out."""
    held = {reader.reader_mark: reader.part for reader in case_reads.all_readers(row.id)}
    officers = holders(row.village_id, sorted(role.value for role in MEDIATES), on=on)
    heads = holders(row.village_id, ["head_of_mediation"], on=on) or officers
    homes = {one.id: keys.mark_of_household(one.household_id) for one in person_reads.some(sorted(officers))}
    kept_out = case_reads.names_one_of(row.id, sorted(set(homes.values())))
    found = set()
    for person_id in officers:
        part = held.get(keys.mark(keys.of_person(person_id)))
        if part == Part.MEDIATOR or (part is None and person_id in heads and homes[person_id] not in kept_out):
            found.add(person_id)
    return found


def parties_of(row: MediationCase, s: Situation) -> set[int]:
    """Parties on the roll who may read it."""
    people = {party.person_id for party in s.parties if party.part in PARTIES and party.person_id is not None}
    marks = {keys.mark(keys.of_person(person_id)): person_id for person_id in people}
    return {marks[reader.reader_mark] for reader in case_reads.readers(row.id, list(marks))}
