"""Named selects about what is read aloud: public proposals, votes and notices of the last years."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from consult.domain.law.bodies import internal_codes
from consult.models.audit import AuditEntry, AuditHead
from consult.models.base import db
from consult.models.board import notice_queries
from consult.models.board.notices import Notice
from consult.models.polls.polls import Poll
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal


def consultations(village_id: int, *, since: datetime) -> Sequence[Consultation]:
    """Return the consultations opened since an instant that were neither withdrawn nor merged."""
    query = (
        select(Consultation)
        .where(Consultation.village_id == village_id, Consultation.opened_at >= since)
        .where(Consultation.id.not_in(select(Withdrawal.consultation_id)))
        .where(Consultation.id.not_in(select(Merger.consultation_id)))
        .options(
            joinedload(Consultation.withdrawal),
            joinedload(Consultation.merger),
            joinedload(Consultation.proposal).joinedload(Proposal.consultation),
        )
        .order_by(Consultation.id.desc())
    )
    return db.session.scalars(query).all()


def polls(village_id: int, *, since: datetime) -> Sequence[Poll]:
    """Return the votes announced since an instant that stand and that everybody may see, newest first."""
    query = (
        select(Poll)
        .where(Poll.village_id == village_id, Poll.announced_at >= since, Poll.stands)
        .where(Poll.body.not_in(internal_codes()))
        .options(
            joinedload(Poll.consultation).joinedload(Consultation.proposal),
            joinedload(Poll.tally),
            joinedload(Poll.declaration),
            joinedload(Poll.options),
            joinedload(Poll.meeting_poll),
        )
        .order_by(Poll.id.desc())
    )
    return db.session.scalars(query).unique().all()


def notices(village_id: int, *, since: datetime) -> Sequence[Notice]:
    """Return the notices posted since an instant, newest first, with what they are about."""
    query = notice_queries.with_matter(select(Notice).where(Notice.village_id == village_id, Notice.posted_at >= since))
    return db.session.scalars(query.order_by(Notice.id.desc())).unique().all()


def votes(poll_ids: Sequence[int]) -> Sequence[Poll]:
    """Return votes of a meeting with their tallies, in the order in which they were opened."""
    matter = joinedload(Poll.consultation).joinedload(Consultation.proposal)
    query = select(Poll).where(Poll.id.in_(poll_ids)).options(matter, joinedload(Poll.tally), joinedload(Poll.options))
    return db.session.scalars(query.order_by(Poll.id)).unique().all()


def heads() -> dict[int, int]:
    """Return the number of the newest entry in the log of each village."""
    return {row.village_id: row.number for row in db.session.execute(select(AuditHead.village_id, AuditHead.number))}


def has_news(village_id: int, *, after: int, without: Collection[str]) -> bool:
    """Tell whether the log has an entry after a number whose tag is none of these."""
    news = exists().where(
        AuditEntry.village_id == village_id, AuditEntry.number > after, AuditEntry.tag.not_in(list(without))
    )
    return bool(db.session.scalar(select(news)))
