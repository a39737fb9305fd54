"""Changes of second factors by two persons of different offices: a lost one ends, a village requires them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.codes import DAY
from consult.domain.people.second_factors import DECIDES_FACTORS, FactorChange
from consult.domain.refusals import Reason, Refused
from consult.models import FactorRequest, Person, SecondFactor, SignIn, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import second_factors, villages

BY_OPERATOR = 0
"""In the log, where the id of a request stands."""


@atomic
def ask(kind: FactorChange, person_id: int | None, office: str, act: Act) -> FactorRequest:
    """Ask for a change as the first person; the same request that still waits is left as it is. Raises Refused."""
    villages.locked(act.village_id)
    if kind is FactorChange.RESET:
        holder = db.session.get(Person, person_id) if person_id else None
        if holder is None or holder.village_id != act.village_id or not second_factors.of_person(holder.id):
            raise Refused(Reason.NOTHING_CHANGES)
        if holder.id == act.actor.id:
            raise Refused(Reason.SAME_PERSON)
    else:
        person_id = None
    same = next((one for one in waiting(act.village_id) if one.kind is kind and one.person_id == person_id), None)
    if same is not None:
        return same
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
    if person_id is not None:
        _tell(request, "factor_reset_asked", act)
    audit.record(Tag.FACTOR_CHANGE_ASKED, _subject(request), act, kind=kind.value, request=request.id)
    return request


@atomic
def confirm(request: FactorRequest, office: str, act: Act) -> None:
    """Confirm as the second person and put the change into force. Twice is the same as once. Raises Refused."""
    village = villages.locked(act.village_id)
    transactions.lock(request)
    if request.confirmed_at is not None:
        return
    if act.actor.id in (request.asked_by, request.person_id):
        raise Refused(Reason.SAME_PERSON)
    if office == request.asked_office:
        raise Refused(Reason.SAME_OFFICE)
    request.confirmed_by, request.confirmed_office, request.confirmed_at = act.actor.id, office, act.now
    if request.person_id is not None:
        _sign_out(request.person_id, act)
        second_factors.end_all(request.person_id, act)
        _tell(request, "factor_reset", act)
        second_factors.end_all(request.person_id, act)
    else:
        village.second_factor_needed = request.kind is FactorChange.REQUIRE
    facts = {"kind": request.kind.value, "request": request.id}
    audit.record(Tag.FACTOR_CHANGE_CONFIRMED, _subject(request), act, **facts)


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
    lately = (SignIn.person_id.in_(lost), SignIn.ended_at.is_(None), SignIn.second_at > act.now - DAY)
    if db.session.scalar(select(SignIn.id).where(*lately).limit(1)) is not None:
        raise Refused(Reason.NOTHING_CHANGES)
    ended = 0
    for one in people:
        _sign_out(one.id, act)
        ended += second_factors.end_all(one.id, act)
        _tell_holder(one.id, f"factor_reset:operator:{act.now.isoformat()}", "factor_reset", act)
        facts = {"kind": FactorChange.RESET.value, "request": BY_OPERATOR}
        audit.record(Tag.FACTOR_CHANGE_CONFIRMED, f"person:{one.id}", act, **facts)
    return ended


@atomic
def set_rule_by_operator(kind: FactorChange, act: Act) -> None:
    """Require second proofs in a village, or no longer, as the operator, where fewer than two could. Raises Refused."""
    village = villages.locked(act.village_id)
    if act.actor_id is not None or kind is FactorChange.RESET or _two_decide(village, act):
        raise Refused(Reason.TAKES_TWO_OFFICERS)
    village.second_factor_needed = kind is FactorChange.REQUIRE
    facts = {"kind": kind.value, "request": BY_OPERATOR}
    audit.record(Tag.FACTOR_CHANGE_CONFIRMED, f"village:{village.id}", act, **facts)


def _two_decide(village: Village, act: Act, *, without: Collection[int] = ()) -> bool:
    """Tell whether two persons of different offices are left who could decide about second proofs."""
    on = villages.local_day(village, act.now)
    return role_queries.two_hold(village.id, DECIDES_FACTORS, on=on, without_people=without)


def _sign_out(person_id: int, act: Act) -> None:
    still_in = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*still_in).values(ended_at=act.now))


def waiting(village_id: int) -> Sequence[FactorRequest]:
    """Return the requests of a village that nobody has confirmed, the oldest first."""
    query = select(FactorRequest).where(FactorRequest.village_id == village_id, FactorRequest.confirmed_at.is_(None))
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


def _tell(request: FactorRequest, kind: str, act: Act) -> None:
    _tell_holder(request.person_id or 0, f"{kind}:{request.id}", kind, act)


def _tell_holder(person_id: int, subject: str, kind: str, act: Act) -> None:
    """Tell the holder. Nobody can turn off what they are told of their own ways in."""
    notifications.tell(
        [person_id],
        NotificationEvent.RIGHTS,
        subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        kind=kind,
    )
