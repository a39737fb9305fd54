"""Requests of people about their own data: asked by the person, answered by somebody else who keeps the roll.

An erasure is granted in `rights`, by two officers and after a day; here are its beginning and its end.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.own_data import ENDS_WAYS_IN, RequestKind
from consult.domain.people.retention import answer_due_on
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.refusals import Reason, Refused
from consult.models import DataRequest, Person, Village, db
from consult.models.people import lock_queries
from consult.models.people.role_queries import holders
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import data_locks, right_messages, villages

MOST_OPEN = 5
"""Requests of one person that wait for an answer."""


@atomic
def ask(kind: RequestKind, words: str, act: Act) -> DataRequest:
    """Ask for a correction, an erasure or a lock; those who keep the roll are told. The same key asks once.

    Of an erasure the house is told, too. One that waits already is not asked for a second time. Raises Refused while too
    many requests of this person wait, and for a lock that is in force.
    """
    transactions.queue_for(f"data_request:{act.actor_id}")
    earlier = transactions.earlier(DataRequest, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    waiting = [one for one in of_person(act.actor) if one.answered_at is None]
    if kind is not RequestKind.CORRECTION and (same := next((one for one in waiting if one.kind is kind), None)):
        return same
    if kind is RequestKind.LOCK and lock_queries.lock_of(act.actor.id) is not None:
        raise Refused(Reason.NOTHING_CHANGES)
    if len(waiting) >= MOST_OPEN:
        raise Refused(Reason.REQUESTS_WAIT)
    today = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    asked = DataRequest(
        village_id=act.village_id,
        person_id=act.actor_id,
        kind=kind,
        words=words,
        request_key=act.key,
        asked_at=act.now,
        due_on=answer_due_on(today),
    )
    db.session.add(asked)
    db.session.flush()
    keepers = holders(act.village_id, KEEPS_THE_ROLL, on=today) - {act.actor_id}
    _tell(keepers, NotificationEvent.DUTY, "data_asked", asked, act)
    if kind in ENDS_WAYS_IN:
        right_messages.erasure_wanted(act.actor, mark_of(asked), act, on=today)
    audit.record(Tag.DATA_ASKED, f"request:{asked.id}", act, kind=kind.value)
    return asked


@atomic
def answer(asked: DataRequest, words: str, act: Act, *, granted: bool) -> None:
    """Answer a request; a lock that is granted is in force at once. The first answer stays.

    Raises Refused where somebody answers a request of their own, or says no to an erasure that another agreed to.
    """
    if granted and asked.kind in ENDS_WAYS_IN:
        raise LookupError("an erasure is granted by two officers: rights.grant_erasure")
    transactions.lock(asked)
    if asked.answered_at is not None:
        return
    if asked.person_id == act.actor_id:
        raise Refused(Reason.OWN_REQUEST)
    if is_agreed(asked):
        raise Refused(Reason.ERASURE_AGREED)
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    if not villages.roles_of(act.actor, on=on) & KEEPS_THE_ROLL:
        raise Refused(Reason.NO_SUCH_OFFICE)
    asked.answer = words
    if granted and asked.kind is RequestKind.LOCK:
        data_locks.begin(asked.person_id, act)
    _close(asked, act, granted=granted, by=act.actor_id)
    record_answers([asked], act)


def is_agreed(asked: DataRequest) -> bool:
    """Tell whether one officer agreed to an erasure, which waits for a second one and for the day of the house."""
    return asked.kind in ENDS_WAYS_IN and asked.answered_at is None and bool(asked.answer)


@atomic
def withdraw(asked: DataRequest, act: Act) -> None:
    """Take back a request of one's own that nobody answered; twice is the same as once. Erasures: rights.stop_erasure.

    Raises LookupError for the request of another.
    """
    if asked.person_id != act.actor.id or asked.kind in ENDS_WAYS_IN:
        raise LookupError("not a request that its person takes back here")
    transactions.lock(asked)
    if asked.answered_at is None:
        _close(asked, act, granted=False, by=act.actor_id)
        record_answers([asked], act)


def lock_erasures(person_id: int) -> Sequence[DataRequest]:
    """Lock and return the erasures that a person asked for and that are not answered, before the log is written."""
    query = select(DataRequest).where(
        DataRequest.person_id == person_id, DataRequest.kind.in_(ENDS_WAYS_IN), DataRequest.answered_at.is_(None)
    )
    found = db.session.scalars(query.order_by(DataRequest.id)).all()
    for one in found:
        transactions.lock(one)
    return found


def close_erasures(person_id: int, act: Act, *, granted: bool, by: int | None) -> Sequence[DataRequest]:
    """Answer the open erasures of a person, in the unit of work at hand. `record_answers` logs them, last."""
    found = lock_erasures(person_id)
    for one in found:
        _close(one, act, granted=granted, by=by)
    db.session.flush()
    return found


def record_answers(answered: Sequence[DataRequest], act: Act) -> None:
    """Log the answers to requests, without their words."""
    for one in answered:
        audit.record(Tag.DATA_ANSWERED, f"request:{one.id}", act, kind=one.kind.value, granted=bool(one.granted))


def _close(asked: DataRequest, act: Act, *, granted: bool, by: int | None) -> None:
    asked.granted, asked.answered_by, asked.answered_at = granted, by, act.now
    notifications.take_back([f"data_asked:{mark_of(asked)}"], now=act.now)
    notifications.take_back_late(owed.subjects(Owed.DATA_REQUEST, mark_of(asked), asked.due_on), now=act.now)
    _tell({asked.person_id} - {act.actor_id}, NotificationEvent.ANSWERED, "data_answered", asked, act)


def of_person(person: Person) -> Sequence[DataRequest]:
    """Return a person's own requests, the newest first."""
    query = select(DataRequest).where(DataRequest.person_id == person.id).order_by(DataRequest.id.desc())
    return db.session.scalars(query).all()


def of_village(village_id: int, *, most: int) -> Sequence[DataRequest]:
    """Return the requests of a village: those that wait first, by their last day, then the newest answers."""
    query = (
        select(DataRequest)
        .where(DataRequest.village_id == village_id)
        .options(joinedload(DataRequest.person).joinedload(Person.household))
        .order_by(DataRequest.answered_at.is_not(None), DataRequest.due_on, DataRequest.id.desc())
        .limit(most)
    )
    return db.session.scalars(query).all()


def find(village_id: int, request_id: int) -> DataRequest | None:
    """Return one request of a village."""
    query = select(DataRequest).where(DataRequest.id == request_id, DataRequest.village_id == village_id)
    return db.session.scalar(query)


def erasures_of_house(household_id: int) -> Sequence[DataRequest]:
    """Return the erasures that people of a house asked for and that no officer has looked at yet."""
    query = (
        select(DataRequest)
        .join(Person, Person.id == DataRequest.person_id)
        .where(Person.household_id == household_id, DataRequest.kind.in_(ENDS_WAYS_IN))
        .where(DataRequest.answered_at.is_(None), DataRequest.answer == "")
    )
    return db.session.scalars(query.options(joinedload(DataRequest.person)).order_by(DataRequest.id)).all()


def mark_of(asked: DataRequest) -> str:
    """Return what names a request in subjects of messages: ids of deleted rows come again."""
    return sha256(f"{asked.person_id}:{asked.request_key}")[:24]


def _tell(people: set[int], event: NotificationEvent, kind: str, asked: DataRequest, act: Act) -> None:
    """Tell people of a request, without its words."""
    subject = f"{kind}:{mark_of(asked)}"
    notifications.tell(people, event, subject, village_id=act.village_id, consultation_id=None, now=act.now, kind=kind)
