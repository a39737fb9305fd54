"""Sign in with six-digit codes by phone. Known and unknown numbers get the same answer, limits and work."""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import joinedload

from consult.config import current_config
from consult.domain.form_errors import FormError
from consult.domain.messages.notifications import SIGN_IN_CODE
from consult.domain.messages.outbox import CODE_LIFETIME
from consult.domain.people import codes as limit_rules
from consult.domain.people import sign_ins as rules
from consult.domain.people.people import is_adult
from consult.domain.phone_numbers import read_phone, takes_messages
from consult.domain.refusals import Reason, Refused
from consult.models import Account, Departure, Household, OneTimeCode, Person, Village, db
from consult.services.core import crypto, sure_time, transactions
from consult.services.core.transactions import atomic
from consult.services.messages import deliveries
from consult.services.people import sign_ins
from consult.services.people.limits import alarms
from consult.services.people.limits.askers import Asker
from consult.services.people.villages import is_on_roll, local_day, roles_of

DAYS = 2 * limit_rules.DAY
"""How long codes are kept."""
MESSAGES, TRIES = "messages", "tries"
"""What reached a limit, as the alarm names it."""


def ask(village_id: int, typed: str, *, now: datetime, asker: Asker | None = None, by_call: bool = False) -> str:
    """Send a code to a number if it stands on the roll; return the number. Raises Refused.

    `by_call`: read it out by a call, where the provider can. Both count for the same limits.
    """
    phone, mistake = read_phone(typed)
    if phone is None or not takes_messages(phone):
        if mistake is FormError.PHONE_WITHOUT_COUNTRY:
            raise Refused(Reason.PHONE_WITHOUT_COUNTRY)
        raise Refused(Reason.NOT_A_PHONE)
    with _alarming(village_id, MESSAGES, now):
        longer_by = _note_code(village_id, phone, asker or Asker(), now=now, by_call=by_call)
    if longer_by:
        alarms.reached(village_id, TRIES, longer_by, now=now)
    return phone


@atomic
def _note_code(village_id: int, phone: str, asker: Asker, *, now: datetime, by_call: bool) -> str | None:
    """Write a code down and send it after the commit. Return the limit for which it is longer than usual, if one is."""
    mark = crypto.mark("phone", phone)
    _one_at_a_time(now)
    known = asker.knows(mark)
    mine = (OneTimeCode.village_id == village_id, OneTimeCode.asker_mark == asker.mark)
    _refuse_too_many(village_id, mark, asker, now)
    limits, tries = _limits(known), _wrong_tries(village_id, mark, asker, now)
    if cap := limit_rules.cap_reached(tries, limits, asking=True):
        raise Refused(Reason.CODES_CAPPED, cap=cap)
    length = limit_rules.length_now(tries, limits)
    code = f"{secrets.randbelow(10**length):0{length}d}"
    on_roll = bool(people_on(village_id, mark, on=_day(village_id, now)))
    earlier = update(OneTimeCode).where(*mine, OneTimeCode.phone_mark == mark, OneTimeCode.used_at.is_(None))
    db.session.execute(earlier.values(used_at=now))
    asked = OneTimeCode(
        village_id=village_id,
        phone_mark=mark,
        code_mark=_code_mark(mark, code),
        sent_at=now,
        expires_at=now + CODE_LIFETIME,
        asker_mark=asker.mark,
        known=known,
        length=length,
        sent=on_roll,
    )
    few = _unsent(village_id, now) < limit_rules.UNSENT_OF_SERVER  # asked for both: they cost the same
    if few or on_roll:
        db.session.add(asked)
    if on_roll:
        transactions.after_commit(lambda: deliveries.send_aside(phone, SIGN_IN_CODE, {"code": code}, by_call=by_call))
    return limit_rules.made_longer_by(tries, limits)


def _one_at_a_time(now: datetime) -> None:
    """Let codes of a server wait for each other, so that no limit is passed side by side, and end those too old.

    One that was seen to be too old stays ended, also where the clock steps back.
    """
    transactions.queue_for("codes")
    old = update(OneTimeCode).where(OneTimeCode.used_at.is_(None), OneTimeCode.expires_at <= now)
    db.session.execute(old.values(used_at=now))


def _refuse_too_many(village_id: int, mark: str, asker: Asker, now: datetime) -> None:
    """Refuse a further code where the number, the session, the village or the server has had enough in a day.

    Instants ahead of the clock count too: it may have stepped back. Of the village's and the server's codes those count
    that were sent; the first ones of each number go in any case, so that nobody uses up what is for another.
    """
    sure = sure_time.surely_past(village_id, now)
    since = sure - limit_rules.DAY
    columns = (OneTimeCode.phone_mark, OneTimeCode.asker_mark, OneTimeCode.known, OneTimeCode.sent_at)
    mine = (OneTimeCode.phone_mark == mark) | (OneTimeCode.asker_mark == asker.mark)
    recent = db.session.execute(
        select(*columns).where(OneTimeCode.village_id == village_id, OneTimeCode.sent_at > since, mine)
    ).all()
    known, session = asker.knows(mark), asker.mark
    of_number = [row.sent_at for row in recent if row.phone_mark == mark and row.known == known]
    of_session = [row.sent_at for row in recent if row.asker_mark == session]
    for own, allowed in ((of_number, limit_rules.CODES_ALLOWED), (of_session, limit_rules.CODES_OF_SESSION)):
        if wait := rules.wait_for(own, allowed, sure):
            raise Refused(Reason.WAIT_FOR_CODE, minutes=rules.minutes_of(wait))
    if len(of_number) < limit_rules.RESERVED:
        return
    sent = select(func.count()).select_from(OneTimeCode).where(OneTimeCode.sent, OneTimeCode.sent_at > since)
    budget = current_config().codes_per_day
    here = db.session.scalar(sent.where(OneTimeCode.village_id == village_id)) or 0
    if here >= (budget if known else budget * limit_rules.SHARE_OF_STRANGERS):
        raise Refused(Reason.CODES_CAPPED, cap=limit_rules.Cap.VILLAGE)
    if (db.session.scalar(sent) or 0) >= limit_rules.CODES_OF_SERVER:
        raise Refused(Reason.CODES_CAPPED, cap=limit_rules.Cap.SERVER)


def _unsent(village_id: int, now: datetime) -> int:
    """Return how many codes for numbers on no roll were noted in a day. Beyond a number none is, so that no disk is filled."""
    unsent = select(func.count()).select_from(OneTimeCode).where(~OneTimeCode.sent)
    since = sure_time.surely_past(village_id, now) - limit_rules.DAY
    return db.session.scalar(unsent.where(OneTimeCode.sent_at > since)) or 0


def _limits(known: bool) -> limit_rules.TryLimits:
    return limit_rules.KNOWN if known else limit_rules.STRANGERS


def _wrong_tries(village_id: int, mark: str, asker: Asker, now: datetime) -> limit_rules.WrongTries:
    """Count the wrong tries of the last day, at all codes that were alive in it.

    At short codes those for numbers on no roll too: else the length of the next code would tell whether a number is on it.
    """
    known = asker.knows(mark)
    of_number = and_(OneTimeCode.village_id == village_id, OneTimeCode.phone_mark == mark)
    of_session = and_(OneTimeCode.village_id == village_id, OneTimeCode.asker_mark == asker.mark)
    here, short, long = OneTimeCode.village_id == village_id, *_lengths()
    columns = [
        func.coalesce(func.sum(case((condition, OneTimeCode.tries), else_=0)), 0)
        for condition in (of_number, of_session, and_(here, short), and_(here, long), short, long)
    ]
    since = sure_time.surely_past(village_id, now) - limit_rules.DAY - CODE_LIFETIME
    tried = (OneTimeCode.sent_at > since, OneTimeCode.tries > 0, OneTimeCode.known == known)
    return limit_rules.WrongTries(*map(int, db.session.execute(select(*columns).where(*tried)).one()))


def _lengths() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions of codes of the usual length, and of those that were sent with the next longer one."""
    short = OneTimeCode.length <= limit_rules.SHORT
    return short, OneTimeCode.sent & ~short & (OneTimeCode.length < limit_rules.LONGEST)


def length_of(village_id: int, phone: str, asker: Asker) -> int:
    """Return how many digits the newest code of this number and browser has."""
    newest = db.session.scalar(_newest(village_id, crypto.mark("phone", phone), asker))
    return newest.length if newest is not None else limit_rules.SHORT


def check(village_id: int, phone: str, typed: str, *, now: datetime, asker: Asker | None = None) -> Sequence[Person]:
    """Return the people on a number whose code was typed. Raises Refused.

    A code works once, and only in the browser that asked for it; after CODE_TRIES wrong tries it does not work any more.
    """
    asker, code = asker or Asker(), rules.digits(typed)
    length = length_of(village_id, phone, asker)
    if limit_rules.is_short_code(code, length):  # a slip of the finger costs no try
        raise Refused(Reason.SHORT_CODE, typed=len(code), missing=length - len(code))
    with _alarming(village_id, TRIES, now):
        people, longer_by = _use_code(village_id, phone, code, asker, now=now)
    if longer_by:
        alarms.reached(village_id, TRIES, longer_by, now=now)
    if not people:
        raise Refused(Reason.WRONG_CODE)
    return people


@atomic
def _use_code(
    village_id: int, phone: str, code: str, asker: Asker, *, now: datetime
) -> tuple[Sequence[Person], str | None]:
    """Use up the code if it is right and return the people on the number; count the try if it is wrong.

    Wrong ones before the right one were slips of the one who has the code, and count no longer. The second value is the
    limit that a wrong try reached, if it did.
    """
    mark = crypto.mark("phone", phone)
    _one_at_a_time(now)
    newest = db.session.scalar(_newest(village_id, mark, asker).with_for_update())
    people = people_on(village_id, mark, on=_day(village_id, now))
    if newest is None or newest.used_at is not None or newest.tries >= limit_rules.CODE_TRIES:
        return [], None
    limits, tries = _limits(newest.known), _wrong_tries(village_id, mark, asker, now)
    if cap := limit_rules.cap_reached(tries, limits, asking=False):
        raise Refused(Reason.CODES_CAPPED, cap=cap)
    if newest.length < limit_rules.length_now(tries, limits):
        raise Refused(Reason.CODE_TOO_SHORT, cap=limit_rules.made_longer_by(tries, limits))
    if people and hmac.compare_digest(newest.code_mark, _code_mark(mark, code)):
        newest.used_at, newest.tries = now, 0
        return people, None
    newest.tries += 1
    db.session.flush()
    return [], limit_rules.made_longer_by(_wrong_tries(village_id, mark, asker, now), limits)


@atomic
def check_again(
    village_id: int, phone: str, typed: str, *, now: datetime, asker: Asker
) -> tuple[Sequence[Person], datetime] | None:
    """Return the people of a code that was right a moment ago in this browser, and when; None where it opens nothing.

    The answer to it may have been lost. It opens nothing more once a sign-in that it opened has ended. A wrong try counts
    as at a code that was not used.
    """
    mark, code = crypto.mark("phone", phone), rules.digits(typed)
    _one_at_a_time(now)
    used = db.session.scalar(_newest(village_id, mark, asker).with_for_update())
    if used is None or not _was_right_lately(used, now) or used.tries >= limit_rules.CODE_TRIES:
        return None
    limits, tries = _limits(used.known), _wrong_tries(village_id, mark, asker, now)
    too_short = used.length < limit_rules.length_now(tries, limits)
    if too_short or limit_rules.cap_reached(tries, limits, asking=False):
        return None
    if not hmac.compare_digest(used.code_mark, _code_mark(mark, code)):
        used.tries += 1
        return None
    people = people_on(village_id, mark, on=_day(village_id, now))
    at = used.used_at
    if at is None or not people or sign_ins.one_has_ended((one.id for one in people), at):
        return None
    return people, at


def _was_right_lately(code: OneTimeCode, now: datetime) -> bool:
    """Tell whether a code was typed while it was alive, a moment ago. One that was closed at a sign-out never was."""
    at = code.used_at
    return at is not None and at < code.expires_at and timedelta(0) <= now - at < rules.SENT_AGAIN


@atomic
def close(village_id: int, asker: Asker, *, now: datetime) -> None:
    """End all that the codes of a browser opened: after a sign-out none of them opens anything there."""
    mine = (
        OneTimeCode.village_id == village_id,
        OneTimeCode.asker_mark == asker.mark,
        OneTimeCode.sent_at > now - DAYS,
    )
    used = func.coalesce(OneTimeCode.used_at, now)
    db.session.execute(update(OneTimeCode).where(*mine).values(used_at=used, expires_at=used))


def is_closed(village_id: int, asker: Asker, at: datetime) -> bool:
    """Tell whether the code that was right in this browser at an instant was closed by a sign-out since."""
    mine = (OneTimeCode.village_id == village_id, OneTimeCode.asker_mark == asker.mark, OneTimeCode.used_at == at)
    query = select(OneTimeCode.id).where(*mine, OneTimeCode.sent_at > at - DAYS, OneTimeCode.expires_at <= at)
    return bool(db.session.scalar(select(query.exists())))


def asked_lately(village_id: int, typed: str, *, now: datetime, asker: Asker) -> tuple[str, datetime] | None:
    """Return a number, and when this browser asked for its code, which still waits to be typed; None without one."""
    phone, _ = read_phone(typed)
    waiting = db.session.scalar(_newest(village_id, crypto.mark("phone", phone), asker)) if phone is not None else None
    if phone is None or waiting is None or waiting.used_at is not None or waiting.expires_at <= now:
        return None
    return phone, waiting.sent_at


def _newest(village_id: int, mark: str, asker: Asker) -> Select[tuple[OneTimeCode]]:
    mine = (OneTimeCode.village_id == village_id, OneTimeCode.phone_mark == mark, OneTimeCode.asker_mark == asker.mark)
    return select(OneTimeCode).where(*mine).order_by(OneTimeCode.sent_at.desc(), OneTimeCode.id.desc()).limit(1)


@contextmanager
def _alarming(village_id: int, what: str, now: datetime) -> Iterator[None]:
    """Raise the alarm where a limit of the village or the server refuses what is done within. The refusal goes on."""
    try:
        yield
    except Refused as refusal:
        cap = refusal.facts.get("cap")
        if cap in (limit_rules.Cap.VILLAGE, limit_rules.Cap.SERVER):
            alarms.reached(village_id, what, str(cap), now=now)
        raise


def people_on(village_id: int, phone_mark: str, *, on: date) -> list[Person]:
    """Return the adults who share a number and still stand on the roll, and who holds an office by an account of it."""
    account = select(Account.id).where(Account.phone_mark == phone_mark).scalar_subquery()
    query = (
        select(Person)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Departure.person_id.is_(None))
        .where(or_(Person.phone_mark == phone_mark, Person.account_id == account))
        .options(joinedload(Person.household).joinedload(Household.group))
        .order_by(Person.roll_position)
    )
    return [p for p in db.session.scalars(query) if is_adult(p.born, on) or _holds_office_off_the_roll(p, on)]


def _holds_office_off_the_roll(person: Person, on: date) -> bool:
    return not is_on_roll(person) and bool(roles_of(person, on=on))


def _day(village_id: int, now: datetime) -> date:
    return local_day(db.session.get_one(Village, village_id), now)


def _code_mark(phone_mark: str, code: str) -> str:
    return crypto.mark("code", f"{phone_mark}:{code}")
