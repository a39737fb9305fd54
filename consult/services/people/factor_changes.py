"""Changes of second factors by two persons of different offices: a lost one ends, a village requires them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.codes import DAY
from consult.domain.people.right_changes import has_lapsed
from consult.domain.people.second_factors import DECIDES_FACTORS, KEEPERS, FactorChange
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.models import FactorRequest, Person, SecondFactor, SignIn, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import second_factors, villages
from consult.services.people.accounts import accounts
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.requests import asked_of, kept_in_row
from consult.services.people.two_persons.second_persons import Wanted

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
    seconds = second_persons.tell(_wanted(request), act)
    _tell_all(request, "asked", act, but=seconds)
    audit.record(Tag.FACTOR_CHANGE_ASKED, _subject(request), act, kind=kind.value, request=request.id)
    return request


def _wanted(request: FactorRequest) -> Wanted:
    return Wanted(
        kind=Wait.FACTOR,
        id=request.id,
        asked=asked_of(request),
        about=request.person_id,
        facts={"kind": f"{_kind(request)}_asked", "name": request.person.name if request.person is not None else ""},
    )


def _kind(request: FactorRequest) -> str:
    return "factor_reset_others" if request.person_id is not None else f"factor_{request.kind.value}"


@atomic
def confirm(request: FactorRequest, office: str, act: Act) -> None:
    """Confirm as the second person and put the change into force. Twice is the same as once. Raises Refused.

    What was asked when it was asked for is asked again: the first one's office, and whether there is anything to end.
    """
    village = villages.locked(act.village_id)
    transactions.lock(request)
    if REQUESTS.was_confirmed(request):
        return
    if act.actor.id == request.person_id:
        raise Refused(Reason.SAME_PERSON)
    REQUESTS.refuse_second(request, office, act)
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
    second_persons.over(Wait.FACTOR, [request.id], act)
    facts = {"kind": request.kind.value, "request": request.id}
    audit.record(Tag.FACTOR_CHANGE_CONFIRMED, _subject(request), act, **facts)


def _why_not_reset(person_id: int | None, village_id: int) -> Reason | None:
    """Return why nobody's second proof can be ended: no such person here, or they have none."""
    holder = db.session.get(Person, person_id) if person_id else None
    if holder is not None and holder.account_id is not None:
        return Reason.HOLDS_AN_ACCOUNT  # one village does not take it away from the others
    there = holder is not None and holder.village_id == village_id and second_factors.of_person(holder.id)
    return None if there else Reason.NOTHING_CHANGES


def _lapse(request: FactorRequest, act: Act) -> None:
    request.lapsed_at = act.now
    _tell({request.asked_by, request.person_id or request.asked_by} - {act.actor_id}, request, "factor_lapsed", act)
    second_persons.over(Wait.FACTOR, [request.id], act)
    facts = {"kind": request.kind.value, "request": request.id}
    audit.record(Tag.FACTOR_CHANGE_LAPSED, _subject(request), act, **facts)


REQUESTS = kept_in_row(
    name="request about second proofs",
    model=FactorRequest,
    confirmed_by=DECIDES_FACTORS,
    ended_at=FactorRequest.lapsed_at,
    end=_lapse,
)
lapse_due = REQUESTS.lapse_due


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
    ids = accounts.ids_of(db.session.get_one(Person, person_id))
    still_in = (SignIn.person_id.in_(ids), SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*still_in).values(ended_at=act.now))


def waiting(village_id: int) -> Sequence[FactorRequest]:
    """Return the requests of a village that nobody has confirmed and that have not lapsed, the oldest first."""
    query = select(FactorRequest).where(FactorRequest.village_id == village_id, *REQUESTS.waiting())
    return db.session.scalars(
        query.options(joinedload(FactorRequest.person), joinedload(FactorRequest.asker)).order_by(FactorRequest.id)
    ).all()


def holders(village_id: int) -> Sequence[Person]:
    """Return the people of a village who have a second factor, in the order of the roll."""
    having = select(SecondFactor.person_id).where(
        SecondFactor.village_id == village_id, SecondFactor.ended_at.is_(None)
    )
    query = select(Person).where(Person.id.in_(having)).order_by(Person.roll_position)
    return db.session.scalars(query.options(joinedload(Person.household))).all()


def _subject(request: FactorRequest) -> str:
    return f"person:{request.person_id}" if request.person_id is not None else f"village:{request.village_id}"


def _tell_all(request: FactorRequest, step: str, act: Act, *, but: Collection[int] = ()) -> None:
    """Tell the holder, the committee, the supervisors and the others who decide; of a rule everybody it binds.

    `but`: who was told already that it waits for them.
    """
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    officers = set(
        role_queries.holders(act.village_id, DECIDES_FACTORS | (KEEPERS if request.person_id is None else set()), on=on)
    )
    if request.person_id is not None:
        _tell({request.person_id}, request, "factor_reset_asked" if step == "asked" else "factor_reset", act)
    _tell(officers - {request.person_id, act.actor_id, *but}, request, f"{_kind(request)}_{step}", act)


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
