"""Requests of people about their own data: asked by the person, answered by somebody else who keeps the roll."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.own_data import RequestKind
from consult.domain.people.retention import answer_due_on
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.refusals import Reason, Refused
from consult.models import DataRequest, Person, Village, db
from consult.models.people.role_queries import holders
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import retention, villages

MOST_OPEN = 5
"""Requests of one person that wait for an answer."""


@atomic
def ask(kind: RequestKind, words: str, act: Act) -> DataRequest:
    """Ask for a correction or an erasure; those who keep the roll are told. The same key asks once.

    Raises Refused while too many requests of this person wait.
    """
    transactions.queue_for(f"data_request:{act.actor_id}")
    earlier = transactions.earlier(DataRequest, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    if len([one for one in of_person(act.actor) if one.answered_at is None]) >= MOST_OPEN:
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
    audit.record(Tag.DATA_ASKED, f"request:{asked.id}", act, kind=kind.value)
    return asked


@atomic
def answer(asked: DataRequest, words: str, act: Act, *, granted: bool) -> None:
    """Answer a request; an erasure that is granted is done at once. The first answer stays.

    Raises Refused where somebody answers a request of their own.
    """
    transactions.lock(asked)
    if asked.answered_at is not None:
        return
    if asked.person_id == act.actor_id:
        raise Refused(Reason.OWN_REQUEST)
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    if not villages.roles_of(act.actor, on=on) & KEEPS_THE_ROLL:
        raise Refused(Reason.NO_SUCH_OFFICE)
    asked.answer, asked.granted = words, granted
    asked.answered_by, asked.answered_at = act.actor_id, act.now
    if granted and asked.kind is RequestKind.ERASURE:
        retention.erase(asked.person, act)
    _tell({asked.person_id}, NotificationEvent.ANSWERED, "data_answered", asked, act)
    audit.record(Tag.DATA_ANSWERED, f"request:{asked.id}", act, kind=asked.kind.value, granted=granted)


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


def _tell(people: set[int], event: NotificationEvent, kind: str, asked: DataRequest, act: Act) -> None:
    """Tell people of a request, without its words. It is named by its key: ids of deleted rows come again."""
    subject = f"{kind}:{sha256(f'{asked.person_id}:{asked.request_key}')[:24]}"
    notifications.tell(people, event, subject, village_id=act.village_id, consultation_id=None, now=act.now, kind=kind)
