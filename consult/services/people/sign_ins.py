"""Signing in and out. A sign-in is a row: its end holds for every process at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from consult.models import Departure, Person, RoleGrant, SignIn, Village, db
from consult.services.core.transactions import atomic
from consult.services.people.villages import Grant

LIFETIME = timedelta(days=30)
_VALID = and_(
    SignIn.token_hash == bindparam("token_hash"),
    SignIn.ended_at.is_(None),
    SignIn.expires_at > bindparam("now"),
    ~select(Departure.person_id).where(Departure.person_id == SignIn.person_id).correlate(SignIn).exists(),
)
_PERSON = joinedload(SignIn.person).joinedload(Person.household)
_FIND = select(SignIn).where(_VALID).options(_PERSON)
_VISIT = (
    select(Village, SignIn, RoleGrant.role, RoleGrant.since, RoleGrant.until, RoleGrant.ended_at)
    .select_from(Village)
    .outerjoin(SignIn, _VALID)
    .outerjoin(RoleGrant, RoleGrant.person_id == SignIn.person_id)
    .where(Village.slug == bindparam("slug"))
    .options(_PERSON)
)


class Visit(NamedTuple):
    """What most requests need to know first: the village, and who is signed in, with all offices they ever held."""

    village: Village
    sign_in: SignIn | None
    """Perhaps that of somebody of another village."""
    grants: list[Grant]


@atomic
def begin(person: Person, way: str, *, now: datetime) -> str:
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


def visit(slug: str, token: str, *, now: datetime) -> Visit | None:
    """Look up a village and what `find` finds, in one statement. None where there is no such village."""
    rows = db.session.execute(_VISIT, {"slug": slug, "token_hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    grants = [Grant(*grant) for _, _, *grant in rows if grant[0] is not None]
    return Visit(rows[0][0], rows[0][1], grants)


@atomic
def end(token: str, *, now: datetime) -> None:
    """Sign out; twice is the same as once."""
    found = find(token, now=now)
    if found is not None:
        found.ended_at = now


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
