"""Sign in and out. A sign-in is a row, so that its end holds for every process at once."""

import hashlib
import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import joinedload

from consult.domain.people import sign_ins as rules
from consult.domain.people.sign_ins import Device, SignInWay
from consult.models import Departure, Group, Household, Person, RoleGrant, SignIn, Village, db
from consult.services.core import group_commit, transactions
from consult.services.core.transactions import atomic
from consult.services.people.accounts import accounts
from consult.services.people.villages import Grant, local_day

log = logging.getLogger("consult")
_VALID = and_(
    or_(
        SignIn.token_hash == bindparam("token_hash"),
        and_(SignIn.earlier_hash == bindparam("token_hash"), SignIn.renewed_at > bindparam("renewed_after")),
    ),
    SignIn.ended_at.is_(None),
    SignIn.expires_at > bindparam("now"),
    ~select(Departure.person_id).where(Departure.person_id == SignIn.person_id).correlate(SignIn).exists(),
)
_PERSON = joinedload(SignIn.person).joinedload(Person.household)
_FIND = select(SignIn).where(_VALID).options(_PERSON)
_VISIT = (
    select(Village, SignIn, RoleGrant.role, RoleGrant.since, RoleGrant.until, RoleGrant.ended_at, RoleGrant.granted_at)
    .select_from(Village)
    .outerjoin(SignIn, _VALID)
    .outerjoin(RoleGrant, RoleGrant.person_id == SignIn.person_id)
    .where(Village.slug == bindparam("slug"))
    .options(_PERSON)
)


class Visit(NamedTuple):
    """The village of a request and the person signed in, with all offices they ever held."""

    village: Village
    sign_in: SignIn | None
    """Perhaps that of somebody of another village."""
    grants: list[Grant]


@dataclass(frozen=True)
class Phone:
    """The browser that a sign-in is in, as far as it is known."""

    device: Device = Device.OTHER
    shared: bool = False
    """Several people use it."""


@atomic
def begin(
    person: Person,
    way: SignInWay,
    *,
    now: datetime,
    phone: Phone | None = None,
    second_at: datetime | None = None,
    proven_at: datetime | None = None,
    token: str = "",
) -> str:
    """Sign a person in to one browser. Return the token for its cookie; only a hash is kept.

    `proven_at`: when they proved who they are, where that was before now. `token`: one that the form makes, the same where
    it is sent again; what it opened a moment ago is not opened twice. Another one is drawn where that has ended.
    """
    phone, before = phone or Phone(), _with_token(token) if token else None
    if before is not None and before.person_id == person.id and before.way is way and _may_be_taken_up(before, now):
        return token
    token = secrets.token_urlsafe(32) if before is not None or not token else token
    longest = rules.term_of((), way=way, shared=phone.shared).whole
    db.session.add(
        SignIn(
            village_id=person.village_id,
            person_id=person.id,
            token_hash=token_hash(token),
            way=way,
            started_at=now,
            expires_at=now + longest,
            device=phone.device.value,
            shared=phone.shared,
            used_on=local_day(db.session.get_one(Village, person.village_id), now),
            proven_at=proven_at or now,
            second_at=second_at,
            renewed_at=now,
        )
    )
    return token


def _with_token(token: str) -> SignIn | None:
    return db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))


def _may_be_taken_up(before: SignIn, now: datetime) -> bool:
    return before.ended_at is None and before.expires_at > now and now - before.started_at < rules.SENT_AGAIN


def was_opened(token: str, person_id: int, *, now: datetime) -> bool:
    """Tell whether a form opened a sign-in of a person a moment ago, by the token that it makes, which has not ended."""
    before = _with_token(token)
    return before is not None and before.person_id == person_id and _may_be_taken_up(before, now)


def one_has_ended(person_ids: Iterable[int], proven_at: datetime) -> bool:
    """Tell whether a sign-in that one proof opened was ended since."""
    theirs = (SignIn.person_id.in_(list(person_ids)), SignIn.proven_at == proven_at, SignIn.ended_at.is_not(None))
    return bool(db.session.scalar(select(select(SignIn.id).where(*theirs).exists())))


def find(token: str, *, now: datetime) -> SignIn | None:
    """Return the sign-in of a cookie's token, unless it has ended or expired or its person has left the roll."""
    return db.session.scalar(_FIND, _asked(token, now))


def visit(slug: str, token: str, *, now: datetime) -> Visit | None:
    """Look up a village and what `find` finds, in one statement. None where there is no such village."""
    rows = db.session.execute(_VISIT, {"slug": slug, **_asked(token, now)}).all()
    if not rows:
        return None
    grants = [Grant(*grant) for _, _, *grant in rows if grant[0] is not None]
    return Visit(rows[0][0], rows[0][1], grants)


def _asked(token: str, now: datetime) -> dict[str, object]:
    return {"token_hash": token_hash(token), "now": now, "renewed_after": now - rules.BOTH_TOKENS}


@atomic
def renew(sign_in: SignIn, *, now: datetime, proven: bool = False, second: bool = False) -> str:
    """Exchange the token for a new one, after a proof or a change of offices, and return it.

    The old one opens nothing after a moment, in which a second tap may still be on its way.
    """
    transactions.lock(sign_in)
    token = secrets.token_urlsafe(32)
    sign_in.earlier_hash, sign_in.token_hash, sign_in.renewed_at = sign_in.token_hash, token_hash(token), now
    if proven:
        sign_in.proven_at = now
    if second:
        sign_in.second_at = now
    return token


@atomic
def share(sign_in: SignIn, *, shared: bool, now: datetime) -> None:
    """Note whether several people use the phone of a sign-in, which then ends as on such a phone."""
    transactions.lock(sign_in)
    sign_in.shared = shared
    if shared:
        sign_in.expires_at = min(sign_in.expires_at, now + rules.ON_SHARED_PHONES.whole)


def note_use(sign_in: SignIn, day: date) -> None:
    """Note the day of the last use, once a day, for the person's own list.

    Written by the one thread that writes, since a page that is read takes no lock itself. A page is shown also where it
    could not be noted.
    """
    sign_in_id = sign_in.id
    try:
        group_commit.note(lambda: db.session.execute(_USED, {"sign_in_id": sign_in_id, "day": day}))
    except Exception:
        log.exception("the day of a sign-in's use could not be noted")


_USED = update(SignIn).where(SignIn.id == bindparam("sign_in_id")).values(used_on=bindparam("day"))


@atomic
def end(token: str, *, now: datetime) -> None:
    """Sign out; twice is the same as once."""
    found = find(token, now=now)
    if found is not None:
        found.ended_at = now


def of_person(person: Person, *, now: datetime) -> tuple[Sequence[SignIn], Group | None]:
    """Return what a person's own page shows, in one statement: their sign-ins that have not ended, the newest first,
    and their group, None off the roll. Sign-ins unused for longer than any term are left out."""
    last_day = local_day(db.session.get_one(Village, person.village_id), now - rules.OF_VILLAGERS.idle)
    query = select(SignIn, Group).select_from(SignIn).outerjoin(Household, Household.id == person.household_id)
    query = query.outerjoin(Group, Group.id == Household.group_id)
    query = query.where(
        SignIn.person_id.in_(accounts.ids_of(person)),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
        (SignIn.used_on.is_(None)) | (SignIn.used_on >= last_day),
    )
    rows = db.session.execute(query.order_by(SignIn.started_at.desc(), SignIn.id.desc())).all()
    home = person.household.group if person.household is not None else None
    return [row[0] for row in rows], rows[0][1] if rows else home


@atomic
def end_own(person: Person, sign_in_id: int, *, now: datetime) -> None:
    """End one sign-in of a person; another person's is left as it is, and twice is the same as once."""
    mine = (SignIn.id == sign_in_id, SignIn.person_id.in_(accounts.ids_of(person)), SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*mine).values(ended_at=now))


@atomic
def end_others(person: Person, kept_id: int, *, now: datetime) -> None:
    """End all sign-ins of a person but one."""
    mine = (SignIn.person_id.in_(accounts.ids_of(person)), SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*mine, SignIn.id != kept_id).values(ended_at=now))


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
