"""Six-digit codes by phone. Known and unknown numbers get the same answer, the same limits and the same work."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.people import sign_ins as rules
from consult.domain.people.people import is_adult, phone_number
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Household, OneTimeCode, Person, SignInAttempt, Village, db
from consult.services.core import crypto, transactions
from consult.services.core.transactions import atomic
from consult.services.messages import deliveries
from consult.services.people.villages import local_day

TEMPLATE = "sign_in_code"


def ask(village_id: int, typed: str, *, now: datetime) -> str:
    """Send a code to a number if it stands on the roll; return the number. Raises Refused."""
    phone = phone_number(typed)
    if phone is None:
        raise Refused(Reason.NOT_A_PHONE)
    _note_code(village_id, phone, now=now)
    return phone


@atomic
def _note_code(village_id: int, phone: str, *, now: datetime) -> None:
    mark = crypto.mark("phone", phone)
    transactions.queue_for(mark)
    sent = db.session.scalars(
        select(OneTimeCode.sent_at).where(
            OneTimeCode.village_id == village_id,
            OneTimeCode.phone_mark == mark,
            OneTimeCode.sent_at > now - timedelta(days=1),
        )
    ).all()
    if wait := rules.wait_for(sent, rules.CODES_ALLOWED, now):
        raise Refused(Reason.WAIT_FOR_CODE, minutes=rules.minutes_of(wait))
    code = f"{secrets.randbelow(10**rules.CODE_LENGTH):0{rules.CODE_LENGTH}d}"
    known = bool(people_on(village_id, mark, on=_day(village_id, now)))
    db.session.add(
        OneTimeCode(
            village_id=village_id,
            phone_mark=mark,
            code_mark=_code_mark(mark, code),
            sent_at=now,
            expires_at=now + rules.CODE_LIFETIME,
        )
    )
    if known:
        transactions.after_commit(lambda: deliveries.send_aside(phone, TEMPLATE, {"code": code}))


def check(village_id: int, phone: str, typed: str, *, now: datetime) -> Sequence[Person]:
    """Return the people on a number whose code was typed. A code works once and for so many tries. Raises Refused."""
    code = rules.digits(typed)
    if rules.is_short_code(code):  # a slip of the finger costs no try
        raise Refused(Reason.SHORT_CODE, typed=len(code), missing=rules.CODE_LENGTH - len(code))
    people = _use_code(village_id, phone, code, now=now)
    if not people:
        raise Refused(Reason.WRONG_CODE)
    return people


@atomic
def _use_code(village_id: int, phone: str, code: str, *, now: datetime) -> Sequence[Person]:
    """Count the try, use up the code if it is right, and return the people on the number; none if it is wrong."""
    mark = crypto.mark("phone", phone)
    newest = db.session.scalar(
        select(OneTimeCode)
        .where(OneTimeCode.village_id == village_id, OneTimeCode.phone_mark == mark)
        .order_by(OneTimeCode.sent_at.desc())
        .limit(1)
        .with_for_update()
    )
    tried = _count_try(village_id, f"code:{mark}", since=newest.sent_at if newest else now, now=now)
    good = (
        newest is not None
        and newest.used_at is None
        and now < newest.expires_at
        and tried <= rules.CODE_TRIES
        and hmac.compare_digest(newest.code_mark, _code_mark(mark, code))
    )
    people = people_on(village_id, mark, on=_day(village_id, now))
    if newest is None or not good or not people:
        return []
    newest.used_at = now
    return people


def people_on(village_id: int, phone_mark: str, *, on: date) -> list[Person]:
    """Return the adults who share a number and still stand on the roll."""
    query = (
        select(Person)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Person.phone_mark == phone_mark, Departure.person_id.is_(None))
        .options(joinedload(Person.household).joinedload(Household.group))
        .order_by(Person.roll_position)
    )
    return [p for p in db.session.scalars(query) if is_adult(p.born, on)]


def _day(village_id: int, now: datetime) -> date:
    return local_day(db.session.get_one(Village, village_id), now)


def _code_mark(phone_mark: str, code: str) -> str:
    return crypto.mark("code", f"{phone_mark}:{code}")


def _count_try(village_id: int, mark: str, *, since: datetime, now: datetime) -> int:
    """Note one try and return how many there were since an instant, this one included."""
    db.session.add(SignInAttempt(village_id=village_id, mark=mark, tried_at=now))
    db.session.flush()
    query = select(SignInAttempt.id).where(
        SignInAttempt.village_id == village_id, SignInAttempt.mark == mark, SignInAttempt.tried_at >= since
    )
    return len(db.session.scalars(query).all())
