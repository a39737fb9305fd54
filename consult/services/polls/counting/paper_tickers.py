"""The officers who give out paper just now: of an open secret poll, nobody else sees which units have voted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select

from consult.domain.audit import Tag
from consult.domain.people import roles
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.models import PaperTicker, PaperTickerEnding, Person, Poll, Village, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.polls import poll_states

LASTS = timedelta(hours=12)
"""A day at the ballot box. After it somebody is assigned anew."""
MARKERS = roles.MARKS_TURNOUT


@atomic
def assign(poll: Poll, person: Person, act: Act) -> PaperTicker:
    """Let another officer give out paper for some hours. The same key assigns once. Raises Refused."""
    transactions.lock(poll)
    if earlier := transactions.earlier(PaperTicker, act.key, village_id=act.village_id):
        return earlier
    if person.id == act.actor.id:
        raise Refused(Reason.SAME_PERSON)
    on = villages.local_day(db.session.get_one(Village, poll.village_id), act.now)
    if not roles.holds_any(villages.roles_of(person, on=on), MARKERS):
        raise Refused(Reason.NO_SUCH_OFFICE, offices=sorted(role.value for role in MARKERS))
    if not (poll.paper or poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    if not hides_voters(poll, act.now):
        raise Refused(Reason.NOT_TIME_TO_TICK)
    row = PaperTicker(
        village_id=poll.village_id,
        poll_id=poll.id,
        person_id=person.id,
        until=act.now + LASTS,
        assigned_by=act.actor.id,
        assigned_at=act.now,
        request_key=act.key,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(Tag.TICKER_ASSIGNED, f"poll:{poll.id}", act, person=person.id, until=row.until.isoformat())
    return row


@atomic
def end(ticker: PaperTicker, act: Act) -> None:
    """End an assignment before its time: the list is closed to that officer at once. A second time does nothing."""
    poll = db.session.get_one(Poll, ticker.poll_id)
    transactions.lock(poll)
    if db.session.get(PaperTickerEnding, ticker.id, populate_existing=True) is not None or ticker.until <= act.now:
        return
    row = PaperTickerEnding(ticker_id=ticker.id, village_id=ticker.village_id, ended_by=act.actor.id, ended_at=act.now)
    db.session.add(row)
    db.session.flush()
    audit.record(Tag.TICKER_ENDED, f"poll:{poll.id}", act, person=ticker.person_id)


def hides_voters(poll: Poll, now: datetime) -> bool:
    """Tell whether it is hidden who has voted: while a secret poll is open."""
    return poll.secret and poll_states.state_for_act(poll, now) is PollState.OPEN


def refuse_unless_ticking(poll: Poll, act: Act) -> None:
    """Refuse to tell who has voted, and acts whose refusal would tell it. Raises Refused(NOT_TICKING)."""
    if not sees_voters(poll, act.actor.id, act.now):
        raise Refused(Reason.NOT_TICKING)


def sees_voters(poll: Poll, person_id: int, now: datetime) -> bool:
    """Tell whether a person with an office that marks may see which units have voted."""
    if not hides_voters(poll, now):
        return True
    mine = _assigned(select(PaperTicker.id), poll, now).where(PaperTicker.person_id == person_id)
    return (poll.paper or poll.hands) and db.session.scalar(mine.limit(1)) is not None


def _assigned(query: Select[Any], poll: Poll, now: datetime) -> Select[Any]:
    """Return the select of assignments narrowed to those that hold now: neither over nor ended."""
    ended = select(PaperTickerEnding.ticker_id)
    return query.where(PaperTicker.poll_id == poll.id, PaperTicker.until > now, PaperTicker.id.not_in(ended))


def ticking(poll: Poll, now: datetime) -> Sequence[Row[Any]]:
    """Return who gives out paper now: (id of the assignment, name, until)."""
    query = select(PaperTicker.id, Person.name, PaperTicker.until).join(Person, Person.id == PaperTicker.person_id)
    return db.session.execute(_assigned(query, poll, now).order_by(PaperTicker.until, PaperTicker.id)).all()
