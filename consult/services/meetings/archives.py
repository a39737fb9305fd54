"""The archive of one meeting: its papers, sheets and photos, the bundle of each vote, and the record as data."""

import json
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from consult.domain.refusals import Refused
from consult.models import CheckIn, CountSheet, Meeting, MeetingPoll, Notice, Poll, Proceeding, db
from consult.models.meetings import meeting_queries
from consult.services.board import notice_objections
from consult.services.core.uploads import pictures
from consult.services.polls import bundles, count_sheets


def files_of(meeting: Meeting) -> dict[str, bytes]:
    """Return the files that follow from the records, by name; the printed ones are added by the view."""
    found = {"meeting.json": _json(facts_of(meeting))}
    for page in meeting_queries.signed_pages(meeting.id):
        found |= _photo(f"signed-pages/{page.id}.jpg", page.file_name)
    for poll_id in _votes(meeting.id):
        found |= _of_vote(poll_id)
    for notice in _notices(meeting.id):
        for photo in notice_objections.photos(notice.id):
            found |= _photo(f"board/{notice.year}-{notice.number}-{photo.id}.jpg", photo.file_name)
    for line in db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting.id, CheckIn.letter != "")):
        found |= _photo(f"letters/{line.number}.jpg", line.letter)
    return found


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """Return the frozen call, the record, and who came and went by numbers of the roll."""
    entries = db.session.scalars(
        select(Proceeding).where(Proceeding.meeting_id == meeting.id).order_by(Proceeding.number)
    )
    arrivals = db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting.id).order_by(CheckIn.number))
    return {
        "frozen": meeting.frozen,
        "fingerprint": meeting.fingerprint,
        "record": [[e.number, e.step, e.item, e.facts, e.recorded_at.isoformat()] for e in entries],
        "arrivals": [
            [a.number, a.kind, a.roll_number, a.way, a.undoes, a.late, a.recorded_at.isoformat()] for a in arrivals
        ],
        "minutes": [
            [c.number, c.digest, c.confirmed_at.isoformat()] for c in meeting_queries.confirmations(meeting.id)
        ],
    }


def _votes(meeting_id: int) -> list[int]:
    query = (
        select(MeetingPoll.poll_id)
        .join(Poll, Poll.id == MeetingPoll.poll_id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.announced_at.is_not(None))
        .order_by(MeetingPoll.poll_id)
    )
    return list(db.session.scalars(query))


def _of_vote(poll_id: int) -> dict[str, bytes]:
    """Return the public bundle of a vote, and the photos of its count sheets."""
    found: dict[str, bytes] = {}
    with suppress(Refused):  # cancelled, or not counted: there is none
        found[f"votes/{poll_id}.zip"] = bundles.make_bundle(db.session.get_one(Poll, poll_id), full=False)
    for sheet in db.session.scalars(select(CountSheet).where(CountSheet.poll_id == poll_id)):
        for entry in count_sheets.entries_of(sheet.id):
            found |= _photo(f"sheets/{sheet.id}-{entry.entered_by}.jpg", entry.picture)
    return found


def _notices(meeting_id: int) -> list[Notice]:
    """Return the notices about the meeting and about the results of its votes."""
    votes = select(MeetingPoll.poll_id).where(MeetingPoll.meeting_id == meeting_id)
    query = select(Notice).where((Notice.meeting_id == meeting_id) | Notice.poll_id.in_(votes))
    return list(db.session.scalars(query.order_by(Notice.id)))


def notices_of(meeting: Meeting) -> list[Notice]:
    """Return the notices about the meeting and about the results of its votes."""
    return _notices(meeting.id)


def _photo(name: str, stored: str) -> dict[str, bytes]:
    path = pictures.path_of(stored) if stored else None
    return {name: path.read_bytes()} if path is not None and path.exists() else {}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def packed(files: dict[str, bytes]) -> bytes:
    """Return the zip, with the names in their order."""
    return bundles.zipped(dict(sorted(files.items())))
