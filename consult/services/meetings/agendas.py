"""Putting items on the agenda of a meeting, and taking them off a draft."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from consult.domain.audit import Tag
from consult.domain.meetings.agendas import MOST_ITEMS, ItemKind, ItemPlan
from consult.domain.meetings.meetings import MeetingState
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.models import AgendaItem, Meeting, MeetingPoll, Person, Poll, PollOption, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.meetings import meeting_states
from consult.services.talk import consultations


def add(meeting: Meeting, plan: ItemPlan, actor: Person, *, language: str, key: str, now: datetime) -> AgendaItem:
    """One more item, at the end. A motion without a proposal opens one with its words. The same key adds once.

    Raises Refused once the meeting is over or called off.
    """
    query = select(AgendaItem).where(AgendaItem.request_key == key, AgendaItem.village_id == actor.village_id)
    if (earlier := db.session.scalar(query)) is not None:
        return earlier
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, MeetingState.CALLED, MeetingState.OPEN)
    consultation_id = plan.consultation_id
    if plan.kind is ItemKind.MOTION and consultation_id is None:  # its own transaction: the same key opens one
        consultation_id = _opened(meeting, plan, actor, language, key, now)
        transactions.expect(reading=False)
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, MeetingState.CALLED, MeetingState.OPEN)
    if meeting.called_at is not None and not plan.reason:  # it was called while this was being written
        raise Refused(Reason.MEETING_CALLED)
    last = db.session.scalar(select(func.max(AgendaItem.number)).where(AgendaItem.meeting_id == meeting.id)) or 0
    if last >= MOST_ITEMS:
        raise Refused(Reason.AGENDA_FULL, most=MOST_ITEMS)
    item = AgendaItem(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        number=last + 1,
        title=plan.title,
        kind=plan.kind.value,
        consultation_id=consultation_id,
        reason=plan.reason,
        request_key=key,
        added_by=actor.id,
        added_at=now,
    )
    db.session.add(item)
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.AGENDA_ITEM_ADDED,
        f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        actor_id=actor.id,
        now=now,
        item=item.number,
        kind=item.kind,
        consultation=consultation_id,
        after_call=meeting.called_at is not None,
    )
    transactions.commit()
    return item


def _opened(meeting: Meeting, plan: ItemPlan, actor: Person, language: str, key: str, now: datetime) -> int:
    groups: Sequence[int] = [meeting.group_id] if meeting.group_id else []
    words = Draft(plan.title, plan.summary, "", None, ())
    opened = consultations.open_consultation(
        words, [], Act.of(actor, now=now, language=language, key=f"agenda:{key}"), group_ids=groups
    )
    return opened.id


def remove(meeting: Meeting, item_id: int) -> None:
    """Take an item off a draft; the ones after it move up. Twice is the same as once. Raises Refused after the call."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is not MeetingState.DRAFTED:
        raise Refused(Reason.MEETING_CALLED)
    items = db.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.number)
    ).all()
    wanted = next((item for item in items if item.id == item_id), None)
    if wanted is None:
        return
    _drop_planned_votes(wanted.id)
    db.session.delete(wanted)
    db.session.flush()
    for item in items:
        if item.number > wanted.number:
            item.number -= 1
            db.session.flush()
    transactions.commit()


def _drop_planned_votes(item_id: int) -> None:
    """The drafts of votes that were planned with an item."""
    polls = list(db.session.scalars(select(MeetingPoll.poll_id).where(MeetingPoll.item_id == item_id)))
    for table, column in ((MeetingPoll, MeetingPoll.poll_id), (PollOption, PollOption.poll_id), (Poll, Poll.id)):
        db.session.execute(delete(table).where(column.in_(polls)))
