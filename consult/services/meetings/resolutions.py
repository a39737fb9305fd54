"""Resolutions of an agenda: what an item puts to the vote now, what it did when called, another text in the open meeting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from consult.domain.law.motions import ItemText
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.calls import FIRST_FORMAT, FrozenCall
from consult.domain.meetings.entry_facts import AmendmentNotedFacts
from consult.domain.meetings.meetings import MeetingState
from consult.domain.polls.resolution_texts import NOTHING, ResolutionText
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.models import AgendaItem, Meeting, MeetingPoll, Poll, db
from consult.models.meetings import meeting_queries
from consult.models.talk import consultation_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_states, proceedings

Item = AgendaItem | Row[Any]
"""An item, or a row of meeting_queries.agenda."""


def of_item(item: Item) -> ResolutionText:
    """Return what an item puts to the vote as it stands now: what was left empty as its proposal says it."""
    return of_items([item])[item.number]


def of_items(items: Sequence[Item], *, amended: bool = True) -> dict[int, ResolutionText]:
    """Return the same of several items, by their numbers: one statement for all of them.

    `amended` False: as they came before the meeting, without what it changed in their texts.
    """
    return {number: text for number, (text, _) in _with_proposals(items, amended=amended).items()}


def _with_proposals(items: Sequence[Item], *, amended: bool) -> dict[int, tuple[ResolutionText, ResolutionText | None]]:
    """Return, by their numbers, what items put to the vote and what the proposals of motions say."""
    motions = {item.consultation_id for item in items if item.kind is ItemKind.MOTION} - {None}
    words = consultation_queries.newest_words([one for one in motions if one is not None])
    found: dict[int, tuple[ResolutionText, ResolutionText | None]] = {}
    for item in items:
        written, proposed = meeting_queries.resolution_of(item), None
        if not amended and item.text_before is not None:
            written = replace(written, text=item.text_before)
        if item.kind is ItemKind.MOTION and item.consultation_id is not None:
            draft = Draft.from_facts(words[item.consultation_id])
            written, proposed = written.filled_from(draft), ResolutionText.of_proposal(draft)
        found[item.number] = (written, proposed)
    return found


def against_proposals(items: Sequence[Item]) -> dict[int, ItemText]:
    """Return how the texts of items stand to their proposals, by their numbers: before the meeting amended them."""
    return {
        item.number: ItemText(proposed is not None and not text.says_the_same(proposed), item.text_at)
        for item, (text, proposed) in zip(items, _with_proposals(items, amended=False).values(), strict=True)
    }


def against_proposal(item: Item) -> ItemText:
    """Return how the text of an item stands to its proposal, before the meeting amended it."""
    return against_proposals([item])[item.number]


def studied_as_called(item: AgendaItem) -> datetime | None:
    """Return when the text of an item was written, where it was studied for its meeting and not amended there; else None.

    At a later meeting it needs no new study.
    """
    if item.text_at is None or item.text_before is not None or item.consultation_id is None:
        return None
    over = db.session.get_one(Meeting, item.meeting_id).closed_at
    studied_at = four_deliberations.motion(item.consultation_id).studied_at
    if over is None or studied_at is None or not item.text_at < studied_at < over:
        return None
    return item.text_at


def called_of_items(call: FrozenCall | None, items: Sequence[Item]) -> dict[int, ResolutionText]:
    """Return what items put to the vote as they were called, by their numbers; added after the call, as they were written.

    Another text that the open meeting put to them is an amendment: it is not in it.
    """
    added = [item for item in items if call is None or call.item(item.number) is None]
    called = {item.number: called_of_item(call, item) for item in items if item not in added}
    return called | of_items(added, amended=False)


def called_of_item(call: FrozenCall | None, item: Item) -> ResolutionText:
    """Return what an item puts to the vote as it was called; added after the call, as it was written."""
    noticed = call.item(item.number) if call else None
    if noticed is None or call is None:
        return of_items([item], amended=False)[item.number]
    if call.format == FIRST_FORMAT and noticed.kind is ItemKind.MOTION and noticed.consultation_id is not None:
        return _filled(NOTHING, noticed.consultation_id, revision=noticed.revision)
    return noticed.resolution


def text_before_amendment(call: FrozenCall | None, item: Item, voted: ResolutionText) -> str:
    """Return the text with which an item came to the meeting, where the meeting amended it and votes on another; else nothing."""
    if call is None or (call.item(item.number) is None and item.text_before is None):
        return ""
    called = called_of_item(call, item).text
    return called if called and called != voted.text else ""


@atomic
def amend(meeting: Meeting, item_id: int, text: str, act: Act) -> None:
    """Give the item that is on another text before it is put to the vote; the record notes it. The same again is nothing.

    Its cost and the source of the money stay as they were called: who is not there could not object to more.
    Raises Refused.
    """
    transactions.lock(meeting)
    item = db.session.scalar(
        select(AgendaItem)
        .where(AgendaItem.id == item_id, AgendaItem.meeting_id == meeting.id)
        .execution_options(populate_existing=True)
    )
    if item is None or item.kind is not ItemKind.MOTION:
        raise Refused(Reason.NOT_A_MOTION)
    before = of_item(item).text
    if before == text:
        return
    meeting_states.refuse_unless(meeting, MeetingState.OPEN)
    if proceedings.course_of(meeting.id).current != item.number:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    announced = (
        select(Poll.id)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .where(MeetingPoll.item_id == item.id, Poll.stands)
    )
    if db.session.scalar(announced.limit(1)) is not None:
        raise Refused(Reason.TEXT_VOTED_ON)
    item.text_before = before if item.text_before is None else item.text_before
    item.resolution = text
    proceedings.add(meeting, AmendmentNotedFacts(text=text), act, item=item.number)


def _filled(written: ResolutionText, consultation_id: int, *, revision: int | None = None) -> ResolutionText:
    _, words = consultation_queries.words_of(consultation_id, revision=revision)
    return written.filled_from(Draft.from_facts(words))
