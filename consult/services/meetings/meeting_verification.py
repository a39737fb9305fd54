"""Comparing one meeting with the log: its call, its roll, who came and went, and every word of its record."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.meetings.check_ins import CheckInKind
from consult.domain.polls import units
from consult.models import AuditEntry, CheckIn, Meeting, MeetingRollEntry, MinutesConfirmation, Proceeding, db
from consult.services.meetings import check_ins, minutes, proceedings
from consult.services.polls import polls

Logged = list[tuple[AuditEntry, dict[str, Any]]]


def faults(meeting: Meeting) -> Iterator[str]:
    """Yield what is not as it was recorded; nothing where all is."""
    yield from _call(meeting)
    yield from _roll(meeting)
    yield from _arrivals(meeting)
    yield from _proceedings(meeting)
    yield from _minutes(meeting)


def _logged(village_id: int, meeting_id: int, tag: Tag) -> Logged:
    query = select(AuditEntry).where(
        AuditEntry.village_id == village_id, AuditEntry.subject == f"meeting:{meeting_id}", AuditEntry.tag == tag.value
    )
    return [(entry, json.loads(entry.facts)) for entry in db.session.scalars(query.order_by(AuditEntry.number))]


def _call(meeting: Meeting) -> Iterator[str]:
    if sha256(canonical(meeting.frozen)) != meeting.fingerprint:
        yield f"meeting {meeting.id}: what was called does not give the fingerprint"
    logged = [facts["fingerprint"] for _, facts in _logged(meeting.village_id, meeting.id, Tag.MEETING_CALLED)]
    if logged != [meeting.fingerprint]:
        yield f"meeting {meeting.id}: the fingerprint is not the one in the log"


def _roll(meeting: Meeting) -> Iterator[str]:
    query = select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting.id).order_by(MeetingRollEntry.number)
    entries = db.session.scalars(query).all()
    for entry in entries:
        if not units.is_named(entry.unit, household_id=entry.household_id, person_id=entry.person_id):
            yield f"meeting {meeting.id}, unit {entry.number}: somebody else stands there than was called"
    rows = [[e.number, commitment(e.salt, e.unit)] for e in entries]
    frozen = (meeting.frozen or {}).get("roll", {})  # as stored: a damaged call is told of above
    size, digest = frozen.get("units", 0), frozen.get("digest", "")
    added = [
        [facts["number"], facts["commitment"]]
        for _, facts in _logged(meeting.village_id, meeting.id, Tag.ADDITION_CONFIRMED)
    ]
    if polls.roll_digest(rows[:size]) != digest or rows[size:] != added:
        yield f"meeting {meeting.id}: the roll was changed after the call"


def here_at(village_id: int, meeting_id: int, before: int | None = None) -> set[int]:
    """Return the roll numbers that are here by the log alone, before an entry of it (its number) or now."""
    newest: dict[int, list[tuple[int, str]]] = {}
    for entry, facts in _logged(village_id, meeting_id, Tag.ARRIVAL_NOTED):
        if facts["number"] is None or facts["late"] or (before is not None and entry.number >= before):
            continue
        lines = newest.setdefault(facts["number"], [])
        if facts["kind"] == CheckInKind.UNDONE:
            newest[facts["number"]] = [line for line in lines if line[0] != facts["undoes"]]
        elif facts["kind"] in (CheckInKind.ARRIVED, CheckInKind.LEFT):
            lines.append((facts["line"], facts["kind"]))
    return {number for number, lines in newest.items() if lines and lines[-1][1] == CheckInKind.ARRIVED}


def _arrivals(meeting: Meeting) -> Iterator[str]:
    """Compare each line with the log, and the roll with what the lines give."""
    logged = {facts["line"]: facts for _, facts in _logged(meeting.village_id, meeting.id, Tag.ARRIVAL_NOTED)}
    for line in db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting.id)):
        facts = logged.pop(line.number, {})
        if check_ins.logged(line) != facts:
            yield f"meeting {meeting.id}, arrival {line.number}: it is not what the log says"
    for number in logged:
        yield f"meeting {meeting.id}, arrival {number}: in the log, but the line is gone"
    marked = select(MeetingRollEntry.number).where(
        MeetingRollEntry.meeting_id == meeting.id, MeetingRollEntry.attending_id.is_not(None)
    )
    if set(db.session.scalars(marked)) != here_at(meeting.village_id, meeting.id):
        yield f"meeting {meeting.id}: who is here on its roll is not what the arrivals give"


def _proceedings(meeting: Meeting) -> Iterator[str]:
    logged = {facts["number"]: facts for _, facts in _logged(meeting.village_id, meeting.id, Tag.MEETING_NOTED)}
    for row in db.session.scalars(select(Proceeding).where(Proceeding.meeting_id == meeting.id)):
        facts = logged.pop(row.number, {})
        if (row.step, row.item, proceedings.digest_of(row.facts)) != tuple(
            facts.get(key) for key in ("step", "item", "digest")
        ):
            yield f"meeting {meeting.id}, entry {row.number}: its words are not those in the log"
    for number in logged:
        yield f"meeting {meeting.id}, entry {number}: in the log, but the entry is gone"


def _minutes(meeting: Meeting) -> Iterator[str]:
    query = select(MinutesConfirmation.digest).where(MinutesConfirmation.meeting_id == meeting.id)
    rows = list(db.session.scalars(query.order_by(MinutesConfirmation.number)))
    logged = [facts["digest"] for _, facts in _logged(meeting.village_id, meeting.id, Tag.MINUTES_CONFIRMED)]
    if rows != logged:
        yield f"meeting {meeting.id}: the confirmed minutes are not those in the log"
    entries = _logged(meeting.village_id, meeting.id, Tag.MINUTES_CONFIRMED)
    if entries and not _went_on(meeting, entries[-1][0]) and minutes.of_meeting(meeting).digest() != rows[-1]:
        yield f"meeting {meeting.id}: the minutes are not those that the chair confirmed"


def _went_on(meeting: Meeting, confirmed: AuditEntry) -> bool:
    """Tell whether something was corrected or typed in after the chair confirmed, who must then confirm again."""
    later = (
        select(Proceeding.number).where(
            Proceeding.meeting_id == meeting.id, Proceeding.recorded_at > confirmed.recorded_at
        ),
        select(CheckIn.number).where(CheckIn.meeting_id == meeting.id, CheckIn.recorded_at > confirmed.recorded_at),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in later)
