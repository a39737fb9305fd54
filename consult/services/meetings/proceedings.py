"""Adding to the record of a meeting: opening, items, speeches, amendments, remarks, who chairs; undoing and correcting."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.meetings import meetings as meeting_rules
from consult.domain.meetings import proceedings as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import (
    ClosedFacts,
    CorrectedFacts,
    EntryFacts,
    ItemCalledFacts,
    ItemClosedFacts,
    OpenedFacts,
    ProceedingStep,
    UndoneFacts,
)
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.proceedings import Course, ProceedingEntry
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Meeting, Proceeding, db
from consult.models.meetings import meeting_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import appointments, meeting_messages, meeting_results, meeting_states
from consult.services.people import villages


def course_of(meeting_id: int) -> Course:
    """Return where a meeting stands, from its entries."""
    return rules.course_of(entry_of(row) for row in meeting_queries.entries(meeting_id))


def entry_of(row: Proceeding) -> ProceedingEntry:
    """Return an entry of the record from its row."""
    return ProceedingEntry(
        number=row.number, step=row.step, item=row.item, facts=row.facts, actor_id=row.actor_id, at=row.recorded_at
    )


@atomic
def add(meeting: Meeting, facts: EntryFacts, act: Act, *, item: int | None = None) -> int:
    """Append one entry and raise the meeting's version; return the entry's number. The caller has locked the meeting."""
    last = db.session.scalar(select(func.max(Proceeding.number)).where(Proceeding.meeting_id == meeting.id)) or 0
    said = facts.as_json()
    db.session.add(
        Proceeding(
            meeting_id=meeting.id,
            number=last + 1,
            village_id=meeting.village_id,
            step=facts.step.value,
            item=item,
            facts=said,
            request_key=act.key or secrets.token_urlsafe(18),
            actor_id=act.actor_id,
            recorded_at=act.now,
        )
    )
    meeting.pulse += 1
    db.session.flush()
    audit.record(
        Tag.MEETING_NOTED,
        f"meeting:{meeting.id}",
        act,
        number=last + 1,
        step=facts.step.value,
        item=item,
        digest=digest_of(said),
    )
    return last + 1


def digest_of(facts: dict[str, Any]) -> str:
    """Return what the log keeps of an entry's words: the digest of their canonical form."""
    return sha256(canonical(facts))


@atomic
def open_meeting(meeting: Meeting, act: Act, *, chair_id: int, recorder_id: int, began_at: datetime) -> None:
    """Open a meeting with its chair and recorder. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    state = meeting_states.state_of(meeting)
    if state in (MeetingState.OPEN, MeetingState.ADJOURNED, MeetingState.CLOSED):
        return
    meeting_states.refuse_unless(meeting, MeetingState.CALLED)
    if meeting_rules.too_early_to_open(starts_at=meeting.starts_at, now=act.now):
        raise Refused(Reason.TOO_EARLY_TO_OPEN)
    meeting.opened_at = act.now
    due_at = meeting.starts_at
    add(meeting, OpenedFacts(began_at=began_at, chair=chair_id, recorder=recorder_id, due_at=due_at), act)


@atomic
def call_item(meeting: Meeting, number: int, act: Act) -> None:
    """Turn to an item; to the item that is on: nothing. The same key turns once. Raises Refused."""
    course = _locked_course(meeting, act.key)
    if course is None or course.current == number:
        return
    if reason := rules.why_not_call(course, number, vote_open=meeting_states.open_vote(meeting.id) is not None):
        raise Refused(reason)
    add(meeting, ItemCalledFacts(), act, item=number)


@atomic
def close_item(meeting: Meeting, number: int, chosen: Result, act: Act) -> None:
    """End the item that is on. One that was voted on takes its newest outcome, whatever was chosen.

    That too few are here may be chosen only while it is so. Raises Refused.
    """
    course = _locked_course(meeting, act.key)
    if course is None or number in course.results:
        return
    if course.current != number:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    result = meeting_states.result_by_vote(meeting.id, number)
    if result is None and chosen is Result.INQUORATE and meeting_states.quorum_of(meeting).reached:
        raise Refused(Reason.QUORUM_REACHED)
    add(meeting, ItemClosedFacts(result=result or chosen), act, item=number)


@atomic
def go_on(meeting: Meeting, number: int, chosen: Result, act: Act) -> None:
    """End an item as `close_item` does and turn to the next one that has no result, where there is one. Raises Refused."""
    close_item(meeting, number, chosen, act)
    course = course_of(meeting.id)
    numbers = [item.number for item in meeting_queries.agenda(meeting.id)]
    following = rules.next_item(course, numbers) if course.current is None and number in course.results else None
    if following is not None:
        call_item(meeting, following, replace(act, key=f"{act.key}-next"))


@atomic
def note(meeting: Meeting, facts: EntryFacts, item: int | None, act: Act) -> None:
    """Note words for the minutes, a change of chair, or a line of the speakers' list. The same key notes once.

    Raises Refused, also where the key was used with other words.
    """
    course = _locked_course(meeting, act.key, facts)
    if course is None:
        return
    if reason := rules.why_not_note(course, item):
        raise Refused(reason)
    if course.ended_at is not None and facts.step not in rules.WORDS:
        raise Refused(Reason.MEETING_CLOSED)
    meeting_states.refuse_unless_addable(meeting, now=act.now)
    if rules.is_adjourned(course) and facts.step not in rules.BETWEEN_SITTINGS:
        raise Refused(Reason.MEETING_ADJOURNED)
    if rules.is_said_already(course, facts):
        return
    add(meeting, facts, act, item=item)


@atomic
def undo(meeting: Meeting, number: int, act: Act) -> None:
    """Take back an entry while its item is open. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    course = course_of(meeting.id)
    if _is_undone(meeting.id, number):
        return
    if reason := rules.why_not_undo(course, number):
        raise Refused(reason)
    if _put_the_text(meeting.id, course.standing[number]):
        raise Refused(Reason.AMENDMENT_STANDS)
    add(meeting, UndoneFacts(of=number), act, item=course.standing[number].item)


@atomic
def correct(meeting: Meeting, number: int, text: str, act: Act) -> None:
    """Give an entry other words; the old ones stay, struck through. The same key corrects once. Raises Refused."""
    course = _locked_course(meeting, act.key)
    if course is None:
        return
    if reason := rules.why_not_correct(course, number):
        raise Refused(reason)
    if rules.words_of(course, number)[-1] != text:
        add(meeting, CorrectedFacts(of=number, text=text), act, item=course.standing[number].item)


@atomic
def close_meeting(meeting: Meeting, act: Act, *, ended_at: datetime) -> None:
    """End the meeting and post its results; one that was adjourned ended with its last sitting. Twice is the same as once.

    Raises Refused while a vote is open or not declared.
    """
    villages.locked(meeting.village_id)  # the notice of its results is numbered in it: village before meeting
    course = _locked_course(meeting, act.key)
    if course is None or course.ended_at is not None:
        return
    meeting_states.refuse_unless(meeting, MeetingState.OPEN, MeetingState.ADJOURNED)
    meeting_states.refuse_open_votes(meeting.id)
    meeting.closed_at = act.now
    meeting_messages.settle(meeting, now=act.now)
    if meeting.adjourned_at is not None:  # the day that was told is not held
        meeting_results.tell_over(meeting, act)
        last = appointments.in_force(meeting, course.sittings[-1].opened_at)
        meeting.starts_at, meeting.place = last.starts_at, last.place
    ended_at = course.sittings[-1].ended_at or ended_at
    add(meeting, ClosedFacts(ended_at=ended_at), act)
    meeting_results.post(meeting, act)


def _locked_course(meeting: Meeting, key: str, facts: EntryFacts | None = None) -> Course | None:
    """Lock the meeting and return its course; None: an entry with this key exists. Raises Refused(KEY_USED)."""
    transactions.lock(meeting)
    earlier = transactions.earlier(Proceeding, key) if key else None
    if earlier is not None and facts is not None and earlier.facts != facts.as_json():
        raise Refused(Reason.KEY_USED)
    return course_of(meeting.id) if earlier is None else None


def _put_the_text(meeting_id: int, entry: ProceedingEntry) -> bool:
    """Tell whether an entry is the amendment by which its item has the text that is put to the vote."""
    if entry.step is not ProceedingStep.AMENDMENT_NOTED or entry.item is None:
        return False
    item = item_of(meeting_id, entry.item)
    return item is not None and item.text_before is not None and entry.facts.get("text") == item.resolution


def _is_undone(meeting_id: int, number: int) -> bool:
    rows = meeting_queries.entries(meeting_id)
    return any(row.step == ProceedingStep.UNDONE and UndoneFacts.read(row.facts).of == number for row in rows)


def item_of(meeting_id: int, number: int) -> AgendaItem | None:
    """Return the item with this number on the agenda of a meeting."""
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id, AgendaItem.number == number)
    return db.session.scalar(query)
