"""Putting items on the agenda of a meeting, and taking them off a draft."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select

from consult.domain.audit import Tag
from consult.domain.meetings.agendas import MOST_ITEMS, ItemKind, ItemPlan
from consult.domain.meetings.meetings import MeetingState
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.models import AgendaItem, Meeting, MeetingPoll, Poll, PollOption, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import meeting_states
from consult.services.people import villages
from consult.services.talk import consultations


@atomic
def add(meeting: Meeting, plan: ItemPlan, act: Act) -> AgendaItem:
    """Put one more item at the end. A motion without a proposal opens one with its words. The same key adds once.

    Raises Refused once the meeting is over or called off.
    """
    opens_consultation = plan.kind is ItemKind.MOTION and plan.consultation_id is None
    if opens_consultation:  # which numbers it: village before meeting
        villages.locked(meeting.village_id)
    transactions.lock(meeting)
    earlier = transactions.earlier(AgendaItem, act.key, village_id=act.village_id)
    if earlier is not None:
        return earlier
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, MeetingState.CALLED, MeetingState.OPEN)
    if meeting.called_at is not None and not plan.reason:  # it was called while this was being written
        raise Refused(Reason.MEETING_CALLED)
    last = db.session.scalar(select(func.max(AgendaItem.number)).where(AgendaItem.meeting_id == meeting.id)) or 0
    if last >= MOST_ITEMS:
        raise Refused(Reason.AGENDA_FULL, most=MOST_ITEMS)
    consultation_id = _open_consultation(meeting, plan, act) if opens_consultation else plan.consultation_id
    item = AgendaItem(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        number=last + 1,
        title=plan.title,
        kind=plan.kind,
        consultation_id=consultation_id,
        reason=plan.reason,
        request_key=act.key,
        added_by=act.actor_id,
        added_at=act.now,
    )
    db.session.add(item)
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.AGENDA_ITEM_ADDED,
        f"meeting:{meeting.id}",
        act,
        item=item.number,
        kind=plan.kind.value,
        consultation=consultation_id,
        after_call=meeting.called_at is not None,
    )
    return item


def _open_consultation(meeting: Meeting, plan: ItemPlan, act: Act) -> int:
    """Open a consultation with the words of an item, for the meeting's group if it has one; return its id."""
    groups: Sequence[int] = [meeting.group_id] if meeting.group_id else []
    words = Draft(plan.title, plan.summary, "", None, ())
    opened = consultations.open_consultation(words, [], replace(act, key=f"agenda:{act.key}"), group_ids=groups)
    return opened.id


@atomic
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


def _drop_planned_votes(item_id: int) -> None:
    """Delete the drafts of votes that were planned with an item."""
    polls = list(db.session.scalars(select(MeetingPoll.poll_id).where(MeetingPoll.item_id == item_id)))
    for table, column in ((MeetingPoll, MeetingPoll.poll_id), (PollOption, PollOption.poll_id), (Poll, Poll.id)):
        db.session.execute(delete(table).where(column.in_(polls)))
