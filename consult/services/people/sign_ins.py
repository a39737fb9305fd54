"""Sign in and out. A sign-in is a row, so that its end holds for every process at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from consult.domain.people.sign_ins import SignInWay
from consult.models import Departure, Person, SignIn, db
from consult.services.core.transactions import atomic

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


@atomic
def begin(person: Person, way: SignInWay, *, now: datetime) -> str:
    """Sign a person in to one browser. Return the token for its cookie; only a hash is kept."""
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
    return token


def find(token: str, *, now: datetime) -> SignIn | None:
    """Return the sign-in of a cookie's token, unless it has ended or expired or its person has left the roll."""
    return db.session.scalar(_FIND, {"token_hash": token_hash(token), "now": now})


@atomic
def end(token: str, *, now: datetime) -> None:
    """Sign out; twice is the same as once."""
    found = find(token, now=now)
    if found is not None:
        found.ended_at = now


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
