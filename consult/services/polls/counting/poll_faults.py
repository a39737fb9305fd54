"""Set aside a poll that does not add up: note it once, log it, tell the officers. All other polls are closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import roles
from consult.domain.polls.poll_faults import FaultKind
from consult.models import Poll, PollFault, PollTally, Village, db
from consult.models.people.role_queries import holders
from consult.models.polls.poll_fault_queries import SET_ASIDE
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people.villages import local_day
from consult.services.polls import poll_messages


class DoesNotAddUp(Exception):
    """The poll cannot be counted as it lies in the database. Nothing of it is closed."""

    kind = FaultKind.COUNTS_DIFFER


@atomic
def set_aside(poll: Poll, kind: FaultKind, *, now: datetime) -> bool:
    """Note a fault in the log and tell the officers. Return whether it is new; a second time nothing is written."""
    transactions.lock(poll)
    if db.session.get(PollFault, poll.id, populate_existing=True) is not None:
        return False
    db.session.add(PollFault(poll_id=poll.id, village_id=poll.village_id, kind=kind, noted_at=now))
    on = local_day(db.session.get_one(Village, poll.village_id), now)
    told = set(holders(poll.village_id, roles.LOOKS_INTO_POLLS, on=on))
    poll_messages.tell_of_poll(
        poll, told, NotificationEvent.DUTY, now=now, subject=f"fault:{poll.id}", kind="poll_set_aside"
    )
    audit.record(Tag.POLL_SET_ASIDE, f"poll:{poll.id}", Act.by_system(poll.village_id, now=now), kind=kind.value)
    return True


def fault_of(poll: Poll) -> FaultKind | None:
    """Return why a poll is set aside. None: it is not, or was counted or cancelled since."""
    if not poll.stands or db.session.get(PollTally, poll.id) is not None:
        return None
    row = db.session.get(PollFault, poll.id)
    return row.kind if row else None


def set_aside_polls(village_id: int | None = None) -> Sequence[Row[Any]]:
    """Return the polls that are set aside now, of one village or of all."""
    query = SET_ASIDE if village_id is None else SET_ASIDE.where(PollFault.village_id == village_id)
    return db.session.execute(query).all()


def how_many() -> int:
    """Count the polls that are set aside now, in all villages."""
    return db.session.scalar(select(func.count()).select_from(SET_ASIDE.order_by(None).subquery())) or 0
