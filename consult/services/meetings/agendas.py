"""Putting items on the agenda of a meeting, and taking them off a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, sha256
from consult.domain.law.motions import Motion
from consult.domain.meetings.agendas import MOST_ITEMS, PUT_OFF, ItemKind, ItemPlan, MotionPlan
from consult.domain.meetings.meetings import MeetingPlan, MeetingState
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.models import AgendaItem, Consultation, Meeting, MeetingPoll, Poll, PollOption, Village, db
from consult.models.meetings import meeting_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import agenda_texts, four_deliberations
from consult.services.meetings import (
    agenda_notices,
    meeting_states,
    meeting_votes,
    meetings,
    proceedings,
    resolutions,
)
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.talk import consultations


@atomic
def plan_meeting(
    plan: MeetingPlan, titles: Sequence[str], carried: Sequence[AgendaItem], act: Act, *, petition_id: int | None = None
) -> Meeting:
    """Draft a meeting with items that are heard, and with items that an earlier meeting put off. The same key drafts one.

    What was put off comes with its proposal, the text put to the vote with its cost and money, and the vote planned for it;
    exceptions written for it then hold no more.
    Raises Refused.
    """
    villages.locked(act.village_id)
    for consultation_id in sorted({item.consultation_id for item in carried if item.consultation_id is not None}):
        transactions.lock(db.session.get_one(Consultation, consultation_id))  # before the head of the log
    meeting = meetings.draft(plan, act, petition_id=petition_id)
    for n, title in enumerate(titles):
        heard = ItemPlan(title, ItemKind.REPORT, None, "", "")
        add(meeting, heard, replace(act, key=f"{act.key}:heard-{n}"))
    for item in carried:
        newest = _newest_vote(item)
        vote = MotionPlan(vote=meeting_votes.asked_of(newest)) if newest is not None else None
        again = ItemPlan(
            item.title,
            item.kind,
            item.consultation_id,
            "",
            "",
            motion=vote,
            resolution=meeting_queries.resolution_of(item),
            text_at=resolutions.studied_as_called(item),
        )
        add(meeting, again, replace(act, key=f"{act.key}:again-{item.id}"))
    return meeting


def _newest_vote(item: AgendaItem) -> Poll | None:
    query = select(Poll).join(MeetingPoll, MeetingPoll.poll_id == Poll.id).where(MeetingPoll.item_id == item.id)
    return db.session.scalar(query.order_by(Poll.id.desc()).limit(1))


def put_off(meeting: Meeting) -> list[AgendaItem]:
    """Return the items of a meeting that was held which were put off, and those that it did not come to.

    Not those whose proposal was withdrawn or merged, or stands on the agenda of a later meeting already.
    """
    course = proceedings.course_of(meeting.id)
    if course.ended_at is None:
        return []
    items = db.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.number)
    )
    left = [one for one in items if one.number not in course.results or course.results[one.number] in PUT_OFF]
    over = meeting_queries.not_to_come_again(meeting.id, [one.consultation_id for one in left if one.consultation_id])
    later = meeting_queries.titles_of_later(meeting)
    return [
        one
        for one in left
        if one.consultation_id not in over and not (one.kind is not ItemKind.MOTION and one.title in later)
    ]


@atomic
def add(meeting: Meeting, plan: ItemPlan, act: Act) -> AgendaItem:
    """Put one more item at the end, with kind of matter, check and vote where the plan has them. The same key adds once.

    A motion without a proposal opens one with its words. After the call the item is posted, and all who are called are
    told. Raises Refused once the meeting is over or called off.
    """
    opens_consultation = plan.kind is ItemKind.MOTION and plan.consultation_id is None
    villages.locked(meeting.village_id)  # proposals and notices are numbered in it: village before meeting
    transactions.lock(meeting)
    earlier = transactions.earlier(AgendaItem, act.key, village_id=act.village_id)
    if earlier is not None:
        return earlier
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, *meeting_states.COMING)
    if meeting.called_at is not None and not plan.reason:  # it was called while this was being written
        raise Refused(Reason.MEETING_CALLED)
    last = db.session.scalar(select(func.max(AgendaItem.number)).where(AgendaItem.meeting_id == meeting.id)) or 0
    if last >= MOST_ITEMS:
        raise Refused(Reason.AGENDA_FULL, most=MOST_ITEMS)
    if (plan.motion is not None or plan.resolution) and plan.consultation_id is not None:  # before the head of the log
        transactions.lock(db.session.get_one(Consultation, plan.consultation_id))
    consultation_id = _open_consultation(meeting, plan, act) if opens_consultation else plan.consultation_id
    item = AgendaItem(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        number=last + 1,
        title=plan.title,
        kind=plan.kind,
        consultation_id=consultation_id,
        reason=plan.reason,
        short_notice_reason=plan.short_notice,
        authorisation=plan.authorisation,
        resolution=plan.resolution.text,
        cost_fen=plan.resolution.cost_fen,
        funding=[list(source) for source in plan.resolution.funding],
        text_at=plan.text_at or _text_at(consultation_id, plan.resolution, act),
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
        **_logged(item),
    )
    if plan.motion is not None:
        _prepare(item, plan.motion, act)
    if meeting.called_at is not None:
        agenda_notices.tell(meeting, item, act)
    return item


def _text_at(consultation_id: int | None, resolution: ResolutionText, act: Act) -> datetime | None:
    """Return the instant of a text that is written now: after all that is on record of its proposal. None: there is none."""
    if not resolution or consultation_id is None:
        return None
    return four_deliberations.next_instant(consultation_id, act.now)


def _logged(item: AgendaItem) -> dict[str, str]:
    """Return what the log keeps of the exceptions written for an item: their digest; nothing where there are none."""
    said = [item.short_notice_reason, item.authorisation]
    return {"exceptions": sha256(canonical(said))} if any(said) else {}


@atomic
def revise(item: AgendaItem, plan: ItemPlan, act: Act) -> None:
    """Change an item of a draft, or prepare the vote on an item: kind of matter, check, vote, its own exceptions.

    Once the meeting is called, the title stays; exceptions can be written for items added since, until their vote begins.
    Raises Refused.
    """
    villages.locked(act.village_id)  # notices are numbered in it: village before meeting
    meeting, item = meeting_votes.locked_item(item)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, *meeting_states.COMING)
    if plan.motion is not None and plan.motion.vote is not None and not _is_planned(item, plan.motion.vote):
        _drop_planned_votes(item.id)  # poll before consultation; a refusal below undoes it
    if (plan.motion is not None or plan.resolution) and item.consultation_id is not None:  # before the head of the log
        transactions.lock(db.session.get_one(Consultation, item.consultation_id))
    wanted = _wanted(meeting, item, plan)
    if wanted == _written(item) and _is_prepared(item, plan.motion):
        return
    versions.refuse_unless_same(act.seen, shown_parts(item))
    changed = False
    if wanted != _written(item):
        item.title, item.short_notice_reason, item.authorisation = (
            wanted.title,
            wanted.short_notice,
            wanted.authorisation,
        )
        if wanted.resolution != meeting_queries.resolution_of(item):
            _put_resolution(item, wanted.resolution)
            item.text_at = _text_at(item.consultation_id, wanted.resolution, act)
            changed = meeting.called_at is not None
        meeting.pulse += 1
        db.session.flush()
        digest = sha256(canonical(wanted.as_facts()))
        audit.record(Tag.AGENDA_ITEM_CHANGED, f"meeting:{meeting.id}", act, item=item.number, digest=digest)
    if plan.motion is not None:
        _prepare(item, plan.motion, act)
    if changed:  # what was told of it is not what is put to the vote now
        agenda_notices.tell(meeting, item, act)


@dataclass(frozen=True)
class _Written:
    """What is written on an item itself."""

    title: str
    short_notice: str
    authorisation: str
    resolution: ResolutionText

    def as_facts(self) -> list[Any]:
        return [self.title, self.short_notice, self.authorisation, self.resolution.as_facts()]


def _wanted(meeting: Meeting, item: AgendaItem, plan: ItemPlan) -> _Written:
    """Return what a plan writes on an item, as far as it may still be changed.

    What stood in the notice stays; its text alone changes, in the open meeting: see resolutions.amend.
    """
    here = _written(item)
    if meeting.called_at is None:
        return _Written(plan.title, "", plan.authorisation if plan.motion else here.authorisation, plan.resolution)
    if plan.motion is None or _was_voted_on(item):
        return here
    if item.reason:
        return _Written(here.title, plan.short_notice, plan.authorisation, plan.resolution)
    return here


def _is_prepared(item: AgendaItem, motion: MotionPlan | None) -> bool:
    """Tell whether everything that a plan says of a motion is on record already: it was sent twice."""
    if motion is None or item.consultation_id is None:
        return True
    chosen, found = four_deliberations.choice_of(item.consultation_id), four_deliberations.motion(item.consultation_id)
    as_chosen = chosen is not None and (chosen.matter, chosen.group_id) == (motion.matter, motion.group_id)
    return (
        (motion.matter is None or as_chosen)
        and (motion.check is None or (motion.check == found.check and _is_newest(item.consultation_id, found)))
        and (motion.vote is None or _is_planned(item, motion.vote))
    )


def _is_newest(consultation_id: int, motion: Motion) -> bool:
    """Tell whether the check came after every text that is on an agenda."""
    return motion.checked_at is not None and agenda_texts.are_older(consultation_id, motion.checked_at)


def shown_parts(item: AgendaItem) -> dict[str, object]:
    """Return what the form of an item shows of it, as it is now."""
    parts: dict[str, object] = {"agenda": _written(item).as_facts()}
    if item.consultation_id is None:
        return parts
    consultation = db.session.get_one(Consultation, item.consultation_id)
    return parts | four_deliberations.shown_parts(consultation, "matter", "text")


def _written(item: AgendaItem) -> _Written:
    resolution = meeting_queries.resolution_of(item)
    return _Written(item.title, item.short_notice_reason, item.authorisation, resolution)


def _put_resolution(item: AgendaItem, resolution: ResolutionText) -> None:
    item.resolution, item.cost_fen = resolution.text, resolution.cost_fen
    item.funding = [list(source) for source in resolution.funding]


def _was_voted_on(item: AgendaItem) -> bool:
    """Tell whether a vote on an item began."""
    query = select(Poll.id).join(MeetingPoll, MeetingPoll.poll_id == Poll.id).where(MeetingPoll.item_id == item.id)
    return db.session.scalar(query.where(Poll.stands).limit(1)) is not None


def planned_vote(item: AgendaItem) -> Poll | None:
    """Return the newest vote that is planned with an item and has not begun."""
    query = select(Poll).join(MeetingPoll, MeetingPoll.poll_id == Poll.id).where(MeetingPoll.item_id == item.id)
    return db.session.scalar(query.where(Poll.announced_at.is_(None)).order_by(Poll.id.desc()).limit(1))


def _is_planned(item: AgendaItem, asked: Asked) -> bool:
    poll = planned_vote(item)
    return poll is not None and meeting_votes.asked_of(poll) == asked


def _prepare(item: AgendaItem, motion: MotionPlan, act: Act) -> None:
    """Put on record what the form of an item says of its motion. The meeting and the consultation are locked."""
    if item.consultation_id is None:
        return
    consultation, now = db.session.get_one(Consultation, item.consultation_id), replace(act, seen=None)
    if motion.matter is not None:
        four_deliberations.choose_matter(
            consultation, motion.matter, now, group_id=motion.group_id, on=_day_of(item, act)
        )
    if motion.check is not None:
        four_deliberations.check_motion(consultation, motion.check, now)
    if motion.vote is not None and not _is_planned(item, motion.vote):
        meeting_votes.plan(item, motion.vote, replace(now, key=f"vote:{act.key}"))


def _day_of(item: AgendaItem, act: Act) -> date:
    """Return the day on which an item comes to the vote, as far as is known."""
    meeting = db.session.get_one(Meeting, item.meeting_id)
    village = db.session.get_one(Village, meeting.village_id)
    return max(local_day(village, act.now), local_day(village, meeting.starts_at))


def _open_consultation(meeting: Meeting, plan: ItemPlan, act: Act) -> int:
    """Open a consultation with the words and the text of an item, for the meeting's group if it has one; return its id."""
    groups: Sequence[int] = [meeting.group_id] if meeting.group_id else []
    cost = plan.resolution.cost_fen
    sources = [(name, cost) for name, _ in plan.resolution.funding if cost is not None]
    words = Draft(plan.title, plan.summary, plan.resolution.text, cost, tuple(sources))
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
    planned = select(MeetingPoll.poll_id).join(Poll, Poll.id == MeetingPoll.poll_id)
    planned = planned.where(MeetingPoll.item_id == item_id, Poll.announced_at.is_(None))
    polls = list(db.session.scalars(planned))
    for table, column in ((MeetingPoll, MeetingPoll.poll_id), (PollOption, PollOption.poll_id), (Poll, Poll.id)):
        db.session.execute(delete(table).where(column.in_(polls)))
