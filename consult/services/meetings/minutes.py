"""The minutes: written from what happened, confirmed by the chair, with photos of the signed pages."""

from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.meetings import minutes as rules
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.minutes import Minutes, Present
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, MinutesConfirmation, Person, SignedPage, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.core import audit, transactions
from consult.services.meetings import check_ins, meeting_states, proceedings


def of_meeting(meeting: Meeting) -> Minutes:
    """As they stand at this moment."""
    course = proceedings.course_of(meeting.id)
    items = [(item.number, item.title, item.reason) for item in meeting_queries.agenda(meeting.id)]
    return rules.write(course, _present(meeting), items)


def _present(meeting: Meeting) -> Present:
    _, roll = check_in_queries.present_and_roll(meeting.id)
    came = check_ins.arrived_ever(meeting.id)
    ways: dict[str, int] = {}
    newest = {
        line.roll_number: line for line in check_ins.standing_lines(meeting.id) if line.kind in ("arrived", "left")
    }  # the last one of each unit
    first_way = {
        line.roll_number: line.way
        for line in reversed(check_ins.standing_lines(meeting.id))
        if line.kind == "arrived" and line.roll_number is not None
    }
    for number in came:
        way = str(first_way.get(number))
        ways[way] = ways.get(way, 0) + 1
    opened = meeting.opened_at
    typed_in = sum(1 for at in came.values() if _typed_in(meeting, at))
    late = sum(
        1
        for number, at in came.items()
        if opened is not None and at > opened and not _typed_in(meeting, at) and first_way.get(number) != "paper"
    )
    left = sum(1 for line in newest.values() if line.kind == "left")
    excused = check_ins.excused(meeting.id) - set(came)
    return Present(
        roll,
        len(came),
        ways,
        late,
        left,
        len(excused),
        roll - len(came) - len(excused),
        typed_in,
        tuple(check_ins.sitting_in(meeting.id)),
    )


def _typed_in(meeting: Meeting, at: datetime) -> bool:
    """From the paper sheet, after the end: when they came is not known."""
    return meeting.closed_at is not None and at >= meeting.closed_at


def confirm(meeting: Meeting, actor: Person, *, now: datetime) -> None:
    """The chair confirms the minutes as they stand. Confirmed as they are: nothing. Raises Refused."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is not MeetingState.CLOSED:
        raise Refused(Reason.MEETING_GOES_ON)
    if proceedings.course_of(meeting.id).chair_id != actor.id:
        raise Refused(Reason.NOT_CHAIR)
    digest = of_meeting(meeting).digest()
    if digest == confirmed_digest(meeting.id):
        return
    last = select(func.max(MinutesConfirmation.number)).where(MinutesConfirmation.meeting_id == meeting.id)
    number = (db.session.scalar(last) or 0) + 1
    db.session.add(
        MinutesConfirmation(
            meeting_id=meeting.id,
            number=number,
            village_id=meeting.village_id,
            digest=digest,
            confirmed_by=actor.id,
            confirmed_at=now,
        )
    )
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.MINUTES_CONFIRMED,
        f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        actor_id=actor.id,
        now=now,
        number=number,
        digest=digest,
    )
    transactions.commit()


def confirmed_digest(meeting_id: int) -> str:
    """Of the newest confirmation; empty: there is none."""
    query = select(MinutesConfirmation.digest).where(MinutesConfirmation.meeting_id == meeting_id)
    return db.session.scalar(query.order_by(MinutesConfirmation.number.desc()).limit(1)) or ""


def add_signed_page(meeting: Meeting, picture: str, actor: Person, *, key: str, now: datetime) -> None:
    """A photo of a signed page. The same key adds one. Raises Refused before the meeting is over."""
    if db.session.scalar(select(SignedPage.id).where(SignedPage.request_key == key)) is not None:
        return
    if meeting_states.state_of(meeting) is not MeetingState.CLOSED:
        raise Refused(Reason.MEETING_GOES_ON)
    page = SignedPage(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        digest=picture,
        request_key=key,
        added_by=actor.id,
        added_at=now,
    )
    db.session.add(page)
    db.session.flush()
    audit.record(
        Tag.PAGE_SIGNED,
        f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        actor_id=actor.id,
        now=now,
        picture=picture,
    )
    transactions.commit()
