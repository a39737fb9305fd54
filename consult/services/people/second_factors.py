"""Second factors of officers: set one up, prove it at the sign-in, codes on paper for the day the phone is lost."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import pyotp
from sqlalchemy import Select, delete, func, or_, select, update

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import sign_ins as rules
from consult.domain.people.codes import as_typed, new_code
from consult.domain.people.pins import Guessed
from consult.domain.people.second_factors import FactorKind
from consult.domain.refusals import Reason, Refused
from consult.models import Person, RecoveryCode, SecondFactor, Village, db
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.limits import pins
from consult.services.people.limits.askers import Asker
from consult.services.people.limits.pins import Guess
from consult.services.people.villages import local_day

RECOVERY_CODES, RECOVERY_LENGTH = 8, 12
INTERVAL = 30
"""Seconds for which the digits of an app stand; those just before and just after count too."""
DIGITS = 6


def of_person(person_id: int) -> Sequence[SecondFactor]:
    """Return the second factors of a person that count, the oldest first: of an account in whichever village."""
    mine = (SecondFactor.person_id.in_(_same_account(person_id)), SecondFactor.ended_at.is_(None))
    query = select(SecondFactor).where(*mine)
    return db.session.scalars(query.order_by(SecondFactor.id)).all()


def _same_account(person_id: int) -> Select[tuple[int]]:
    """Return the select of the ids of everybody whom the account of a person is; without an account, of the person alone."""
    account = select(Person.account_id).where(Person.id == person_id).scalar_subquery()
    return select(Person.id).where(or_(Person.id == person_id, Person.account_id == account))


def codes_left(person_id: int) -> int:
    """Return how many codes on paper a person has not used."""
    query = select(func.count()).where(
        RecoveryCode.person_id.in_(_same_account(person_id)), RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def new_secret() -> str:
    """Return a secret for an app, to be shown once."""
    return str(pyotp.random_base32())


def address_of(person: Person, secret: str) -> str:
    """Return what an app reads from the QR code (otpauth:)."""
    issuer = db.session.get_one(Village, person.village_id).name
    return str(
        pyotp.TOTP(secret, digits=DIGITS, interval=INTERVAL).provisioning_uri(name=person.name, issuer_name=issuer)
    )


def step_of(secret: str, typed: str, *, now: datetime) -> int | None:
    """Return the number of the interval whose digits were typed, of those that count now; None for wrong digits."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=INTERVAL)
    present = int(now.timestamp()) // INTERVAL
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(str(totp.at(step * INTERVAL)), typed):
            return step
    return None


def sealed_for(person_id: int) -> str:
    """Return how the sealing of an app's secret names its holder."""
    return f"factor:{person_id}"


@atomic
def set_up_app(person: Person, secret: str, typed: str, act: Act) -> list[str]:
    """Let an app count from now on, if its digits are right, and return new codes on paper. Raises Refused."""
    _one_at_a_time(person.id)
    step = step_of(secret, rules.digits(typed), now=act.now)
    if step is None:
        raise Refused(Reason.WRONG_DIGITS)
    factor = SecondFactor(
        village_id=person.village_id,
        person_id=person.id,
        kind=FactorKind.APP,
        secret_cipher=crypto.seal_for(sealed_for(person.id), secret),
        last_step=step,
        sign_count=0,
        made_at=act.now,
    )
    return _added(person, factor, act)


@atomic
def set_up_passkey(person: Person, credential_id: str, public_key: str, sign_count: int, act: Act) -> list[str]:
    """Let a passkey count from now on, whose signature was checked, and return new codes on paper."""
    _one_at_a_time(person.id)
    if db.session.scalar(select(SecondFactor.id).where(SecondFactor.credential_id == credential_id)) is not None:
        raise Refused(Reason.WRONG_DIGITS)
    factor = SecondFactor(
        village_id=person.village_id,
        person_id=person.id,
        kind=FactorKind.PASSKEY,
        last_step=0,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        made_at=act.now,
    )
    return _added(person, factor, act)


def _added(person: Person, factor: SecondFactor, act: Act) -> list[str]:
    db.session.add(factor)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id.in_(_same_account(person.id))))
    codes = [new_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    for code in codes:
        mark = _recovery_mark(person.id, code)
        db.session.add(RecoveryCode(village_id=person.village_id, person_id=person.id, code_mark=mark, made_at=act.now))
    audit.record(Tag.FACTOR_SET, f"person:{person.id}", act, kind=factor.kind.value)
    return codes


def prove(person: Person, typed: str, *, now: datetime, asker: Asker | None = None) -> None:
    """Check digits of an app or a code on paper. Each works once. Raises Refused where they are wrong or tried too often."""
    guess = Guess(Guessed.PROOF, _counted_in(person), mark_of(person.id), asker or Asker())
    tell = partial(_tell_holder, person, now)
    pins.count(guess, now=now, hold=partial(_one_at_a_time, person.id), tell=tell)
    if not _prove(person, typed, now=now):
        pins.was_wrong(guess, now=now, tell=tell)
        raise Refused(Reason.WRONG_DIGITS)
    pins.was_right(guess)


def were_given(person: Person, typed: str, *, now: datetime) -> bool:
    """Tell whether the digits of an app are those that were used last. They prove nothing by themselves any more."""
    for factor in of_person(person.id):
        if factor.kind is FactorKind.APP and factor.secret_cipher is not None:
            secret = crypto.unseal_for(sealed_for(factor.person_id), factor.secret_cipher)
            if step_of(secret, typed, now=now) == factor.last_step:
                return True
    return False


def mark_of(person_id: int) -> str:
    """Return what tries at a person's second proof are counted under, and what a browser that gave it knows."""
    account_id = db.session.get_one(Person, person_id).account_id
    return f"factor:{person_id}" if account_id is None else f"factor:account:{account_id}"


def _counted_in(person: Person) -> int:
    """Return the village in which tries are counted: of an account one for all, so that no village adds tries."""
    first = select(func.min(Person.village_id)).where(Person.account_id == person.account_id)
    return person.village_id if person.account_id is None else db.session.scalar(first) or person.village_id


@atomic
def _prove(person: Person, typed: str, *, now: datetime) -> bool:
    """Use up the digits or the code if they are right."""
    _one_at_a_time(person.id)
    return _right_digits(person, rules.digits(typed), now) or _right_code(person, as_typed(typed), now)


@atomic
def _tell_holder(person: Person, now: datetime) -> None:
    """Tell an officer, once a day, that wrong second proofs were given after a right first one."""
    day = local_day(db.session.get_one(Village, person.village_id), now)
    subject = f"{mark_of(person.id)}:tried:{day.isoformat()}"
    notifications.tell(
        [person.id],
        NotificationEvent.RIGHTS,
        subject,
        village_id=person.village_id,
        consultation_id=None,
        now=now,
        kind="factor_tried",
    )


def _right_digits(person: Person, typed: str, now: datetime) -> bool:
    for factor in of_person(person.id):
        if factor.kind is FactorKind.APP and factor.secret_cipher is not None:
            step = step_of(crypto.unseal_for(sealed_for(factor.person_id), factor.secret_cipher), typed, now=now)
            if step is not None and step > factor.last_step:
                factor.last_step = step
                return True
    return False


def _right_code(person: Person, typed: str, now: datetime) -> bool:
    holders = db.session.scalars(_same_account(person.id)).all()
    marks = [_recovery_mark(one, typed) for one in holders]
    unused = (RecoveryCode.person_id.in_(holders), RecoveryCode.used_at.is_(None))
    used = db.session.scalar(select(RecoveryCode).where(*unused, RecoveryCode.code_mark.in_(marks)).limit(1))
    if used is None:
        return False
    used.used_at = now
    return True


@atomic
def count_signature(factor: SecondFactor, sign_count: int) -> None:
    """Keep the counter of a passkey whose signature was checked."""
    transactions.lock(factor)
    factor.sign_count = sign_count


@atomic
def end_own(person: Person, act: Act) -> None:
    """End all second factors of a person who asks for it; twice is the same as once."""
    _one_at_a_time(person.id)
    end_all(person.id, act)


def end_all(person_id: int, act: Act) -> int:
    """End all second factors and codes on paper of a person, within a unit of work. Return how many counted.

    Takes the head of the log last: what else the act locks comes before.
    """
    counting = (SecondFactor.person_id.in_(_same_account(person_id)), SecondFactor.ended_at.is_(None))
    ended = len(db.session.scalars(select(SecondFactor.id).where(*counting)).all())
    if ended:
        db.session.execute(update(SecondFactor).where(*counting).values(ended_at=act.now, secret_cipher=None))
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id.in_(_same_account(person_id))))
        audit.record(Tag.FACTOR_ENDED, f"person:{person_id}", act, count=ended)
    return ended


def _one_at_a_time(person_id: int) -> None:
    transactions.queue_for(mark_of(person_id))


def _recovery_mark(person_id: int, code: str) -> str:
    return crypto.mark("recovery", f"{person_id}:{code}")
