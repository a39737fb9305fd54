"""A village's own rule that phone votes of one of its bodies are formal: one officer asks, another of another office confirms."""

from collections.abc import Sequence

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import has_lapsed
from consult.domain.people.roles import CONFIRMS_BASIS, SETS_BASIS
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.models import BodyStanding, StandingChange, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.requests import asked_of, kept_in_row
from consult.services.people.two_persons.second_persons import Wanted


@atomic
def ask(body: str, source: str, office: str, act: Act) -> StandingChange:
    """Ask for the source (charter article, resolution) by which phone votes of a body count formally; empty withdraws it.

    Nothing changes yet. The same source that waits is asked for once, another one takes its place. Raises Refused.
    """
    villages.locked(act.village_id)
    villages.refuse_without_office(office, act, SETS_BASIS)
    if source == source_of(act.village_id, body):
        raise Refused(Reason.ALREADY_SO)
    past = sure_time.surely_past(act.village_id, act.now)
    for other in waiting(act.village_id, body):
        lapsed = has_lapsed(other.asked_at, past)
        if other.source == source and not lapsed:
            return other
        _end(other, act, lapsed=lapsed)
    asked = StandingChange(
        village_id=act.village_id,
        body=body,
        source=source,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(asked)
    db.session.flush()
    second_persons.tell(
        Wanted(
            kind=Wait.BASIS,
            id=asked.id,
            asked=asked_of(asked),
            facts={"kind": "basis_asked", "body": body},
        ),
        act,
    )
    audit.record(Tag.STANDING_ASKED, f"body:{body}", act, source=source, office=office, change=asked.id)
    return asked


@atomic
def confirm(change_id: int, office: str, act: Act) -> None:
    """Confirm as the second person; it holds at once, for votes announced from then on. Twice is once. Raises Refused."""
    villages.locked(act.village_id)
    change = _locked(change_id)
    if REQUESTS.was_confirmed(change):
        return
    REQUESTS.refuse_second(change, office, act)
    if change.source == source_of(change.village_id, change.body):
        raise Refused(Reason.ALREADY_SO)
    change.confirmed_by, change.confirmed_office, change.confirmed_at = act.actor.id, office, act.now
    db.session.flush()  # the database lets a basis change only with the confirmation in place
    own = db.session.get(BodyStanding, (change.village_id, change.body), populate_existing=True)
    if own is not None and not change.source:
        db.session.delete(own)
    elif own is not None:
        own.source, own.set_by, own.set_at = change.source, change.asked_by, act.now
    elif change.source:
        kept = {"source": change.source, "set_by": change.asked_by, "set_at": act.now}
        db.session.add(BodyStanding(village_id=change.village_id, body=change.body, **kept))
    db.session.flush()
    _tell(_officers(act) - {act.actor_id}, "basis_in_force", change, act)
    second_persons.over(Wait.BASIS, [change.id], act)
    facts = {"source": change.source, "change": change.id, "office": office}
    audit.record(Tag.STANDING_SET, f"body:{change.body}", act, **facts)


@atomic
def drop(change_id: int, office: str, act: Act) -> None:
    """Drop what waits, as one of the officers; twice is the same as once. Raises Refused."""
    villages.locked(act.village_id)
    change = _locked(change_id)
    villages.refuse_without_office(office, act, CONFIRMS_BASIS)
    if REQUESTS.may_be_dropped(change):
        _end(change, act)


def _end(change: StandingChange, act: Act, *, lapsed: bool = False) -> None:
    change.ended_at, change.ended_by = act.now, None if lapsed else act.actor_id
    db.session.flush()
    kind = "basis_lapsed" if lapsed else "basis_dropped"
    _tell({change.asked_by} - {act.actor_id}, kind, change, act)
    second_persons.over(Wait.BASIS, [change.id], act)
    audit.record(Tag.STANDING_DROPPED, f"body:{change.body}", act, change=change.id, lapsed=lapsed)


REQUESTS = kept_in_row(
    name="request of a formal basis",
    model=StandingChange,
    confirmed_by=CONFIRMS_BASIS,
    ended_at=StandingChange.ended_at,
    ended_by=StandingChange.ended_by,
    end=lambda change, act: _end(change, act, lapsed=True),
)
lapse_due = REQUESTS.lapse_due


def waiting(village_id: int, body: str | None = None) -> Sequence[StandingChange]:
    """Return what waits for a second person, of one body or of all, the oldest first."""
    query = select(StandingChange).where(StandingChange.village_id == village_id, *REQUESTS.waiting())
    query = query if body is None else query.where(StandingChange.body == body)
    return db.session.scalars(query.order_by(StandingChange.id)).all()


def source_of(village_id: int, body: str) -> str:
    """Return the source by which phone votes of a body are formal; empty for none."""
    own = db.session.get(BodyStanding, (village_id, body), populate_existing=True)
    return own.source if own is not None else ""


def _locked(change_id: int) -> StandingChange:
    change = db.session.get_one(StandingChange, change_id)
    transactions.lock(change)
    return change


def _officers(act: Act) -> set[int]:
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    return set(role_queries.holders(act.village_id, CONFIRMS_BASIS, on=on))


def _tell(people: set[int], kind: str, change: StandingChange, act: Act) -> None:
    notifications.tell(
        people,
        NotificationEvent.DUTY,
        f"standing:{change.id}:{kind}",
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        kind=kind,
        body=change.body,
    )
