"""Signing in and out. A sign-in is a row: ending it really ends it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from consult.models import Departure, Person, SignIn, db
from consult.services.core import transactions

LIFETIME = timedelta(days=30)
_FIND = (
    select(SignIn)
    .outerjoin(Departure, Departure.person_id == SignIn.person_id)
    .where(Departure.person_id.is_(None))
    .where(
        SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None), SignIn.expires_at > bindparam("now")
    )
    .options(joinedload(SignIn.person).joinedload(Person.household))
)


def begin(person: Person, way: str, *, now: datetime) -> str:
    """Start acting as a person in one browser. Returns the token for its cookie; only a hash is kept."""
    transactions.begin_writing()
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            village_id=person.village_id,
            person_id=person.id,
            token_hash=token_hash(token),
            way=way,
            started_at=now,
            expires_at=now + LIFETIME,
        )
    )
    transactions.commit()
    return token


def find(token: str, *, now: datetime) -> SignIn | None:
    """The sign-in a cookie stands for, unless it has ended or expired, or its person has left the roll."""
    return db.session.scalar(_FIND, {"token_hash": token_hash(token), "now": now})


def end(token: str, *, now: datetime) -> None:
    """Sign out. Doing it twice is the same as once."""
    transactions.begin_writing()
    found = find(token, now=now)
    if found is not None:
        found.ended_at = now
    transactions.commit()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
