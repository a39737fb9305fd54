"""Calling a meeting: drafting it, freezing its roll with the notice, moving it or calling it off."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.board.notices import NoticeTag
from consult.domain.law import bodies
from consult.domain.law.bodies import Body, UnitKind
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.meetings import MeetingPlan, MeetingState
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import rolls as roll_rules
from consult.domain.people.rolls import UnitOfRoll
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, MeetingChange, MeetingRollEntry, Person, Village, db
from consult.models.meetings import meeting_queries
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_messages, meeting_states, petitions
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.polls import polls

FORMAT = 1
"""Of the frozen document of a call."""
MOVED, CANCELLED = "moved", "cancelled"


@dataclass(frozen=True)
class Exceptions:
    """What an officer writes down where a rule is left, each empty where it is kept."""

    short_notice: str = ""
    study: str = ""
    authorisation: str = ""


def draft(
    plan: MeetingPlan, actor: Person, *, language: str, key: str, now: datetime, petition_id: int | None = None
) -> Meeting:
    """Write down a meeting; nobody is told. The same key drafts one."""
    query = select(Meeting).where(Meeting.request_key == key, Meeting.village_id == actor.village_id)
    if (earlier := db.session.scalar(query)) is not None:
        return earlier
    village = villages.locked(actor.village_id)
    body = bodies.find(plan.body, province=village.province, on=local_day(village, now))
    if reason := rules.why_not_scope(body, plan.group_id):
        raise Refused(reason)
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
        language=language,
        place=plan.place,
        starts_at=plan.starts_at,
        speech_minutes=plan.speech_minutes,
        petition_id=petition_id,
        drafted_by=actor.id,
        drafted_at=now,
        request_key=key,
        pulse=0,
    )
    db.session.add(meeting)
    db.session.flush()
    _record(Tag.MEETING_DRAFTED, meeting, actor, now, body=plan.body)
    transactions.commit()
    return meeting


def revise(meeting: Meeting, plan: MeetingPlan) -> None:
    """Another name, place or hour of a draft; its body stays. Raises Refused once it is called."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    meeting.title, meeting.place, meeting.starts_at = plan.title, plan.place, plan.starts_at
    meeting.speech_minutes = plan.speech_minutes
    transactions.commit()


def discard(meeting: Meeting, actor: Person, *, now: datetime) -> None:
    """A draft that nobody was told of is given up. Twice is the same as once. Raises Refused once it is called."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is MeetingState.CANCELLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    meeting.cancelled_at = now
    _record(Tag.MEETING_CANCELLED, meeting, actor, now, change=None, digest="")
    transactions.commit()


def call(meeting: Meeting, exceptions: Exceptions, actor: Person, *, now: datetime) -> None:
    """Freeze rule, agenda and roll, hang the notice, tell whoever is called. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is MeetingState.CALLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED)
    village = db.session.get_one(Village, meeting.village_id)
    body = bodies.find(meeting.body, province=village.province, on=local_day(village, now))
    refuse_unless_callable(meeting, village, body, exceptions, now=now)
    units = units_of(meeting, village, body)
    if not units:
        raise Refused(Reason.ROLL_IS_EMPTY)
    _freeze(meeting, village, body, units, exceptions, actor, now)
    _record(
        Tag.MEETING_CALLED,
        meeting,
        actor,
        now,
        fingerprint=meeting.fingerprint,
        units=len(units),
    )
    if not body.internal:
        notices.hang(NoticeTag.MEETING_CALLED, subject_of(meeting), Act.of(actor, now=now), facts={})
    meeting_messages.tell_of_meeting(
        meeting, NotificationEvent.MEETING_CALLED, {u.person_id for u in units} - {actor.id}, now=now
    )
    transactions.commit()


def refuse_unless_callable(
    meeting: Meeting, village: Village, body: Body, exceptions: Exceptions, *, now: datetime
) -> None:
    """Agenda, hour, full days of notice, and for each motion: the right body, the study, the check. Raises Refused."""
    items = meeting_queries.agenda(meeting.id)
    if not items:
        raise Refused(Reason.NO_AGENDA)
    if meeting.starts_at <= now:
        raise Refused(Reason.OPENS_IN_THE_PAST)
    days = max(
        [body.notice_days, *(four_deliberations.open_days(i.consultation_id) for i in items if i.kind == "motion")]
    )
    short = rules.notice_is_short(
        days, called_on=local_day(village, now), starts_on=local_day(village, meeting.starts_at)
    )
    if short and not exceptions.short_notice:
        raise Refused(Reason.NOTICE_TOO_SHORT, days=days)
    for item in items:
        if item.kind == "motion" and item.consultation_id is not None:
            four_deliberations.refuse_unless_ripe(
                item.consultation_id,
                item.title,
                body.code,
                study_exception=exceptions.study,
                authorisation=exceptions.authorisation,
            )


def units_of(meeting: Meeting, village: Village, body: Body) -> list[UnitOfRoll]:
    """Who would be called: the units of the roll on the day of the meeting."""
    on = local_day(village, meeting.starts_at)
    return roll_rules.freeze(polls.villagers(village, on=on), body, group_id=meeting.group_id, on=on)


def online_source(village_id: int, body: Body) -> str:
    """What lets people who are away take part: the law, the village's own rule, or that the body only talks. Empty: nothing."""
    return body.source if body.consultative else polls.formal_source(village_id, body)


def _freeze(
    meeting: Meeting,
    village: Village,
    body: Body,
    units: list[UnitOfRoll],
    exceptions: Exceptions,
    actor: Person,
    now: datetime,
) -> None:
    salts = {unit.number: secrets.token_hex(16) for unit in units}
    roll = [[u.number, commitment(salts[u.number], u.unit)] for u in units]
    frozen = {
        "format": FORMAT,
        "meeting": meeting.id,
        "village": meeting.village_id,
        "group": meeting.group_id,
        "title": meeting.title,
        "place": meeting.place,
        "starts_at": meeting.starts_at.isoformat(),
        "called_at": now.isoformat(),
        "rule": body.rule_facts(),
        "online": online_source(meeting.village_id, body),
        "agenda": [
            [i.number, i.title, i.kind, i.consultation_id, i.revision] for i in meeting_queries.agenda(meeting.id)
        ],
        "short_notice": exceptions.short_notice,
        "study_exception": exceptions.study,
        "authorisation": exceptions.authorisation,
        "adult_on": local_day(village, meeting.starts_at).isoformat(),
        "households": len({u.household_id for u in units}) if body.unit is UnitKind.PERSON else len(units),
        "roll": {"units": len(units), "digest": polls.roll_digest(roll)},
    }
    with db.session.no_autoflush:  # the row is written once, whole: the database refuses a second change
        meeting.called_by, meeting.called_at, meeting.frozen = actor.id, now, frozen
        meeting.short_notice_reason, meeting.study_exception = exceptions.short_notice, exceptions.study
        meeting.authorisation, meeting.fingerprint = exceptions.authorisation, sha256(canonical(frozen))
        meeting.pulse += 1
        db.session.flush()
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


def move(
    meeting: Meeting, place: str, starts_at: datetime, reason: str, actor: Person, *, key: str, now: datetime
) -> None:
    """Another place, or a later hour. On the board and to everybody called. The same key moves once. Raises Refused."""
    if _changed(key):
        return
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED)
    if starts_at < meeting.starts_at or starts_at <= now:
        raise Refused(Reason.EARLIER_THAN_CALLED)
    if (place, starts_at) == (meeting.place, meeting.starts_at):
        raise Refused(Reason.NOTHING_CHANGES)
    meeting.place, meeting.starts_at = place, starts_at
    _change(meeting, MOVED, reason, actor, key, now)
    transactions.commit()


def cancel(meeting: Meeting, reason: str, actor: Person, *, key: str, now: datetime) -> None:
    """Call it off before it opens. Twice is the same as once. Raises Refused."""
    if _changed(key):
        return
    transactions.lock(meeting)
    if meeting_states.state_of(meeting) is MeetingState.CANCELLED:
        return
    meeting_states.refuse_unless(meeting, MeetingState.CALLED)
    meeting.cancelled_at = now
    _change(meeting, CANCELLED, reason, actor, key, now)
    transactions.commit()


def _changed(key: str) -> bool:
    return db.session.scalar(select(MeetingChange.id).where(MeetingChange.request_key == key)) is not None


def _change(meeting: Meeting, kind: str, reason: str, actor: Person, key: str, now: datetime) -> None:
    change = MeetingChange(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        kind=kind,
        place=meeting.place,
        starts_at=meeting.starts_at,
        reason=reason,
        request_key=key,
        changed_by=actor.id,
        changed_at=now,
    )
    db.session.add(change)
    meeting.pulse += 1
    db.session.flush()
    tag = Tag.MEETING_CANCELLED if kind == CANCELLED else Tag.MEETING_CHANGED
    _record(tag, meeting, actor, now, change=change.id, digest=sha256(reason))
    facts = {"reason": reason, "place": meeting.place, "starts_at": meeting.starts_at.isoformat()}
    if not meeting_states.body_of(meeting).internal:
        notice_tag = NoticeTag.MEETING_CANCELLED if kind == CANCELLED else NoticeTag.MEETING_CHANGED
        notices.hang(notice_tag, subject_of(meeting, reason), Act.of(actor, now=now), facts=facts, change_id=change.id)
    called = {e.person_id for e in _roll(meeting.id)} - {actor.id}
    meeting_messages.tell_of_meeting(
        meeting,
        NotificationEvent.MEETING_CALLED,
        called,
        now=now,
        kind=f"meeting_{kind}",
        subject=f"meeting_change:{change.id}",
    )


def subject_of(meeting: Meeting, *more: str) -> notices.Subject:
    words = [meeting.title, meeting.place, *more, *(item.title for item in meeting_queries.agenda(meeting.id))]
    words += [meeting.short_notice_reason, meeting.study_exception, meeting.authorisation]
    return notices.Subject(
        meeting.title, words, meeting=meeting, hangs_until=meeting.starts_at, closes_at=meeting.starts_at
    )


def _roll(meeting_id: int) -> list[MeetingRollEntry]:
    return list(db.session.scalars(select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting_id)))


def _record(tag: Tag, meeting: Meeting, actor: Person, now: datetime, **facts: Any) -> None:
    audit.record(tag, f"meeting:{meeting.id}", village_id=meeting.village_id, actor_id=actor.id, now=now, **facts)
