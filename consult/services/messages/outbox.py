"""Messages on their way out: written in the act's unit of work, sent by the job runner, kept until handed over.

At least once: a runner claims a message for two minutes, hands it over outside of any transaction, then notes it. One
killed in between leaves a claim that runs out. The message's key goes along, so that a provider can drop the second.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import insert, or_, select, update

from consult.domain.messages import outbox as rules
from consult.domain.messages.notifications import may_write_to_phone
from consult.domain.messages.outbox import MessageChannel
from consult.models import DataLock, Departure, GroupRobot, OutboxMessage, Person, Village, db
from consult.services.core import crypto
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages.deliveries import OutgoingMessage

NOBODY, OVER = "nobody", "over"
AT_ONCE = 500
Send = Callable[[OutgoingMessage], None]
"""Hands a message over. Raises OSError when it cannot be handed over now."""
log = logging.getLogger("consult.outbox")


def write_sms(
    people: Sequence[int], template: str, subject: str, *, village_id: int, facts: dict[str, Any], now: datetime
) -> None:
    """Write a message to each of these people who has a number, in the unit of work at hand.

    Raises IntegrityError where one of the same template and subject was written to a person before.
    """
    write_each_sms([(one, subject, facts) for one in people], template, village_id=village_id, now=now)


def write_each_sms(
    lines: Sequence[tuple[int, str, dict[str, Any]]], template: str, *, village_id: int, now: datetime
) -> None:
    """Write a message to each person who has a number, each with a subject and facts of its own."""
    people = {one for one, _, _ in lines}
    reached = (
        select(Person.id)
        .where(Person.id.in_(people))
        .where(or_(Person.phone_mark.is_not(None), Person.account_id.is_not(None)))
    )
    if not may_write_to_phone(template, locked=True):
        reached = reached.where(Person.id.not_in(DataLock.people()))
    with_number = set(db.session.scalars(reached))
    rows = [
        {
            **_common(MessageChannel.SMS, template, village_id=village_id, facts=facts, now=now),
            "person_id": one,
            "key": f"{MessageChannel.SMS}:{one}:{template}:{subject}",
        }
        for one, subject, facts in lines
        if one in with_number
    ]
    if rows:
        db.session.execute(insert(OutboxMessage), rows)


def give_up(template: str, told: Collection[tuple[int, str]], *, now: datetime) -> None:
    """Send no message of a template to these people about these subjects, where it is not on its way yet."""
    keys = [f"{MessageChannel.SMS}:{person_id}:{template}:{subject}" for person_id, subject in told]
    waiting = (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.claimed_until.is_(None),
    )
    for some in (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)):
        stop = update(OutboxMessage).where(OutboxMessage.key.in_(some), *waiting)
        db.session.execute(stop.values(given_up_at=now, last_error=OVER))


def write_robot(village_id: int, template: str, subject: str, *, facts: dict[str, Any], now: datetime) -> None:
    """Write a message to the village's chat group, if it has a robot, in the unit of work at hand."""
    if db.session.get(GroupRobot, village_id) is not None:
        common = _common(MessageChannel.ROBOT, template, village_id=village_id, facts=facts, now=now)
        key = f"{MessageChannel.ROBOT}:{village_id}:{template}:{subject}"
        db.session.execute(insert(OutboxMessage), [{**common, "person_id": None, "key": key}])


def _common(
    channel: MessageChannel, template: str, *, village_id: int, facts: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the columns that all messages of one event have in common."""
    return {
        "village_id": village_id,
        "channel": channel,
        "template": template,
        "facts": facts,
        "written_at": now,
        "due_at": now,
        "tries": 0,
        "last_error": "",
    }


def sweep(send: Send, *, now: datetime, most: int = 200, ending: Callable[[], bool] = lambda: False) -> int:
    """Hand over the messages that are due, one by one, until `ending` says to stop. Return how many were handed over.

    Slow providers make a sweep long: each message is claimed at its own time, not at the sweep's.
    """
    started, sent = time.monotonic(), []

    def hand_over(message_id: int) -> None:
        claimed_at = now + timedelta(seconds=time.monotonic() - started)
        if _claim(message_id, claimed_at) and _deliver(message_id, send, claimed_at, now):
            sent.append(message_id)

    each("message", takewhile(lambda _: not ending(), _due(now, most)), hand_over)
    return len(sent)


def _due(now: datetime, most: int) -> Sequence[int]:
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until < now)
    query = select(OutboxMessage.id).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None), OutboxMessage.due_at <= now, free
    )
    found = db.session.scalars(query.order_by(OutboxMessage.id).limit(most)).all()
    db.session.rollback()
    return found


def _deliver(message_id: int, send: Send, claimed_at: datetime, now: datetime) -> bool:
    try:  # whatever is wrong with one message (a lost key, a word we do not have) must not hold up the others
        parcel = _parcel(db.session.get_one(OutboxMessage, message_id))
        db.session.rollback()
        if parcel is not None:
            send(parcel)
    except Exception as error:
        db.session.rollback()
        _note_failure(message_id, type(error).__name__, claimed_at, now)
        return False
    if parcel is None:
        _note(message_id, claimed_at, given_up_at=now, last_error=NOBODY)
        return False
    _note(message_id, claimed_at, sent_at=now, last_error="")
    return True


@atomic
def _claim(message_id: int, now: datetime) -> bool:
    """Take a message for the time of a lease; False: another runner has it, or it is no longer due."""
    free = or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until < now)
    claim = update(OutboxMessage).where(
        OutboxMessage.id == message_id,
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        free,
        OutboxMessage.due_at <= now,
    )
    taken = db.session.connection().execute(claim.values(claimed_until=now + rules.LEASE)).rowcount
    return bool(taken)


def _parcel(message: OutboxMessage) -> OutgoingMessage | None:
    """Return a message with its recipient, looked up only now: the outbox holds no numbers. None: no recipient left."""
    facts, zone = dict(message.facts), db.session.get_one(Village, message.village_id).timezone
    if message.channel is MessageChannel.ROBOT:
        robot = db.session.get(GroupRobot, message.village_id)
        if robot is None:
            return None
        secret = crypto.unseal(robot.secret_cipher) if robot.secret_cipher else ""
        return OutgoingMessage(
            channel=robot.kind,
            recipient=crypto.unseal(robot.address_cipher),
            template=message.template,
            facts=facts,
            key=message.key,
            secret=secret,
            timezone=zone,
        )
    person = db.session.get(Person, message.person_id) if message.person_id else None
    gone = person is not None and db.session.get(Departure, person.id) is not None
    number = _number_of(person) if person is not None and not gone else None
    if person is None or not number:
        return None
    if not may_write_to_phone(message.template, locked=_is_locked(person.id)):
        return None  # locked since it was written
    return OutgoingMessage(
        channel=MessageChannel.SMS,
        recipient=crypto.unseal(number),
        template=message.template,
        facts=facts,
        key=message.key,
        timezone=zone,
    )


def _number_of(person: Person) -> str | None:
    """Return the sealed number of a person, of somebody off the roll that of their account."""
    return person.phone_cipher if person.account is None else person.account.phone_cipher


def _is_locked(person_id: int) -> bool:
    """Tell whether a person had their data locked."""
    return db.session.scalar(DataLock.people().where(DataLock.person_id == person_id)) is not None


def _note_failure(message_id: int, error: str, claimed_at: datetime, now: datetime) -> None:
    """Schedule another try, or give up. The error's class is kept, never its text, which may hold a number."""
    message = db.session.get_one(OutboxMessage, message_id)
    tries = message.tries + 1
    again = rules.next_try(tries, now)
    log.warning("message %s was not taken (%s), try %s", message_id, error, tries)
    if again is None:
        _note(message_id, claimed_at, tries=tries, given_up_at=now, last_error=error)
    else:
        _note(message_id, claimed_at, tries=tries, due_at=again, last_error=error)


@atomic
def _note(message_id: int, claimed_at: datetime, **values: Any) -> None:
    """Write down the result; a claim that ran out and is another runner's now is left alone."""
    mine = OutboxMessage.claimed_until == claimed_at + rules.LEASE
    note = update(OutboxMessage).where(OutboxMessage.id == message_id, mine)
    db.session.execute(note.values(claimed_until=None, **values))
