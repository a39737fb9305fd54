"""Changes of second factors by two persons of different offices: a lost one ends, a village requires them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.codes import DAY
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.second_factors import DECIDES_FACTORS, KEEPERS, FactorChange
from consult.domain.people.two_persons import Asked
from consult.domain.refusals import Reason, Refused
from consult.models import FactorRequest, Person, SecondFactor, SignIn, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import second_factors, villages

BY_OPERATOR = 0
"""In the log, where the id of a request stands."""


@atomic
def ask(kind: FactorChange, person_id: int | None, office: str, act: Act) -> FactorRequest:
    """Ask for a change as the first person; the same request that still waits is left as it is. Raises Refused."""
    village = villages.locked(act.village_id)
    if kind is FactorChange.RESET:
        if reason := _why_not_reset(person_id, act.village_id):
            raise Refused(reason)
        if person_id == act.actor.id:
            raise Refused(Reason.SAME_PERSON)
    else:
        person_id = None
    same = next((one for one in waiting(act.village_id) if one.kind is kind and one.person_id == person_id), None)
    if same is not None and not has_lapsed(same.asked_at, sure_time.surely_past(village.id, act.now)):
        return same
    if same is not None:
        _lapse(same, act)
    request = FactorRequest(
        village_id=act.village_id,
        kind=kind,
        person_id=person_id,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(request)
    db.session.flush()
    _tell_all(request, "asked", act)
    audit.record(Tag.FACTOR_CHANGE_ASKED, _subject(request), act, kind=kind.value, request=request.id)
    return request


@atomic
def confirm(request: FactorRequest, office: str, act: Act) -> None:
    """Confirm as the second person and put the change into force. Twice is the same as once. Raises Refused.

    What was asked when it was asked for is asked again: the first one's office, and whether there is anything to end.
    """
    village = villages.locked(act.village_id)
    transactions.lock(request)
    if request.confirmed_at is not None:
        return
    asked = Asked(request.asked_by, request.asked_office, request.asked_at)
    if request.lapsed_at is not None:
        raise Refused(Reason.REQUEST_LAPSED)
    if act.actor.id == request.person_id:
        raise Refused(Reason.SAME_PERSON)
    if reason := villages.why_not_second(asked, office, act, allowed=DECIDES_FACTORS):
        raise Refused(reason)
    if request.kind is FactorChange.RESET and (reason := _why_not_reset(request.person_id, act.village_id)):
        raise Refused(reason)
    request.confirmed_by, request.confirmed_office, request.confirmed_at = act.actor.id, office, act.now
    db.session.flush()  # the database lets the village's rule change only with the confirmation in place
    if request.person_id is not None:
        _sign_out(request.person_id, act)
        second_factors.end_all(request.person_id, act)
    else:
        village.second_factor_needed = request.kind is FactorChange.REQUIRE
    _tell_all(request, "in_force", act)
    facts = {"kind": request.kind.value, "request": request.id}
    audit.record(Tag.FACTOR_CHANGE_CONFIRMED, _subject(request), act, **facts)


def _why_not_reset(person_id: int | None, village_id: int) -> Reason | None:
    """Return why nobody's second proof can be ended: no such person here, or they have none."""
    holder = db.session.get(Person, person_id) if person_id else None
    there = holder is not None and holder.village_id == village_id and second_factors.of_person(holder.id)
    return None if there else Reason.NOTHING_CHANGES


def lapse_due(*, now: datetime) -> list[int]:
    """End the requests that nobody confirmed in time, and tell who asked. Return their ids."""
    query = select(FactorRequest.id).where(
        FactorRequest.confirmed_at.is_(None),
        FactorRequest.lapsed_at.is_(None),
        FactorRequest.asked_at <= now - numbers().lapse,
    )
    ids = db.session.scalars(query.order_by(FactorRequest.id)).all()
    db.session.rollback()
    return each("request about second proofs", ids, lambda one: _lapse_if_due(one, now))


@atomic
def _lapse_if_due(request_id: int, now: datetime) -> None:
    request = db.session.get_one(FactorRequest, request_id)
    village = villages.locked(request.village_id)
    transactions.lock(request)
    open_yet = request.confirmed_at is None and request.lapsed_at is None
    if open_yet and has_lapsed(request.asked_at, sure_time.surely_past(village.id, now)):
        _lapse(request, Act.by_system(village.id, now=now))


def _lapse(request: FactorRequest, act: Act) -> None:
    request.lapsed_at = act.now
    _tell({request.asked_by, request.person_id or request.asked_by} - {act.actor_id}, request, "factor_lapsed", act)
    facts = {"kind": request.kind.value, "request": request.id}
    audit.record(Tag.FACTOR_CHANGE_LAPSED, _subject(request), act, **facts)


@atomic
def recover_by_operator(people: Sequence[Person], act: Act) -> int:
    """End the second factors of officers who lost them, as the operator; return how many counted. Raises Refused.

    Only where fewer than two persons of different offices are left who could do it on the page, these people apart, and
    for nobody who gave a second proof within a day.
    """
    village = villages.locked(act.village_id)
    lost = {one.id for one in people}
    if act.actor_id is not None or _two_decide(village, act, without=lost):
        raise Refused(Reason.TAKES_TWO_OFFICERS)
    since = sure_time.surely_past(village.id, act.now) - DAY
    lately = (SignIn.person_id.in_(lost), SignIn.ended_at.is_(None), SignIn.second_at > since)
    if db.session.scalar(select(SignIn.id).where(*lately).limit(1)) is not None:
        raise Refused(Reason.NOTHING_CHANGES)
    ended = 0
    for one in people:
        _sign_out(one.id, act)
        ended += second_factors.end_all(one.id, act)
        _notify([one.id], f"factor_reset:operator:{act.now.isoformat()}", "factor_reset", act)
        facts = {"kind": FactorChange.RESET.value, "request": BY_OPERATOR}
        audit.record(Tag.FACTOR_CHANGE_CONFIRMED, f"person:{one.id}", act, **facts)
    return ended


def _two_decide(village: Village, act: Act, *, without: Collection[int] = ()) -> bool:
    """Tell whether two persons of different offices are left who could decide about second proofs."""
    on = villages.local_day(village, act.now)
    return role_queries.two_hold(village.id, DECIDES_FACTORS, on=on, without_people=without)


def _sign_out(person_id: int, act: Act) -> None:
    still_in = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*still_in).values(ended_at=act.now))


def waiting(village_id: int) -> Sequence[FactorRequest]:
    """Return the requests of a village that nobody has confirmed and that have not lapsed, the oldest first."""
    query = select(FactorRequest).where(FactorRequest.village_id == village_id, FactorRequest.confirmed_at.is_(None))
    query = query.where(FactorRequest.lapsed_at.is_(None))
    return db.session.scalars(
        query.options(joinedload(FactorRequest.person), joinedload(FactorRequest.asker)).order_by(FactorRequest.id)
    ).all()


def holders(village_id: int) -> Sequence[Person]:
    """Return the people of a village who have a second factor, in the order of the roll."""
    having = select(SecondFactor.person_id).where(
        SecondFactor.village_id == village_id, SecondFactor.ended_at.is_(None)
    )
    return db.session.scalars(select(Person).where(Person.id.in_(having)).order_by(Person.roll_position)).all()


def _subject(request: FactorRequest) -> str:
    return f"person:{request.person_id}" if request.person_id is not None else f"village:{request.village_id}"


def _tell_all(request: FactorRequest, step: str, act: Act) -> None:
    """Tell the holder, the committee, the supervisors and the others who decide; of a rule everybody it binds."""
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    officers = set(
        role_queries.holders(act.village_id, DECIDES_FACTORS | (KEEPERS if request.person_id is None else set()), on=on)
    )
    if request.person_id is not None:
        _tell({request.person_id}, request, "factor_reset_asked" if step == "asked" else "factor_reset", act)
    kind = "factor_reset_others" if request.person_id is not None else f"factor_{request.kind.value}"
    _tell(officers - {request.person_id, act.actor_id}, request, f"{kind}_{step}", act)


def _tell(people: Collection[int | None], request: FactorRequest, kind: str, act: Act) -> None:
    name = request.person.name if request.person is not None else ""
    _notify({one for one in people if one is not None}, f"{kind}:{request.id}", kind, act, name=name)


def _notify(people: Collection[int], subject: str, kind: str, act: Act, **facts: str) -> None:
    """Tell people. Nobody can turn off what they are told of their own ways in."""
    notifications.tell(
        people,
        NotificationEvent.RIGHTS,
        subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        kind=kind,
        **facts,
    )
