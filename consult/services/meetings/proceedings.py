"""Adding to the record of a meeting: opening, items, speeches, amendments, remarks, who chairs; undoing and correcting."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.meetings import meetings as meeting_rules
from consult.domain.meetings import proceedings as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.proceedings import Course, ProceedingEntry
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Meeting, Person, Proceeding, db
from consult.models.meetings import meeting_queries
from consult.services.core import audit, transactions
from consult.services.meetings import meeting_states


def course_of(meeting_id: int) -> Course:
    """Where a meeting stands, from its entries."""
    return rules.course_of(entry_of(row) for row in meeting_queries.entries(meeting_id))


def entry_of(row: Proceeding) -> ProceedingEntry:
    return ProceedingEntry(row.number, ProceedingStep(row.step), row.item, row.facts, row.actor_id, row.recorded_at)


def add(
    meeting: Meeting,
    step: ProceedingStep,
    actor_id: int,
    *,
    now: datetime,
    item: int | None = None,
    key: str = "",
    **facts: Any,
) -> int:
    """Append one entry in the transaction at hand, and move the meeting's pulse. Returns its number."""
    last = db.session.scalar(select(func.max(Proceeding.number)).where(Proceeding.meeting_id == meeting.id)) or 0
    db.session.add(
        Proceeding(
            meeting_id=meeting.id,
            number=last + 1,
            village_id=meeting.village_id,
            step=step.value,
            item=item,
            facts=facts,
            request_key=key or secrets.token_urlsafe(18),
            actor_id=actor_id,
            recorded_at=now,
        )
    )
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.MEETING_NOTED,
        f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        actor_id=actor_id,
        now=now,
        number=last + 1,
        step=step.value,
        item=item,
        digest=digest_of(facts),
    )
    return last + 1


def digest_of(facts: dict[str, Any]) -> str:
    """What the log keeps of an entry's words."""
    return sha256(canonical(facts))


def known(key: str, facts: dict[str, Any] | None = None) -> bool:
    """Whether an entry with this key was made: a second tap of the same button. Raises Refused if it had other words."""
    if not key:
        return False
    earlier = db.session.scalar(select(Proceeding).where(Proceeding.request_key == key))
    if earlier is not None and facts is not None and earlier.facts != facts:
        raise Refused(Reason.KEY_USED)
    return earlier is not None


def open_meeting(
    meeting: Meeting, actor: Person, *, chair_id: int, recorder_id: int, began_at: datetime, key: str, now: datetime
) -> None:
    """The chair opens it. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    state = meeting_states.state_of(meeting)
    if state in (MeetingState.OPEN, MeetingState.CLOSED):
        return
    meeting_states.refuse_unless(meeting, MeetingState.CALLED)
    if meeting_rules.too_early_to_open(starts_at=meeting.starts_at, now=now):
        raise Refused(Reason.TOO_EARLY_TO_OPEN)
    meeting.opened_at = now
    add(
        meeting,
        ProceedingStep.OPENED,
        actor.id,
        now=now,
        key=key,
        began_at=began_at.isoformat(),
        chair=chair_id,
        recorder=recorder_id,
    )
    transactions.commit()


def call_item(meeting: Meeting, number: int, actor: Person, *, key: str, now: datetime) -> None:
    """Turn to an item. Already there: nothing. Raises Refused."""
    course = _locked(meeting, key)
    if course is None or course.current == number:
        return
    if reason := rules.why_not_call(course, number, vote_open=meeting_states.open_vote(meeting.id) is not None):
        raise Refused(reason)
    add(meeting, ProceedingStep.ITEM_CALLED, actor.id, now=now, item=number, key=key)
    transactions.commit()


def close_item(meeting: Meeting, number: int, chosen: Result, actor: Person, *, key: str, now: datetime) -> None:
    """End the item that is on. One that was voted on takes its newest outcome, whatever was chosen. Raises Refused."""
    course = _locked(meeting, key)
    if course is None or number in course.results:
        return
    if course.current != number:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    result = meeting_states.result_by_vote(meeting.id, number) or chosen
    add(meeting, ProceedingStep.ITEM_CLOSED, actor.id, now=now, item=number, key=key, result=result.value)
    transactions.commit()


def note(
    meeting: Meeting, step: ProceedingStep, item: int | None, actor: Person, *, key: str, now: datetime, **facts: Any
) -> None:
    """Words for the minutes, or the speakers' list. The same key notes once. Raises Refused."""
    course = _locked(meeting, key, facts)
    if course is None:
        return
    if reason := rules.why_not_note(course, item):
        raise Refused(reason)
    if course.ended_at is not None and step not in rules.WORDS:
        raise Refused(Reason.MEETING_CLOSED)
    if step is ProceedingStep.SPEECH_ASKED and any(e.facts == facts for e in course.queue):
        return
    add(meeting, step, actor.id, now=now, item=item, key=key, **facts)
    transactions.commit()


def undo(meeting: Meeting, number: int, actor: Person, *, now: datetime) -> None:
    """Take back an entry while its item is open. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    course = course_of(meeting.id)
    if _is_undone(meeting.id, number):
        return
    if reason := rules.why_not_undo(course, number):
        raise Refused(reason)
    add(meeting, ProceedingStep.UNDONE, actor.id, now=now, item=course.standing[number].item, of=number)
    transactions.commit()


def correct(meeting: Meeting, number: int, text: str, actor: Person, *, key: str, now: datetime) -> None:
    """Other words for an entry: the old ones stay, struck through. The same key corrects once. Raises Refused."""
    course = _locked(meeting, key)
    if course is None:
        return
    if reason := rules.why_not_correct(course, number):
        raise Refused(reason)
    if rules.words_of(course, number)[-1] == text:
        return
    add(
        meeting,
        ProceedingStep.CORRECTED,
        actor.id,
        now=now,
        item=course.standing[number].item,
        key=key,
        of=number,
        text=text,
    )
    transactions.commit()


def close_meeting(meeting: Meeting, actor: Person, *, ended_at: datetime, key: str, now: datetime) -> None:
    """The end. Twice is the same as once. Raises Refused while a vote is open or not declared."""
    course = _locked(meeting, key)
    if course is None or course.ended_at is not None:
        return
    meeting_states.refuse_unless(meeting, MeetingState.OPEN)
    meeting_states.refuse_open_votes(meeting.id)
    meeting.closed_at = now
    add(meeting, ProceedingStep.CLOSED, actor.id, now=now, key=key, ended_at=ended_at.isoformat())
    transactions.commit()


def _locked(meeting: Meeting, key: str, facts: dict[str, Any] | None = None) -> Course | None:
    """The course of a meeting that nobody else moves until the commit; None: this key was used."""
    transactions.lock(meeting)
    return None if known(key, facts) else course_of(meeting.id)


def _is_undone(meeting_id: int, number: int) -> bool:
    rows = meeting_queries.entries(meeting_id)
    return any(row.step == ProceedingStep.UNDONE and row.facts["of"] == number for row in rows)


def item_of(meeting_id: int, number: int) -> AgendaItem | None:
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id, AgendaItem.number == number)
    return db.session.scalar(query)
