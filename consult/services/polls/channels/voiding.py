"""Take a named ballot out of the count: its row stays, its unit is free again and may vote while the poll is open."""

from sqlalchemy import Select, and_, exists, select, update

from consult.domain.audit import Tag
from consult.domain.polls.acts_on_votes import VoidReason
from consult.domain.polls.polls import Channel
from consult.models import Assistance, Poll, RollEntry, Turnout, VoidedBallot, VoteAnswer, db
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.polls.channels import telling


def void(poll: Poll, entry: RollEntry, why: VoidReason, act: Act) -> None:
    """Take the newest ballot of a unit out of the count. The caller holds poll and unit; of a named poll only."""
    _take_out(poll, entry, why, act)
    _log(poll, entry, why, act)


def void_unanswered(poll: Poll, act: Act) -> None:
    """Take out, before the count, helped votes of which neither witness nor voter said that they were so; tell them."""
    found = db.session.execute(_unanswered(poll.id)).all()
    for entry, helped in found:
        names = {"name": telling.name_of(helped.voter_id), "who": telling.name_of(helped.witness_id)}
        people = {helped.voter_id, helped.helper_id, helped.witness_id}
        telling.tell(people, poll, "helped_unanswered", (entry.number, entry.rev), act, **names)
        _take_out(poll, entry, VoidReason.UNANSWERED, act)
    for entry, _ in found:
        _log(poll, entry, VoidReason.UNANSWERED, act)


def _take_out(poll: Poll, entry: RollEntry, why: VoidReason, act: Act) -> None:
    telling.over_with(poll, [entry.number], act)
    row = VoidedBallot(
        poll_id=poll.id,
        number=entry.number,
        rev=entry.rev,
        village_id=poll.village_id,
        why=why,
        voided_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    entry.channel, entry.voted_by, entry.new_way = None, None, False
    fewer = update(Turnout).where(Turnout.poll_id == poll.id).values(units=Turnout.units - 1)
    db.session.execute(fewer.execution_options(synchronize_session=False))
    db.session.flush()


def _log(poll: Poll, entry: RollEntry, why: VoidReason, act: Act) -> None:
    audit.record(Tag.BALLOT_VOIDED, f"poll:{poll.id}", act, number=entry.number, rev=entry.rev, why=why.value)


def _unanswered(poll_id: int) -> Select[tuple[RollEntry, Assistance]]:
    """Select the units whose vote a helper filled in and nobody confirmed, and hold them until the commit."""
    answered = exists().where(
        VoteAnswer.poll_id == RollEntry.poll_id,
        VoteAnswer.number == RollEntry.number,
        VoteAnswer.rev == RollEntry.rev,
        VoteAnswer.sound,
    )
    same = and_(
        Assistance.poll_id == RollEntry.poll_id,
        Assistance.number == RollEntry.number,
        Assistance.rev == RollEntry.rev,
    )
    return (
        select(RollEntry, Assistance)
        .join(Assistance, same)
        .where(RollEntry.poll_id == poll_id, RollEntry.channel == Channel.ASSISTED, Assistance.needs_answer, ~answered)
        .order_by(RollEntry.number)
        .with_for_update(of=RollEntry)
        .execution_options(populate_existing=True)
    )
