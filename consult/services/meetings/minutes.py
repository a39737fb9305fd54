"""The minutes: written from what happened, confirmed by the chair, with photos of the signed pages."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.meetings import minutes as rules
from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.minutes import Minutes, Present
from consult.domain.refusals import Reason, Refused
from consult.models import CheckIn, Meeting, MinutesConfirmation, SignedPage, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.meetings import check_ins, meeting_states, proceedings


def of_meeting(meeting: Meeting) -> Minutes:
    """Return the minutes as they stand at this moment."""
    course = proceedings.course_of(meeting.id)
    items = [(item.number, item.title, item.reason) for item in meeting_queries.agenda(meeting.id)]
    return rules.write(course, _present(meeting), items)


def _present(meeting: Meeting) -> Present:
    """Count the units that came, by way, and those that came late, left, were excused or stayed away."""
    _, roll = check_in_queries.present_and_roll(meeting.id)
    lines = check_ins.standing_lines(meeting.id)
    arrived = [line for line in lines if line.kind is CheckInKind.ARRIVED and line.roll_number is not None]
    first: dict[int | None, CheckIn] = {}
    for line in arrived:
        first.setdefault(line.roll_number, line)
    newest = {line.roll_number: line for line in lines if line.kind in (CheckInKind.ARRIVED, CheckInKind.LEFT)}
    excused = {line.roll_number for line in lines if line.kind is CheckInKind.EXCUSED} - set(first)
    return Present(
        expected=roll,
        came=len(first),
        by_way=dict(Counter(str(line.way) for line in first.values())),
        late=sum(_came_late(meeting, line) for line in first.values()),
        left=sum(line.kind is CheckInKind.LEFT for line in newest.values()),
        excused=len(excused),
        absent=roll - len(first) - len(excused),
        typed_in=sum(_typed_in(meeting, line.recorded_at) for line in first.values()),
        sitting_in=tuple((a.guest, a.reason) for a in lines if a.kind is CheckInKind.SITTING_IN),
    )


def _came_late(meeting: Meeting, line: CheckIn) -> bool:
    """Tell whether a unit came after the opening. From paper nothing is known of the hour."""
    opened, at = meeting.opened_at, line.recorded_at
    return opened is not None and at > opened and not _typed_in(meeting, at) and line.way is not CheckInWay.PAPER


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
