"""Posting on the village board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import TO_THE_GROUP
from consult.domain.private_numbers import found_in
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Meeting, Notice, Person, Poll, Village, db
from consult.services.core import audit, search
from consult.services.messages import outbox
from consult.services.people import villages
from consult.services.people.villages import local_day

POLL_ANNOUNCED = "poll_announced"
POLL_DECLARED = "poll_declared"
POLL_EXTENDED, POLL_ROLL_ADDED, POLL_CANCELLED = "poll_extended", "poll_roll_added", "poll_cancelled"
MEETING_CALLED, MEETING_CHANGED, MEETING_CANCELLED = "meeting_called", "meeting_changed", "meeting_cancelled"
RESULT_POSTED = "result_posted"
POSTING_DAYS = 15
"""村民委员会组织法(2025-10-28) 35-37: posted for at least 15 days."""


@dataclass(frozen=True)
class Subject:
    """What a notice is about: one of a poll, a meeting, a consultation that was carried out."""

    title: str
    words: Sequence[str]
    """Everything people wrote that will hang in the street."""
    poll: Poll | None = None
    meeting: Meeting | None = None
    consultation: Consultation | None = None
    hangs_until: datetime | None = None
    """At least so long, where that is later than the days the law asks."""
    closes_at: datetime | None = None
    """For the chat group: when a vote closes or a meeting begins."""


def of_poll(poll: Poll, facts: Mapping[str, Any]) -> Subject:
    proposal = poll.consultation.proposal
    words = (
        proposal.title,
        proposal.summary,
        poll.question,
        poll.short_notice_reason,
        str(facts.get("reason", "")),
        *(o.label for o in poll.options),
    )
    return Subject(proposal.title, words, poll=poll, hangs_until=poll.closes_at, closes_at=poll.closes_at)


def post(tag: str, poll: Poll, actor: Person, *, facts: dict[str, Any], now: datetime, change_id: int = 0) -> Notice:
    """Hang a notice about a poll: 15 days, and until it closes."""
    return hang(tag, of_poll(poll, facts), actor, facts=facts, now=now, change_id=change_id)


def hang(
    tag: str, subject: Subject, actor: Person, *, facts: dict[str, Any], now: datetime, change_id: int = 0
) -> Notice:
    """Hang a notice on the board, inside the transaction of the act it tells of. Raises Refused."""
    if any(map(found_in, subject.words)):  # it hangs in the street for weeks
        raise Refused(Reason.PRIVATE_NUMBER)
    village = villages.locked(actor.village_id)
    today = local_day(village, now)
    last = db.session.scalar(
        select(func.max(Notice.number)).where(Notice.village_id == village.id, Notice.year == today.year)
    )
    until = max(today + timedelta(days=POSTING_DAYS), local_day(village, subject.hangs_until or now))
    notice = Notice(
        village_id=village.id,
        year=today.year,
        number=(last or 0) + 1,
        tag=tag,
        change_id=change_id,
        facts=facts,
        poll_id=subject.poll.id if subject.poll else None,
        meeting_id=subject.meeting.id if subject.meeting else None,
        consultation_id=subject.consultation.id if subject.consultation else None,
        posted_by=actor.id,
        posted_at=now,
        posted_until=until,
        audit_head=audit.head(village.id),
    )
    db.session.add(notice)
    db.session.flush()
    search.put_notice(notice)
    _tell_the_group(notice, subject, village, now)
    audit.record(
        Tag.NOTICE_POSTED,
        f"notice:{notice.id}",
        village_id=village.id,
        actor_id=actor.id,
        now=now,
        notice_tag=tag,
        poll=notice.poll_id,
        meeting=notice.meeting_id,
        number=notice.number,
    )
    return notice


def _tell_the_group(notice: Notice, subject: Subject, village: Village, now: datetime) -> None:
    """The chat group hears of what hangs in public. Nothing personal goes there."""
    if notice.tag in TO_THE_GROUP:
        facts = {
            "title": subject.title,
            "closes_at": (subject.closes_at or now).isoformat(),
            "timezone": village.timezone,
            "path": f"/{village.slug}/notices/{notice.id}",
        }
        outbox.write_robot(village.id, notice.tag, f"notice:{notice.id}", facts=facts, now=now)
