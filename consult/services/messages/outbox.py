"""Messages on their way out: written in the act's unit of work, sent by the job runner, kept until handed over.

At most once, but for warnings of a changed way in: a runner claims a message for two minutes, notes that it is being sent,
hands it over outside of any transaction, and notes what became of it. One killed before leaves a claim that runs out, and the
next one sends it. One killed while it was being sent leaves a message of which nobody knows whether it was taken, as does a
provider that gives no answer: no provider of SMS that we know drops a second by its key. It is left as unknown, for the operator
to send again.
"""

import json
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import ColumnElement, Row, and_, case, func, insert, or_, select, update

from consult.domain.messages import outbox as rules
from consult.domain.messages.notifications import may_write_to_phone
from consult.domain.messages.outbox import Breaker, Failure, MessageChannel, Sent, Unsent
from consult.models import DataLock, Departure, GroupRobot, OutboxMessage, Person, Village, db
from consult.services.core import crypto
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages.deliveries import OutgoingMessage
from consult.services.messages.http_json import failure_of

NOBODY, OVER = Unsent.NOBODY, Unsent.OVER
ON_THEIR_WAY = (Unsent.SENDING, Unsent.SENDING_AGAIN)
AT_ONCE = 500
ROUND = timedelta(seconds=10)
"""With slow providers: after so long it is asked anew what goes first, so that nobody waits behind a long round."""
Send = Callable[[OutgoingMessage], None]
"""Hands a message over. Raises OSError when it cannot be handed over now."""
log = logging.getLogger("consult.outbox")


@runtime_checkable
class Telling(Protocol):
    """A way out that says where messages of a channel go."""

    def writes_file(self, channel: str) -> bool:
        """Tell whether they are only written to a file."""


@runtime_checkable
class Together(Protocol):
    """A way out that takes the same words for several phones in one call."""

    def __call__(self, parcel: OutgoingMessage) -> None:
        """Hand over one message. Raises OSError."""

    def most_together(self) -> int:
        """Return how many phones one call takes."""

    def together(self, parcels: Sequence[OutgoingMessage]) -> Sequence[Exception | None]:
        """Hand over one message to several phones; say of each what failed. Raises OSError if all did."""


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


@dataclass
class Swept:
    """The numbers of messages by what became of them in a sweep."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    dropped: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __str__(self) -> str:
        return " ".join(f"{name}={number}" for name, number in vars(self).items() if number)


@dataclass(frozen=True)
class Judged:
    """Messages of one event, judged at the moment when they are to be sent."""

    dropped: Mapping[int, Unsent]
    """Which are not sent, by id, and why."""
    facts: Mapping[str, Any]
    """The facts as they are now, for those that are sent."""


Judge = Callable[[Sequence[OutboxMessage], datetime], Judged]


def judge_nothing(messages: Sequence[OutboxMessage], _now: datetime) -> Judged:
    """Send messages as they were written, while they make sense."""
    return Judged({}, messages[0].facts)


class Sweeper:
    """Sends what is due. Remembers between two sweeps which providers are given a rest."""

    def __init__(self, send: Send, *, judge: Judge = judge_nothing, ending: Callable[[], bool] = lambda: False) -> None:
        self.send, self.judge, self.ending = send, judge, ending
        self.breakers: dict[str, Breaker] = {}

    def sweep_all(self, *, now: datetime) -> Swept:
        """Send until nothing is due any more, no provider takes anything, or `ending` says to stop."""
        started, swept = time.monotonic(), Swept()
        while True:
            at = now + timedelta(seconds=time.monotonic() - started)
            before = sum(vars(swept).values())
            self.sweep(now=at, swept=swept)
            if self.ending() or sum(vars(swept).values()) == before:
                return swept

    def sweep(self, *, now: datetime, most: int = 200, swept: Swept | None = None) -> Swept:
        """Send at most so many messages that are due, for the time of a ROUND.

        Slow providers make a sweep long: each message is claimed at its own time, not at the sweep's.
        """
        started, swept = time.monotonic(), Swept() if swept is None else swept
        swept.unknown += _settle_killed(now)
        groups = self._groups(_due(now, most, [route for route, one in self.breakers.items() if one.rests(now)]))

        def hand_over(number: int) -> None:
            claimed_at = now + timedelta(seconds=time.monotonic() - started)
            route, ids = groups[number]
            if not self._rests(route, claimed_at):
                self._hand_over([one for one in ids if _claim(one, claimed_at)], route, claimed_at, now, swept)

        def goes_on(number: int) -> bool:
            long = time.monotonic() - started > ROUND.total_seconds()
            return not self.ending() and not (long and number)

        each("message", takewhile(goes_on, range(len(groups))), hand_over)
        return swept

    def _rests(self, route: str, now: datetime) -> bool:
        return self.breakers.get(route, Breaker()).rests(now)

    def _groups(self, due: Sequence[Row[Any]]) -> list[tuple[str, list[int]]]:
        """Put together, in order, what goes out in one call: the same words of the same village."""
        most = self.send.most_together() if isinstance(self.send, Together) else 1
        groups: list[tuple[str, list[int]]] = []
        open_at: dict[str, int] = {}
        for row in due:
            what = f"{row.channel}:{row.village_id}:{row.template}:{json.dumps(row.facts, sort_keys=True)}"
            at = open_at.get(what)
            if at is None or row.channel != MessageChannel.SMS or len(groups[at][1]) >= most:
                open_at[what] = len(groups)
                groups.append((row.channel, []))
            groups[open_at[what]][1].append(row.id)
        return groups

    def _hand_over(self, ids: list[int], route: str, claimed_at: datetime, now: datetime, swept: Swept) -> None:
        parcels: dict[int, OutgoingMessage] = {}
        if not ids:
            return
        for message_id, outcome in self._outcomes(ids, claimed_at):
            if isinstance(outcome, OutgoingMessage):
                parcels[message_id] = outcome
            elif isinstance(outcome, Unsent):
                swept.dropped += 1
                _note(message_id, claimed_at, given_up_at=now, last_error=outcome)
            else:
                swept.failed += 1
                _note_failure(message_id, outcome, claimed_at, now)
        if parcels:
            self._send(parcels, route, claimed_at, now, swept)

    def _outcomes(self, ids: Sequence[int], now: datetime) -> list[tuple[int, OutgoingMessage | Unsent | Exception]]:
        """Return for each message what is to be sent, or why nothing is. One that cannot be made holds up no other."""
        messages = list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids))))
        found: list[tuple[int, OutgoingMessage | Unsent | Exception]] = []
        judged = self.judge(messages, now)
        for message in messages:
            why = _why_unsent(message, judged, now)
            try:
                found.append((message.id, why or _parcel(message, judged.facts) or Unsent.NOBODY))
            except Exception as error:  # a lost key, a word we do not have
                found.append((message.id, error))
        db.session.rollback()
        return found

    def _send(
        self, parcels: Mapping[int, OutgoingMessage], route: str, claimed_at: datetime, now: datetime, swept: Swept
    ) -> None:
        errors: Sequence[Exception | None]
        by_file = isinstance(self.send, Telling) and self.send.writes_file(route)
        how = Sent.TO_FILE if by_file else ""
        mine = _mark_sending(list(parcels), claimed_at)
        parcels = {one: parcel for one, parcel in parcels.items() if one in mine}
        if not parcels:
            return
        try:
            if isinstance(self.send, Together):
                errors = self.send.together(list(parcels.values()))
            else:
                (parcel,) = parcels.values()
                self.send(parcel)
                errors = (None,)
        except Exception as error:
            db.session.rollback()
            errors = [error] * len(parcels)
        failed = [failure_of(error) for error in errors if error is not None]
        all_failed = failed[0] if len(failed) == len(errors) else None
        if all_failed is Failure.ACCOUNT and route != MessageChannel.SMS:
            all_failed = Failure.REFUSED  # each village has a robot of its own
        self._attend(route, all_failed, claimed_at)
        for message_id, failed_by in zip(parcels, errors, strict=True):
            if failed_by is None:
                swept.sent += 1
                _note(message_id, claimed_at, sent_at=now, last_error=how)
            elif all_failed is Failure.ACCOUNT:
                _note(message_id, claimed_at, last_error=Failure.ACCOUNT.value)  # no try of its own: it stays due
            elif failure_of(failed_by) is Failure.UNKNOWN:
                swept.unknown += 1
                _note_unknown(message_id, claimed_at, now)
            else:
                swept.failed += 1
                _note_failure(message_id, failed_by, claimed_at, now)

    def _attend(self, route: str, failure: Failure | None, now: datetime) -> None:
        """Count time-outs, and say once when a provider is given a rest."""
        self.breakers[route] = self.breakers.get(route, Breaker()).after(failure, now)
        if not self.breakers[route].rests(now):
            return
        if failure is Failure.ACCOUNT:
            log.error(
                "ALARM: the provider of %s refuses the account; nothing is sent. Look at the SMS_ settings", route
            )
        else:
            log.error("the provider of %s timed out; it rests for a minute", route)


def sweep(send: Send, *, now: datetime, most: int = 200, ending: Callable[[], bool] = lambda: False) -> int:
    """Send what is due once, as it was written. Return how many messages were handed over."""
    return Sweeper(send, ending=ending).sweep(now=now, most=most).sent


def _due(now: datetime, most: int, resting: Sequence[str]) -> Sequence[Row[Any]]:
    """Return what is due: the most urgent first, in turn between villages, and within a village what ends first."""
    urgency = case(
        {template: sense.urgency for template, sense in rules.SENSE.items()},
        value=OutboxMessage.template,
        else_=rules.OTHERWISE.urgency,
    )
    ends_at = case(
        *[
            (OutboxMessage.template == template, OutboxMessage.facts[sense.ends_at].as_string())
            for template, sense in rules.SENSE.items()
            if sense.ends_at
        ]
    )
    turn = func.row_number().over(
        partition_by=(urgency, OutboxMessage.village_id), order_by=(func.coalesce(ends_at, "9"), OutboxMessage.id)
    )
    waiting = (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.due_at <= now,
        _free(now),
    )
    query = (
        select(
            OutboxMessage.id,
            OutboxMessage.channel,
            OutboxMessage.village_id,
            OutboxMessage.template,
            OutboxMessage.facts,
        )
        .where(*waiting, OutboxMessage.channel.not_in([MessageChannel(route) for route in resting]))
        .order_by(urgency, turn, OutboxMessage.village_id)
        .limit(most)
    )
    found = db.session.execute(query).all()
    db.session.rollback()
    return found


@atomic
def retry(ids: Collection[int], *, now: datetime, judge: Judge = judge_nothing) -> list[int]:
    """Make messages due that were given up and still make sense, as `judge` finds things now. Return which."""
    query = select(OutboxMessage).where(OutboxMessage.id.in_(ids), OutboxMessage.sent_at.is_(None))
    given_up = db.session.scalars(
        query.where(
            OutboxMessage.claimed_until.is_(None),
            OutboxMessage.given_up_at.is_not(None),
            OutboxMessage.last_error != Unsent.OVER,  # what it asked for was done: nothing tells that again
        )
        .order_by(OutboxMessage.id)
        .with_for_update()
    ).all()
    again = [one for one in given_up if _why_unsent(one, judge([one], now), now) is None]
    for message in again:
        message.given_up_at, message.last_error, message.tries, message.due_at = None, "", 0, now
    return [message.id for message in again]


def _why_unsent(message: OutboxMessage, judged: Judged, now: datetime) -> Unsent | None:
    """Return why a message makes no sense any more, by the facts as they are now. Every sending and retry asks this."""
    late = now >= rules.not_after(message.template, judged.facts, message.written_at)
    return judged.dropped.get(message.id) or (Unsent.TOO_LATE if late else None)


@atomic
def drop(ids: Collection[int], *, now: datetime) -> list[int]:
    """Give messages up that are not on their way. Return which."""
    waiting = (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.claimed_until.is_(None),
    )
    dropped = list(
        db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id.in_(ids), *waiting)
            .order_by(OutboxMessage.id)
            .with_for_update()
        )
    )
    for message in dropped:
        message.given_up_at, message.last_error = now, Unsent.DROPPED
    return [message.id for message in dropped]


def _free(now: datetime) -> ColumnElement[bool]:
    """Match messages that no runner has: none took it, or the one that did was killed before it sent anything."""
    ran_out = and_(OutboxMessage.claimed_until < now, OutboxMessage.last_error.not_in(ON_THEIR_WAY))
    return or_(OutboxMessage.claimed_until.is_(None), ran_out)


@atomic
def _claim(message_id: int, now: datetime) -> bool:
    """Take a message for the time of a lease; False: another runner has it, or it is no longer due."""
    claim = update(OutboxMessage).where(
        OutboxMessage.id == message_id,
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        _free(now),
        OutboxMessage.due_at <= now,
    )
    taken = db.session.connection().execute(claim.values(claimed_until=now + rules.LEASE)).rowcount
    return bool(taken)


def _parcel(message: OutboxMessage, facts: Mapping[str, Any]) -> OutgoingMessage | None:
    """Return a message with its recipient, looked up only now: the outbox holds no numbers. None: no recipient left."""
    facts, zone = dict(facts), db.session.get_one(Village, message.village_id).timezone
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
    number = number_of(person) if person is not None and not gone else None
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


def number_of(person: Person) -> str | None:
    """Return the sealed number of a person, of somebody off the roll that of their account."""
    return person.phone_cipher if person.account is None else person.account.phone_cipher


def _is_locked(person_id: int) -> bool:
    """Tell whether a person had their data locked."""
    return db.session.scalar(DataLock.people().where(DataLock.person_id == person_id)) is not None


def _note_failure(message_id: int, error: Exception, claimed_at: datetime, now: datetime) -> None:
    """Schedule another try, or give up. The error's class is kept, never its text, which may hold a number."""
    message, kind = db.session.get_one(OutboxMessage, message_id), type(error).__name__
    tries = message.tries + 1
    again = rules.next_try(tries, now)
    log.warning("message %s was not taken (%s), try %s", message_id, kind, tries)
    may_have_arrived = message.last_error == Unsent.SENDING_AGAIN
    why = Unsent.UNKNOWN.value if may_have_arrived else kind
    if again is None:
        _note(message_id, claimed_at, tries=tries, given_up_at=now, last_error=why)
    else:
        _note(message_id, claimed_at, tries=tries, due_at=again, last_error=why)


def _note_unknown(message_id: int, claimed_at: datetime, now: datetime) -> None:
    """Leave a message that may have been taken, so that no phone gets it again and again; a warning is tried once more."""
    message = db.session.get_one(OutboxMessage, message_id)
    tries, before = message.tries + 1, message.last_error == Unsent.SENDING_AGAIN
    again = rules.after_unknown(message.template, now, before=before)
    log.warning("message %s: unknown whether it was taken, try %s", message_id, tries)
    later = {"due_at": again} if again else {"given_up_at": now}
    _note(message_id, claimed_at, tries=tries, last_error=Unsent.UNKNOWN, **later)


@atomic
def _mark_sending(ids: Collection[int], claimed_at: datetime) -> set[int]:
    """Note that messages are being sent from now on. Return which: a claim that ran out meanwhile is another runner's."""
    mine = OutboxMessage.id.in_(ids), OutboxMessage.claimed_until == claimed_at + rules.LEASE
    state = case((OutboxMessage.last_error == Unsent.UNKNOWN, Unsent.SENDING_AGAIN), else_=Unsent.SENDING)
    db.session.execute(update(OutboxMessage).where(*mine).values(last_error=state))
    return set(db.session.scalars(select(OutboxMessage.id).where(*mine)))


def _settle_killed(now: datetime) -> int:
    """Note as unknown what a runner was sending when it was killed. Return how many messages."""
    query = select(OutboxMessage.id, OutboxMessage.claimed_until).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.last_error.in_(ON_THEIR_WAY),
        OutboxMessage.claimed_until < now,
    )
    killed = db.session.execute(query).all()
    db.session.rollback()
    for message_id, claimed_until in killed:
        _note_unknown(message_id, claimed_until - rules.LEASE, now)
    return len(killed)


@atomic
def _note(message_id: int, claimed_at: datetime, **values: Any) -> None:
    """Write down the result; a claim that ran out and is another runner's now is left alone."""
    mine = OutboxMessage.claimed_until == claimed_at + rules.LEASE
    note = update(OutboxMessage).where(OutboxMessage.id == message_id, mine)
    db.session.execute(note.values(claimed_until=None, **values))
