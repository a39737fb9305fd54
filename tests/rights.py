"""Changes of rights by two of the cast: one asks, another of another office confirms."""

from datetime import date, datetime
from typing import Any

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.models import RoleGrant, db
from consult.services.people import rights
from consult.services.people.rights import WantedRight
from tests.village import Cast, Who

SINCE = date(2026, 1, 1)


def pair(cast: Cast, concerned: int) -> tuple[Who, str, Who, str]:
    """Two officers of different offices, neither of whom it concerns: who asks, who confirms."""
    officers = [(cast.ms_yip, "clerk"), (cast.uncle_ho, "supervisor"), (cast.old_chan, "committee_member")]
    (one, first), (two, second) = [(who, office) for who, office in officers if who.id != concerned][:2]
    return one, first, two, second


def ask(cast: Cast, *, now: datetime | None = None, key: str = "", **wanted: Any) -> int:
    """One officer asks. Returns the id of the change."""
    one, office, _, _ = pair(cast, wanted["person_id"])
    change = rights.ask(WantedRight(**wanted), office, one.act(now=now, key=key))
    assert change is not None
    return change.id


def confirm(cast: Cast, change_id: int, concerned: int, *, now: datetime | None = None, at_desk: bool = False) -> None:
    """The other one confirms."""
    _, _, two, office = pair(cast, concerned)
    rights.confirm(change_id, office, two.act(now=now), at_desk=at_desk)


def by_two(cast: Cast, *, now: datetime | None = None, at_desk: bool = False, **wanted: Any) -> int:
    """Ask and confirm. Returns the id of the change."""
    change = ask(cast, now=now, **wanted)
    confirm(cast, change, wanted["person_id"], now=now or clock.now(), at_desk=at_desk)
    return change


def give(cast: Cast, who: Who, role: Role, term: Term | None = None, *, now: datetime | None = None) -> int:
    """Give an office by two. Returns the id of the grant."""
    kind = RightKind.OFFICE_GIVEN
    by_two(cast, kind=kind, person_id=who.id, role=role, term=term or Term(SINCE), now=now)
    rows = db.session.query(RoleGrant).filter_by(person_id=who.id, role=role).order_by(RoleGrant.id.desc())
    return rows[0].id


def end(cast: Cast, grant_id: int, *, now: datetime | None = None) -> None:
    """End an office by two."""
    held = db.session.get_one(RoleGrant, grant_id)
    by_two(cast, kind=RightKind.OFFICE_ENDED, person_id=held.person_id, role=held.role, grant_id=held.id, now=now)
