"""The voters of one poll held against the log: nobody stands on its roll in the place of another, nobody votes so.

Entries of announcements from before 0.8.3 hold no digest of the persons on the roll, and do not say who spoke for each
household: then the name of each unit, which the frozen roll binds, is compared with its row, and no speaker is.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from consult import clock
from consult.domain.audit import Tag, canonical, sha256
from consult.domain.people import retention
from consult.domain.people.people import is_adult
from consult.domain.polls import units
from consult.domain.polls.polls import Channel
from consult.models import AuditEntry, Person, Poll, RollEntry, Village, db
from consult.models.people import household_queries
from consult.services.people.villages import local_day
from consult.services.polls.poll_log import said_of
from consult.services.polls.poll_states import frozen_of

NOBODY = 0
"""In the place of a speaker: no adult of the household stands on the roll."""


def said_of_voters(poll: Poll, *, on: date) -> dict[str, Any]:
    """Return what the log keeps of who may vote when a poll is announced, in the unit of work that froze its roll."""
    rows = _rows(poll)
    said: dict[str, Any] = {"voters": _digest(rows)}
    frozen = frozen_of(poll)
    if frozen.by_household and frozen.meeting is None:  # in a meeting votes who came for the household
        speaking = household_queries.speakers(poll.village_id, on=on)
        said["speakers"] = [speaking.get(row.household_id, NOBODY) for row in rows]
    return said


def faults(poll: Poll) -> Iterator[str]:
    """Yield a line for each unit of the roll for which somebody else stands or votes than the log says."""
    rows, size, frozen = _rows(poll), frozen_of(poll).roll_units, frozen_of(poll)
    for row in rows:
        if not units.is_named(row.unit, household_id=row.household_id, person_id=row.person_id):
            yield f"poll {poll.id}, unit {row.number}: somebody else stands there than was frozen"
    if not frozen.by_household:
        yield from _cast_by_others(poll, rows)
    for entry, facts in said_of(poll, Tag.POLL_ANNOUNCED):
        if "voters" in facts and facts["voters"] != _digest(rows[:size]):
            yield f"poll {poll.id}: who stands on its roll is not who was announced"
        if "speakers" in facts:
            yield from _by_other_speakers(poll, rows, entry.number, facts["speakers"])


def _rows(poll: Poll) -> Sequence[Row[Any]]:
    """Return the units in the order of their numbers, as few columns as are compared."""
    query = select(RollEntry.number, RollEntry.unit, RollEntry.household_id, RollEntry.person_id)
    return db.session.execute(query.where(RollEntry.poll_id == poll.id).order_by(RollEntry.number)).all()


def _digest(rows: Sequence[Row[Any]]) -> str:
    return sha256(canonical([[row.number, row.unit, row.household_id, row.person_id] for row in rows]))


def _cast_by_others(poll: Poll, rows: Sequence[Row[Any]]) -> Iterator[str]:
    """Find ballots by phone that somebody else cast than the person of the unit."""
    people = {row.number: row.unit.rpartition(":")[2] for row in rows}
    for entry, facts in said_of(poll, Tag.BALLOT_CAST):
        if facts["channel"] == Channel.PHONE and str(entry.actor_id) != people.get(facts["number"]):
            yield f"poll {poll.id}, unit {facts['number']}: somebody else voted than who stands there"


@dataclass(frozen=True)
class _Speakers:
    """Who may speak for each unit of a poll by household, by the log alone."""

    at_first: dict[int, int]
    """By number of the unit, at the announcement. Units that two officers added since are not in it."""
    touched: dict[int, int]
    """By number of the unit: the first entry that says that somebody else speaks for it, by a change of the roll."""
    chosen: dict[int, list[tuple[int, int]]]
    """By number of the unit: whom the household chose since, after the number of the entry."""
    anew: float
    """The first entry since by which the operator took in a roll: it may name other heads, and is in no vote's entries."""

    def may(self, number: int, person_id: int, *, before: int | None = None) -> bool:
        """Tell whether the log lets somebody speak for a unit, before an entry of it or now."""
        end = math.inf if before is None else before
        if number not in self.at_first or min(self.touched.get(number, math.inf), self.anew) < end:
            return True
        said = {person for entry, person in self.chosen.get(number, ()) if entry < end}
        return person_id in said | {self.at_first[number]}


def _by_other_speakers(poll: Poll, rows: Sequence[Row[Any]], announced: int, at_first: Sequence[int]) -> Iterator[str]:
    """Find who votes for a household, or could while the poll runs, though the log has another speaker for it."""
    village = db.session.get_one(Village, poll.village_id)
    on = local_day(village, poll.announced_at or poll.opens_at)
    speakers = _Speakers(
        at_first={row.number: one for row, one in zip(rows, at_first, strict=False)},
        touched={facts["number"]: entry.number for entry, facts in reversed(said_of(poll, Tag.POLL_TOUCHED))},
        chosen=_chosen(poll, rows, announced),
        anew=min(
            (one.number for one in _since(poll, announced, Tag.ROLL_IMPORTED) if one.actor_id is None), default=math.inf
        ),
    )
    corrected = {
        one.subject
        for one in _since(poll, announced, Tag.PERSON_CORRECTED)
        if "born" in json.loads(one.facts)["fields"]
    }
    for entry, facts in said_of(poll, Tag.BALLOT_CAST):
        by, number = entry.actor_id or NOBODY, facts["number"]
        others = facts["channel"] == Channel.PHONE and not speakers.may(number, by, before=entry.number)
        if others and f"person:{by}" not in corrected and not _grew_up(by, on):
            yield f"poll {poll.id}, unit {number}: somebody voted for the household whom the log does not name"
    if poll.stands and poll.closing_seen_at is None and poll.closes_at > clock.now():
        now = household_queries.speakers(poll.village_id, on=local_day(village, clock.now()))
        for row in rows:
            one = now.get(row.household_id, NOBODY)
            if not speakers.may(row.number, one) and f"person:{one}" not in corrected and not _grew_up(one, on):
                yield f"poll {poll.id}, unit {row.number}: somebody else speaks for the household than the log says"


def _chosen(poll: Poll, rows: Sequence[Row[Any]], announced: int) -> dict[int, list[tuple[int, int]]]:
    """Return whom the households of a poll chose since it was announced, by the number of their unit."""
    numbers = {f"household:{row.household_id}": row.number for row in rows}
    found: dict[int, list[tuple[int, int]]] = {}
    for entry in _since(poll, announced, Tag.REPRESENTATIVE_CHOSEN):
        if entry.subject in numbers:
            found.setdefault(numbers[entry.subject], []).append((entry.number, json.loads(entry.facts)["person"]))
    return found


def _since(poll: Poll, announced: int, tag: Tag) -> Sequence[Row[Any]]:
    """Return what the log of the village says with a tag since a poll was announced, in order."""
    query = select(AuditEntry.number, AuditEntry.subject, AuditEntry.actor_id, AuditEntry.facts).where(
        AuditEntry.village_id == poll.village_id, AuditEntry.tag == tag.value, AuditEntry.number > announced
    )
    return db.session.execute(query.order_by(AuditEntry.number)).all()


def _grew_up(person_id: int, announced_on: date) -> bool:
    """Tell whether somebody came of age since: a head of 17 speaks for the house from that day on.

    Of who left long ago the year of birth alone is kept: any day of it is taken.
    """
    row = db.session.execute(select(Person.born, Person.name).where(Person.id == person_id)).first()
    if row is None or row.born is None:
        return False
    born = row.born.replace(month=12, day=31) if row.name == retention.of_departed().name else row.born
    return not is_adult(born, announced_on)
