"""The archive of one meeting: its papers, sheets and photos, the bundle of each vote, and the record as data."""

import json
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from consult.domain.refusals import Refused
from consult.models import CheckIn, CountSheet, Meeting, MeetingPoll, Poll, Proceeding, db
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.services.board import notice_objections
from consult.services.core.uploads import pictures
from consult.services.meetings import attendance, resolutions
from consult.services.polls import bundles, count_sheets, polls


def files_of(meeting: Meeting) -> dict[str, bytes]:
    """Return the files that follow from the records, by name; the printed ones are added by the view."""
    found = {"meeting.json": _json(facts_of(meeting))}
    for page in meeting_queries.signed_pages(meeting.id):
        found |= _photo(f"signed-pages/{page.id}.jpg", page.file_name)
    for poll_id in _votes(meeting.id):
        found |= _of_vote(poll_id)
    for notice in notice_queries.of_meeting(meeting.id):
        for photo in notice_objections.photos(notice.id):
            found |= _photo(f"board/{notice.year}-{notice.number}-{photo.id}.jpg", photo.file_name)
    for line in db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting.id, CheckIn.letter != "")):
        found |= _photo(f"letters/{line.number}.jpg", line.letter)
    return found


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """Return the frozen call, what was put to the vote, the record, and who came and went: by name and roll number."""
    entries = db.session.scalars(
        select(Proceeding).where(Proceeding.meeting_id == meeting.id).order_by(Proceeding.number)
    )
    arrivals = db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting.id).order_by(CheckIn.number))
    return {
        "frozen": meeting.frozen,
        "fingerprint": meeting.fingerprint,
        "items": [_item_facts(meeting, item) for item in meeting_queries.agenda(meeting.id)],
        "attendance": [unit.as_facts() for unit in attendance.of_meeting(meeting).called],
        "record": [[e.number, e.step, e.item, e.facts, e.recorded_at.isoformat()] for e in entries],
        "arrivals": [
            [a.number, a.kind, a.roll_number, a.way, a.undoes, a.late, a.recorded_at.isoformat()] for a in arrivals
        ],
        "minutes": [
            [c.number, c.digest, c.confirmed_at.isoformat()] for c in meeting_queries.confirmations(meeting.id)
        ],
    }


def _item_facts(meeting: Meeting, item: resolutions.Item) -> dict[str, Any]:
    """Return an item with its text, cost and money as it was called, as the meeting amended it, and as each vote had it."""
    votes = [db.session.get_one(Poll, poll_id) for poll_id in _votes(meeting.id, item.id)]
    now = resolutions.of_item(item)
    amended = resolutions.text_before_amendment(meeting.call, item, now) != ""
    return {
        "number": item.number,
        "title": item.title,
        "kind": item.kind,
        "called": resolutions.called_of_item(meeting.call, item).as_facts(),
        "amended_in_meeting": now.text if amended else None,
        "votes": [
            {
                "poll": poll.id,
                "question": poll.question,
                "resolution": polls.resolution_of(poll).as_facts(),
                "outcome": poll.declaration.outcome if poll.declaration else None,
            }
            for poll in votes
        ],
    }


def _votes(meeting_id: int, item_id: int | None = None) -> list[int]:
    query = (
        select(MeetingPoll.poll_id)
        .join(Poll, Poll.id == MeetingPoll.poll_id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.announced_at.is_not(None))
        .order_by(MeetingPoll.poll_id)
    )
    return list(db.session.scalars(query.where(MeetingPoll.item_id == item_id) if item_id is not None else query))


def _of_vote(poll_id: int) -> dict[str, bytes]:
    """Return the public bundle of a vote, and the photos of its count sheets."""
    found: dict[str, bytes] = {}
    with suppress(Refused):  # cancelled, or not counted: there is none
        found[f"votes/{poll_id}.zip"] = bundles.make_bundle(db.session.get_one(Poll, poll_id), full=False)
    for sheet in db.session.scalars(select(CountSheet).where(CountSheet.poll_id == poll_id)):
        for entry in count_sheets.entries_of(sheet.id):
            found |= _photo(f"sheets/{sheet.id}-{entry.entered_by}.jpg", entry.picture)
    return found


def _photo(name: str, stored: str) -> dict[str, bytes]:
    path = pictures.path_of(stored) if stored else None
    return {name: path.read_bytes()} if path is not None and path.exists() else {}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def packed(files: dict[str, bytes]) -> bytes:
    """Return the zip, with the names in their order."""
    return bundles.zipped(dict(sorted(files.items())))
