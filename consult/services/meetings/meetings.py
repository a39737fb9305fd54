"""Calling a meeting: drafting it, freezing its roll with the notice, moving or cancelling it."""

import secrets
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, insert, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.board.notices import NoticeTag
from consult.domain.law import vote_gates
from consult.domain.law import voting_rolls as roll_rules
from consult.domain.law.bodies import Body, UnitKind
from consult.domain.law.vote_gates import Door, Exceptions
from consult.domain.law.voting_rolls import UnitOfRoll
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.calls import FrozenCall, FrozenItem
from consult.domain.meetings.meetings import MeetingChangeKind, MeetingPlan, MeetingState
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.polls.frozen import FrozenRule
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, MeetingChange, MeetingRollEntry, Village, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations, rule_changes
from consult.services.meetings import meeting_messages, meeting_states, meeting_votes, petitions, resolutions
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.polls import poll_states, polls
from consult.services.talk import moderation_subjects


@atomic
def draft(plan: MeetingPlan, act: Act, *, petition_id: int | None = None) -> Meeting:
    """Write down a meeting without telling anybody. The same key drafts one. Raises Refused."""
    village = villages.locked(act.village_id)
    earlier = transactions.earlier(Meeting, act.key, village_id=act.village_id)
    if earlier is not None:
        return earlier
    body = rule_changes.body_in_force(village, plan.body, plan.group_id, on=local_day(village, plan.starts_at))
    polls.refuse_unless_body_of(village, body, plan.group_id)
    if petition_id is not None:
        petitions.refuse_unless_met(petition_id, plan, village.id)
    year = local_day(village, plan.starts_at).year
    last = select(func.max(Meeting.number)).where(Meeting.village_id == village.id, Meeting.year == year)
    meeting = Meeting(
        village_id=village.id,
        year=year,
        number=(db.session.scalar(last) or 0) + 1,
        body=plan.body,
        group_id=plan.group_id,
        title=plan.title,
        language=act.language,
        place=plan.place,
        starts_at=plan.starts_at,
        speech_minutes=plan.speech_minutes,
        petition_id=petition_id,
        drafted_by=act.actor_id,
        drafted_at=act.now,
        request_key=act.key,
        pulse=0,
    )
    db.session.add(meeting)
    db.session.flush()
    audit.record(Tag.MEETING_DRAFTED, f"meeting:{meeting.id}", act, body=plan.body)
    return meeting


@atomic
def revise(meeting: Meeting, plan: MeetingPlan, *, seen: str | None = None) -> None:
    """Give a draft another name, place or hour; its body stays. Raises Refused once it is called."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    versions.refuse_unless_same(seen, shown_place(meeting))
    meeting.title, meeting.place, meeting.starts_at = plan.title, plan.place, plan.starts_at
    meeting.speech_minutes = plan.speech_minutes


@atomic
def discard(meeting: Meeting, act: Act) -> None:
    """Give up a draft. Twice is the same as once. Raises Refused once it is called."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is MeetingState.CANCELLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    meeting.cancelled_at = act.now
    audit.record(Tag.MEETING_CANCELLED, f"meeting:{meeting.id}", act, change=None, digest="")


def was_given_up(village_id: int, meeting_id: int) -> bool:
    """Tell whether a draft was given up, of which no page is left."""
    mine = (Meeting.id == meeting_id, Meeting.village_id == village_id, Meeting.called_at.is_(None))
    return bool(db.session.scalar(select(select(Meeting.id).where(*mine, Meeting.cancelled_at.is_not(None)).exists())))


@atomic
def call(meeting: Meeting, exceptions: Exceptions, act: Act) -> None:
    """Freeze rule, agenda and roll, hang the notice, tell those who are called. Twice is the same as once. Raises Refused."""
    village = villages.locked(meeting.village_id)  # the notice is numbered in it: village before meeting
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is MeetingState.CALLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    poll_states.refuse_while_in_doubt(meeting.village_id)
    versions.refuse_unless_same(act.seen, shown_parts(meeting))
    body = meeting_states.body_of(meeting)
    refuse_unless_callable(meeting, village, body, exceptions, now=act.now)
    exceptions = replace(exceptions, authorisation=_authorisations(meeting, exceptions))
    units = units_of(meeting, village, body)
    if not units:
        raise Refused(Reason.ROLL_IS_EMPTY)
    adult_on = local_day(village, meeting.starts_at)
    frozen, salts = _frozen_call(meeting, exceptions, act, body=body, adult_on=adult_on, units=units)
    _freeze(meeting, frozen, exceptions, act)
    _write_roll(meeting, units, salts)
    audit.record(Tag.MEETING_CALLED, f"meeting:{meeting.id}", act, fingerprint=meeting.fingerprint, units=len(units))
    if not body.internal:
        notices.hang(NoticeTag.MEETING_CALLED, subject_of(meeting), act, facts={})
    called = {u.person_id for u in units} - {act.actor_id}
    meeting_messages.tell_of_meeting(meeting, NotificationEvent.MEETING_CALLED, called, now=act.now)
    if meeting.petition_id is not None:
        petitions.called(meeting.petition_id, now=act.now)


def _authorisations(meeting: Meeting, exceptions: Exceptions) -> str:
    """Return all that the assembly authorised, item by item, as notice and minutes say it."""
    each = [f"{item.title}：{item.authorisation}" for item in meeting_queries.agenda(meeting.id) if item.authorisation]
    return " · ".join([*each, *([exceptions.authorisation] if exceptions.authorisation else [])])


def shown_parts(meeting: Meeting) -> dict[str, object]:
    """Return what the pages of a draft and of a change show of a meeting, as it is now."""
    items = meeting_queries.agenda(meeting.id)
    now = resolutions.of_items(items)
    agenda = [
        [
            i.id,
            i.title,
            i.kind.value,
            i.consultation_id,
            now[i.number].as_facts(),
            *([i.authorisation] if i.authorisation else []),
        ]
        for i in items
    ]
    return {"agenda": agenda, **shown_place(meeting)}


def shown_place(meeting: Meeting) -> dict[str, object]:
    """Return where and when a meeting is to be, as the forms for both show it."""
    return {"place": [meeting.title, meeting.place, meeting.starts_at.isoformat()]}


def refuse_unless_callable(
    meeting: Meeting, village: Village, body: Body, exceptions: Exceptions, *, now: datetime
) -> None:
    """Refuse a call without agenda, for an hour past, at short notice, or with a motion that lacks body, study or check."""
    items = meeting_queries.agenda(meeting.id)
    if not items:
        raise Refused(Reason.NO_AGENDA)
    if meeting.starts_at <= now:
        raise Refused(Reason.OPENS_IN_THE_PAST)
    motions = four_deliberations.motions([i.consultation_id for i in items if i.kind is ItemKind.MOTION])
    texts = resolutions.against_proposals(items)
    called_on, starts_on = local_day(village, now), local_day(village, meeting.starts_at)
    vote_gates.refuse_closed_plan(motions.values(), called_on=called_on, starts_on=starts_on)
    vote_gates.refuse_short_notice(body, exceptions, called_on=called_on, starts_on=starts_on)
    for item in items:
        if item.kind is ItemKind.MOTION and item.consultation_id is not None:
            door = Door(
                body=body,
                group_id=meeting.group_id,
                exceptions=replace(exceptions, authorisation=item.authorisation or exceptions.authorisation),
                known_on=called_on,
                voted_on=starts_on,
                text=texts[item.number],
            )
            motion = motions[item.consultation_id]
            moderation_subjects.refuse_hidden(item.consultation_id)  # the notice would say them
            vote_gates.refuse_unless_open(door, motion, title=item.title)
            meeting_votes.refuse_repeated(meeting, item.consultation_id, body, motion, now=now)


def units_of(meeting: Meeting, village: Village, body: Body) -> list[UnitOfRoll]:
    """Return who would be called: the units of the roll on the day of the meeting."""
    on = local_day(village, meeting.starts_at)
    return roll_rules.freeze(polls.villagers(village, on=on), body, group_id=meeting.group_id, on=on)


def online_source(village_id: int, body: Body, group_id: int | None) -> str:
    """Return what lets people who are away take part: a law, a rule of the village, or a body that only consults."""
    return body.source if body.consultative or body.online else polls.formal_source(village_id, body, group_id)


def _frozen_call(
    meeting: Meeting, exceptions: Exceptions, act: Act, *, body: Body, adult_on: date, units: list[UnitOfRoll]
) -> tuple[FrozenCall, dict[int, str]]:
    """Return everything of the call that may not change, and the salts of the roll's commitments by number."""
    salts = {unit.number: secrets.token_hex(16) for unit in units}
    by_person = body.unit is UnitKind.PERSON
    items = meeting_queries.agenda(meeting.id)
    puts = resolutions.of_items(items)
    call = FrozenCall(
        meeting_id=meeting.id,
        village_id=meeting.village_id,
        group_id=meeting.group_id,
        title=meeting.title,
        place=meeting.place,
        starts_at=meeting.starts_at,
        called_at=act.now,
        rule=FrozenRule.of_body(body),
        online=online_source(meeting.village_id, body, meeting.group_id),
        agenda=tuple(
            FrozenItem(
                number=i.number,
                title=i.title,
                kind=i.kind,
                consultation_id=i.consultation_id,
                revision=i.revision,
                resolution=puts[i.number],
            )
            for i in items
        ),
        short_notice=exceptions.short_notice,
        study_exception="",
        authorisation=exceptions.authorisation,
        adult_on=adult_on,
        households=len({u.household_id for u in units}) if by_person else len(units),
        roll_units=len(units),
        roll_digest=polls.roll_digest([[u.number, commitment(salts[u.number], u.unit)] for u in units]),
    )
    return call, salts


def _freeze(meeting: Meeting, call: FrozenCall, exceptions: Exceptions, act: Act) -> None:
    """Write the call into the meeting's row at once: the database refuses a second change."""
    with db.session.no_autoflush:
        meeting.called_by, meeting.called_at, meeting.frozen = act.actor_id, act.now, call.to_facts()
        meeting.short_notice_reason = exceptions.short_notice
        meeting.authorisation, meeting.fingerprint = exceptions.authorisation, sha256(canonical(meeting.frozen))
        meeting.pulse += 1
        db.session.flush()


def _write_roll(meeting: Meeting, units: list[UnitOfRoll], salts: dict[int, str]) -> None:
    rows = [
        {
            "meeting_id": meeting.id,
            "village_id": meeting.village_id,
            "salt": salts[u.number],
            "attending_id": None,
            "way": None,
            **u.__dict__,
        }
        for u in units
    ]
    db.session.execute(insert(MeetingRollEntry), rows)


@atomic
def move(meeting: Meeting, place: str, starts_at: datetime, reason: str, act: Act) -> None:
    """Move a meeting to another place or a later hour; the board and all called are told. The same key moves once.

    Raises Refused.
    """
    if _lock_for_change(meeting, act):
        return
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.ADJOURNED)
    if starts_at < meeting.starts_at or starts_at <= act.now:
        raise Refused(Reason.EARLIER_THAN_CALLED)
    versions.refuse_unless_same(act.seen, shown_place(meeting))
    if (place, starts_at) == (meeting.place, meeting.starts_at):
        raise Refused(Reason.NOTHING_CHANGES)
    meeting.place, meeting.starts_at = place, starts_at
    add_change(meeting, MeetingChangeKind.MOVED, reason, act)


@atomic
def cancel(meeting: Meeting, reason: str, act: Act) -> None:
    """Cancel a meeting before it opens. Twice is the same as once. Raises Refused."""
    if _lock_for_change(meeting, act):
        return
    if meeting_states.state_of(meeting) is MeetingState.CANCELLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.CALLED)
    versions.refuse_unless_same(act.seen, shown_place(meeting))
    meeting.cancelled_at = act.now
    meeting_messages.settle(meeting, now=act.now)
    add_change(meeting, MeetingChangeKind.CANCELLED, reason, act)


def _lock_for_change(meeting: Meeting, act: Act) -> bool:
    """Lock village and meeting; tell whether the change with this key has been made."""
    villages.locked(meeting.village_id)  # the notice is numbered in it: village before meeting
    transactions.lock(meeting)
    return transactions.earlier(MeetingChange, act.key) is not None


def add_change(meeting: Meeting, kind: MeetingChangeKind, reason: str, act: Act) -> None:
    """Write down a change that was made, hang it on the board, tell those who are called. Village and meeting are locked."""
    change = MeetingChange(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        kind=kind,
        place=meeting.place,
        starts_at=meeting.starts_at,
        reason=reason,
        request_key=act.key,
        changed_by=act.actor_id,
        changed_at=act.now,
    )
    db.session.add(change)
    meeting.pulse += 1
    db.session.flush()
    cancelled = kind is MeetingChangeKind.CANCELLED
    tag = Tag.MEETING_CANCELLED if cancelled else Tag.MEETING_CHANGED
    audit.record(tag, f"meeting:{meeting.id}", act, change=change.id, digest=sha256(reason))
    facts = {"reason": reason, "place": meeting.place, "starts_at": meeting.starts_at.isoformat()}
    if kind is MeetingChangeKind.ADJOURNED:
        facts["kind"] = kind.value
    if not meeting_states.body_of(meeting).internal:
        notice_tag = NoticeTag.MEETING_CANCELLED if cancelled else NoticeTag.MEETING_CHANGED
        notices.hang(notice_tag, subject_of(meeting, reason), act, facts=facts, change_id=change.id)
    today = local_day(db.session.get_one(Village, meeting.village_id), act.now)
    called = set(check_in_queries.called_persons(meeting.id, on=today)) - {act.actor_id}
    meeting_messages.tell_of_meeting(
        meeting,
        NotificationEvent.MEETING_CALLED,
        called,
        now=act.now,
        kind=f"meeting_{kind}",
        subject=f"meeting_change:{change.id}",
    )


def subject_of(meeting: Meeting, *more: str) -> notices.Subject:
    """Return the subject of a notice about a meeting, with every word that will hang in public."""
    items = meeting_queries.agenda(meeting.id)
    words = [meeting.title, meeting.place, *more, *(item.title for item in items)]
    words += [said for one in resolutions.of_items(items).values() for said in one.words]
    words += [meeting.short_notice_reason, meeting.study_exception, meeting.authorisation]
    return notices.Subject(
        meeting.title, words, meeting=meeting, hangs_until=meeting.starts_at, closes_at=meeting.starts_at
    )
