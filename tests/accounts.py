"""Officers who stand on no roll, in the villages of the cast."""

from datetime import date

from sqlalchemy import text

from consult import clock
from consult.domain.people.office_terms import OfficeSource, Origin, Term
from consult.domain.people.roles import Role
from consult.models import Person, RoleGrant, Village, db
from consult.services.core.acts import Act
from consult.services.people import rights
from consult.services.people.accounts import outside_officers
from consult.services.people.accounts.outside_officers import OutsideOfficer
from tests.village import Cast

MAI = OutsideOfficer("麦少芬", "三坑镇党政办", "13900000077")
JUSTICE = OutsideOfficer("何静雯", "三坑镇司法所", "13900000078")
TERM = Term(date(2026, 1, 1), origin=Origin(OfficeSource.APPOINTED, date(2025, 12, 20), "三坑镇政府三府〔2025〕8号"))


def asked(cast: Cast, who: OutsideOfficer = MAI, role: Role = Role.CLERK, *, key: str = "") -> int:
    """Old Chan, committee member, asks for an office of somebody off the roll. Returns the id of the change."""
    change = outside_officers.ask(who, role, TERM, Role.COMMITTEE_MEMBER, cast.old_chan.act(key=key))
    assert change is not None
    return change.id


def outside(cast: Cast, who: OutsideOfficer = MAI, role: Role = Role.CLERK) -> int:
    """By two, in the village of the cast. Returns the id of the person there."""
    change_id = asked(cast, who, role)
    rights.confirm(change_id, Role.SUPERVISOR, cast.uncle_ho.act())
    return person_here(cast.id, who).id


def outside_there(who: OutsideOfficer = MAI, role: Role = Role.CLERK) -> int:
    """By the operator, in the other village, which has not begun. Returns the id of the person there."""
    village = db.session.query(Village).filter_by(slug="daling").one()
    outside_officers.grant(who, role, TERM, Act.by_system(village.id, now=clock.now()))
    return person_here(village.id, who).id


def person_here(village_id: int, who: OutsideOfficer) -> Person:
    """The row of somebody off the roll in a village."""
    return db.session.query(Person).filter_by(village_id=village_id, name=who.name).one()


def force_role(cast: Cast, person_id: int, role: Role) -> None:
    """Give an office that takes the roll, as somebody with the database and bad intent would. On SQLite."""
    db.session.execute(text("DROP TRIGGER IF EXISTS role_grant_on_roll"))
    now = clock.now()
    row = {"village_id": cast.id, "person_id": person_id, "role": role, "since": date(2026, 1, 1), "granted_at": now}
    db.session.add(RoleGrant(**row))
    db.session.commit()
