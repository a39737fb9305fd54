"""Notice of an item that came on the agenda after the call: what is posted and told of it, from which its days are counted."""

from sqlalchemy import Select, func, select

from consult.domain.board.notices import NoticeTag
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.meetings import MeetingState
from consult.domain.messages.notifications import NotificationEvent
from consult.models import AgendaItem, Meeting, Notice, Village, db
from consult.models.meetings import check_in_queries
from consult.services.board import notices
from consult.services.core.acts import Act
from consult.services.meetings import meeting_messages, meeting_states, meetings, resolutions
from consult.services.people.villages import local_day
from consult.services.talk import moderation_subjects


def tell(meeting: Meeting, item: AgendaItem, act: Act) -> None:
    """Post an item that was added, or has another text now, and tell all who are called. Village and meeting are locked.

    Bodies of office-holders have no postings: there the message alone is the notice. From now on the item counts as told.
    Raises Refused where the words are hidden.
    """
    if item.kind is ItemKind.MOTION and item.consultation_id is not None:
        moderation_subjects.refuse_hidden(item.consultation_id)
    item.told_at = act.now
    db.session.flush()
    facts = {
        "item": item.number,
        "title": item.title,
        "item_kind": item.kind.value,
        "resolution": resolutions.of_item(item).as_facts(),
        "reason": item.reason,
        "place": meeting.place,
        "starts_at": meeting.starts_at.isoformat(),
    }
    number = 1 + (db.session.scalar(_told_before(meeting.id)) or 0)
    if not meeting_states.body_of(meeting).internal:
        subject = meetings.subject_of(meeting, item.reason)
        notices.hang(NoticeTag.AGENDA_ADDED, subject, act, facts=facts, change_id=number)
    today = local_day(db.session.get_one(Village, meeting.village_id), act.now)
    called = set(check_in_queries.called_persons(meeting.id, on=today)) - {act.actor_id}
    now_on = meeting_states.state_of(meeting) is MeetingState.OPEN
    meeting_messages.tell_of_meeting(
        meeting,
        NotificationEvent.MEETING_CALLED,
        called,
        now=act.now,
        kind="agenda_added_now" if now_on else "agenda_added",
        subject=f"agenda_item:{item.id}-{act.now.timestamp():.0f}",
    )


def _told_before(meeting_id: int) -> Select[tuple[int]]:
    return select(func.count()).where(Notice.meeting_id == meeting_id, Notice.tag == NoticeTag.AGENDA_ADDED)
