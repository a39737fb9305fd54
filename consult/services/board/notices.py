"""Posting on the village board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.board.notices import NoticeTag
from consult.domain.messages.notifications import TO_THE_GROUP
from consult.domain.private_numbers import written_in
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Meeting, Notice, Poll, Village, db
from consult.services.board import assets, notice_texts, notice_verification
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.messages import outbox
from consult.services.people import villages
from consult.services.people.villages import local_day

POSTING_DAYS = 15
"""At least so many days: 村民委员会组织法(2025-10-28) 35-37."""


@dataclass(frozen=True)
class Subject:
    """The subject of a notice: exactly one of a poll, a meeting, a consultation that was carried out."""

    title: str
    words: Sequence[str]
    """Every text by people that the notice will show."""
    poll: Poll | None = None
    meeting: Meeting | None = None
    consultation: Consultation | None = None
    hangs_until: datetime | None = None
    """Post it at least until then, where that is later than the days the law asks."""
    closes_at: datetime | None = None
    """When a vote closes or a meeting begins, for the chat group."""


def of_poll(poll: Poll, facts: Mapping[str, Any]) -> Subject:
    """Return what a notice about a poll tells of; `facts` are those of the notice, with a change's reason."""
    proposal = poll.consultation.proposal
    frozen = poll.frozen_poll
    words = (
        proposal.title,
        proposal.summary,
        *(frozen.resolution.words if frozen and frozen.resolution else ()),
        poll.question,
        poll.short_notice_reason,
        str(facts.get("reason", "")),
        str(facts.get("again", {}).get("why", "")),
        *(o.label for o in poll.options),
    )
    return Subject(proposal.title, words, poll=poll, hangs_until=poll.closes_at, closes_at=poll.closes_at)


def post(tag: NoticeTag, poll: Poll, act: Act, *, facts: dict[str, Any], change_id: int = 0) -> Notice:
    """Post a notice about a poll: for 15 days, and until it closes. In the unit of work at hand. Raises Refused."""
    return hang(tag, of_poll(poll, facts), act, facts=facts, change_id=change_id)


def hang(tag: NoticeTag, subject: Subject, act: Act, *, facts: dict[str, Any], change_id: int = 0) -> Notice:
    """Post a notice on the village board, in the unit of work of the act it tells of.

    `facts` fill its sentences; `change_id` is the change of the poll or meeting it tells of, 0 for none.
    Raises Refused for words with a private number in them: they are posted in public for weeks.
    """
    if found := next(filter(None, map(written_in, subject.words)), ""):
        raise Refused(Reason.PRIVATE_NUMBER, found=found)
    village = villages.locked(act.village_id)
    today = local_day(village, act.now)
    until = max(today + timedelta(days=POSTING_DAYS), local_day(village, subject.hangs_until or act.now))
    notice = Notice(
        village_id=village.id,
        year=today.year,
        number=_next_number(village.id, today.year),
        tag=tag,
        change_id=change_id,
        facts=facts,
        poll_id=subject.poll.id if subject.poll else None,
        meeting_id=subject.meeting.id if subject.meeting else None,
        consultation_id=subject.consultation.id if subject.consultation else None,
        posted_by=act.actor_id,
        posted_at=act.now,
        posted_until=until,
        audit_head=audit.head(village.id),
        assets=assets.fingerprint(),
    )
    db.session.add(notice)
    db.session.flush()
    notice_texts.put_notice(notice)
    _tell_the_group(notice, subject, village, act.now)
    audit.record(
        Tag.NOTICE_POSTED,
        f"notice:{notice.id}",
        act,
        notice_tag=tag.value,
        poll=notice.poll_id,
        meeting=notice.meeting_id,
        year=notice.year,
        number=notice.number,
        assets=notice.assets,
        shown=notice_verification.digest(notice),
    )
    return notice


def _next_number(village_id: int, year: int) -> int:
    last = db.session.scalar(
        select(func.max(Notice.number)).where(Notice.village_id == village_id, Notice.year == year)
    )
    return (last or 0) + 1


def _tell_the_group(notice: Notice, subject: Subject, village: Village, now: datetime) -> None:
    """Write a message to the village's chat group about a public notice. It holds nothing personal.

    The results of a meeting's votes are told once, when it is over.
    """
    of_meeting = notice.tag is NoticeTag.POLL_DECLARED and subject.poll is not None and subject.poll.meeting_poll
    if notice.tag in TO_THE_GROUP and not of_meeting:
        facts = {
            "title": subject.title,
            "closes_at": (subject.closes_at or now).isoformat(),
            "timezone": village.timezone,
            "path": f"/{village.slug}/notices/{notice.id}",
            "standing": subject.poll.standing.value if subject.poll else "",
            "kind": str(notice.facts.get("kind", "")),
            "poll": notice.poll_id,
            "meeting": notice.meeting_id,
        }
        outbox.write_robot(village.id, notice.tag, f"notice:{notice.id}", facts=facts, now=now)
