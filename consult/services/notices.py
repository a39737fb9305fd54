"""Posting on the village board."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.notifications import TO_THE_GROUP
from consult.domain.private_numbers import found_in
from consult.domain.refusals import Reason, Refused
from consult.models import Notice, Person, Poll, Village, db
from consult.services import audit, outbox, search, villages
from consult.services.villages import local_day

POLL_ANNOUNCED = "poll_announced"
POLL_DECLARED = "poll_declared"
POLL_EXTENDED, POLL_ROLL_ADDED, POLL_CANCELLED = "poll_extended", "poll_roll_added", "poll_cancelled"
POSTING_DAYS = 15
"""村民委员会组织法(2025-10-28) 35-37: posted for at least 15 days."""


def _tell_the_group(notice: Notice, poll: Poll, village: Village, now: datetime) -> None:
    """The chat group hears of what hangs in public. Nothing personal goes there."""
    facts = {
        "title": poll.consultation.proposal.title, "closes_at": poll.closes_at.isoformat(),
        "timezone": village.timezone, "path": f"/{village.slug}/notices/{notice.id}",
    }  # fmt: skip
    if notice.tag in TO_THE_GROUP:
        outbox.write_robot(village.id, notice.tag, f"notice:{notice.id}", facts=facts, now=now)


def refuse_private_numbers(poll: Poll, facts: dict[str, Any]) -> None:
    """A notice hangs in the street for weeks. Raises Refused."""
    proposal = poll.consultation.proposal
    words = (
        proposal.title,
        proposal.summary,
        poll.question,
        poll.short_notice_reason,
        str(facts.get("reason", "")),
        *(o.label for o in poll.options),
    )
    if any(map(found_in, words)):
        raise Refused(Reason.PRIVATE_NUMBER)


def post(tag: str, poll: Poll, actor: Person, *, facts: dict[str, Any], now: datetime, change_id: int = 0) -> Notice:
    """Hang a notice on the board, inside the transaction of the act it tells of: 15 days, and until the poll closes."""
    refuse_private_numbers(poll, facts)
    village = villages.locked(poll.village_id)
    today = local_day(village, now)
    last = db.session.scalar(
        select(func.max(Notice.number)).where(Notice.village_id == village.id, Notice.year == today.year)
    )
    until = max(today + timedelta(days=POSTING_DAYS), local_day(village, poll.closes_at))
    notice = Notice(
        village_id=village.id, year=today.year, number=(last or 0) + 1, tag=tag, poll_id=poll.id,
        change_id=change_id, facts=facts,
        posted_by=actor.id, posted_at=now, posted_until=until,
        audit_head=audit.head(village.id),
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    search.put_notice(notice)
    _tell_the_group(notice, poll, village, now)
    audit.record(
        Tag.NOTICE_POSTED, f"notice:{notice.id}", village_id=village.id, actor_id=actor.id, now=now,
        notice_tag=tag, poll=poll.id, number=notice.number,
    )  # fmt: skip
    return notice
