"""The minutes: written from what happened, confirmed by the chair, with photos of the signed pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.meetings import calls
from consult.domain.meetings import minutes as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.minutes import Item, Minutes, Present, SittingLine
from consult.domain.meetings.proceedings import Course, Sitting
from consult.domain.polls.annulments import Ruling
from consult.domain.polls.polls import Standing
from consult.domain.refusals import Reason, Refused
from consult.models import CheckIn, Meeting, MinutesConfirmation, Poll, SignedPage, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.meetings import check_ins, meeting_states, proceedings, resolutions
from consult.services.polls import polls
from consult.services.polls.requests import annulments


def of_meeting(meeting: Meeting) -> Minutes:
    """Return the minutes as they stand at this moment."""
    return written_of(meeting, proceedings.course_of(meeting.id), check_ins.standing_lines(meeting.id))


def written_of(meeting: Meeting, course: Course, lines: Sequence[CheckIn]) -> Minutes:
    """Return the minutes of a course and of the standing lines of the desk, which were read before."""
    rows = meeting_queries.agenda(meeting.id)
    items = [(item.number, item.title, item.reason) for item in rows]
    sittings = _sittings(meeting, course, lines)
    return _with_resolutions(meeting, rules.write(course, _present(meeting, course, lines), items, sittings), rows)


def _with_resolutions(meeting: Meeting, written: Minutes, agenda: Sequence[Any]) -> Minutes:
    """Add to each item what was put to the vote: as its newest vote had it; without a vote as it was called."""
    call, rows = meeting.call, {item.number: item for item in agenda}
    annulled: dict[int, list[tuple[Ruling, str]]] = {}
    votes = meeting_queries.votes(meeting.id)
    for vote in votes:
        change = annulments.annulment_of(vote.id) if vote.annulled_at else None
        if change is not None and (ruling := annulments.ruling_of(change)) is not None:
            annulled.setdefault(vote.item, []).append((ruling, change.reason))
    voted = {vote.item: vote.id for vote in votes if vote.announced_at and not vote.cancelled_at}
    bound = call is not None and call.format != calls.FIRST_FORMAT
    as_called = resolutions.called_of_items(call, list(rows.values()))

    def complete(item: Item) -> Item:
        called = as_called[item.number]
        poll_id = voted.get(item.number)
        poll = db.session.get_one(Poll, poll_id) if poll_id else None
        said = polls.resolution_of(poll) if poll is not None else called
        formal = poll is not None and poll.standing is Standing.FORMAL
        before = resolutions.text_before_amendment(call, rows[item.number], said)
        return replace(
            item,
            resolution=said,
            called=before,
            bound=bound and bool(said),
            resolved=formal and item.result is Result.CARRIED and item.number not in annulled,
            annulled=tuple(annulled.get(item.number, ())),
        )

    return replace(written, items=tuple(map(complete, written.items)))


def _sittings(meeting: Meeting, course: Course, lines: Sequence[CheckIn]) -> list[SittingLine]:
    """Return the days of a meeting that was adjourned, each with how many units came then."""
    if not any(sitting.adjourned_at for sitting in course.sittings):
        return []
    came = [line for line in lines if line.kind is CheckInKind.ARRIVED]
    came = [line for line in came if line.roll_number is not None and not _typed_in(meeting, line.recorded_at)]
    there = [{line.roll_number for line in came if _sitting_at(course, line.recorded_at) is n} for n in course.sittings]
    return [
        SittingLine(began_at=one.began_at, ended_at=one.ended_at, place=one.place, present=len(units))
        for one, units in zip(course.sittings, there, strict=True)
    ]


def _sitting_at(course: Course, at: datetime) -> Sitting | None:
    """Return the sitting for which somebody came at an instant: the first one that was not over then."""
    return next((one for one in course.sittings if one.adjourned_at is None or at <= one.adjourned_at), None)


def _present(meeting: Meeting, course: Course, lines: Sequence[CheckIn]) -> Present:
    """Count the units that came, by way, and those that came late, left, were excused or stayed away."""
    _, roll = check_in_queries.present_and_roll(meeting.id)
    arrived = [line for line in lines if line.kind is CheckInKind.ARRIVED and line.roll_number is not None]
    first: dict[int | None, CheckIn] = {}
    for line in arrived:
        first.setdefault(line.roll_number, line)
    newest = {line.roll_number: line for line in lines if line.kind in (CheckInKind.ARRIVED, CheckInKind.LEFT)}
    adjourned = {one.adjourned_at for one in course.sittings}  # all went home then
    excused = {line.roll_number for line in lines if line.kind is CheckInKind.EXCUSED} - set(first)
    return Present(
        expected=roll,
        came=len(first),
        by_way=dict(Counter(str(line.way) for line in first.values())),
        late=sum(_came_late(meeting, course, line) for line in first.values()),
        left=sum(line.kind is CheckInKind.LEFT and line.recorded_at not in adjourned for line in newest.values()),
        excused=len(excused),
        absent=roll - len(first) - len(excused),
        typed_in=sum(_typed_in(meeting, line.recorded_at) for line in first.values()),
        sitting_in=tuple((a.guest, a.reason) for a in lines if a.kind is CheckInKind.SITTING_IN),
    )


def _came_late(meeting: Meeting, course: Course, line: CheckIn) -> bool:
    """Tell whether a unit came after both the hour of its sitting and the opening. From paper no hour is known."""
    sitting, at = _sitting_at(course, line.recorded_at), line.recorded_at
    if sitting is None or _typed_in(meeting, at) or line.way is CheckInWay.PAPER:
        return False
    return at > sitting.late_after


def _typed_in(meeting: Meeting, at: datetime) -> bool:
    """Tell whether an arrival was typed in after the end: when they came is not known."""
    return meeting.closed_at is not None and at >= meeting.closed_at


@atomic
def confirm(meeting: Meeting, act: Act) -> None:
    """Confirm the minutes as they stand, as the chair. Confirmed as they are: nothing. Raises Refused."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is not MeetingState.CLOSED:
        raise Refused(Reason.MEETING_GOES_ON)
    if proceedings.course_of(meeting.id).chair_id != act.actor_id:
        raise Refused(Reason.NOT_CHAIR)
    digest = of_meeting(meeting).digest()
    if digest == confirmed_digest(meeting.id):
        return
    versions.refuse_unless_same(act.seen, {"minutes": digest})
    last = select(func.max(MinutesConfirmation.number)).where(MinutesConfirmation.meeting_id == meeting.id)
    number = (db.session.scalar(last) or 0) + 1
    db.session.add(
        MinutesConfirmation(
            meeting_id=meeting.id,
            number=number,
            village_id=meeting.village_id,
            digest=digest,
            confirmed_by=act.actor_id,
            confirmed_at=act.now,
        )
    )
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.MINUTES_CONFIRMED,
        f"meeting:{meeting.id}",
        act,
        number=number,
        digest=digest,
    )


def confirmed_digest(meeting_id: int) -> str:
    """Return the digest of the newest confirmation; empty: there is none."""
    query = select(MinutesConfirmation.digest).where(MinutesConfirmation.meeting_id == meeting_id)
    return db.session.scalar(query.order_by(MinutesConfirmation.number.desc()).limit(1)) or ""


@atomic
def add_signed_page(meeting: Meeting, picture: str, act: Act) -> None:
    """Add a photo (its name) of a signed page. The same key adds one. Raises Refused before the meeting is over."""
    transactions.lock(meeting)
    if transactions.earlier(SignedPage, act.key) is not None:
        return
    if meeting_states.state_of(meeting) is not MeetingState.CLOSED:
        raise Refused(Reason.MEETING_GOES_ON)
    page = SignedPage(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        file_name=picture,
        request_key=act.key,
        added_by=act.actor_id,
        added_at=act.now,
    )
    db.session.add(page)
    db.session.flush()
    audit.record(
        Tag.PAGE_SIGNED, f"meeting:{meeting.id}", act, picture=stored_files.fingerprint(act.village_id, picture)
    )
