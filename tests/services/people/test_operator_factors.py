"""Second proofs by the operator: only where no two officers are left who could, told, logged, and for nobody who has theirs."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import DECIDES_FACTORS
from consult.domain.people.sign_ins import SignInWay
from consult.models import AuditEntry, Notification, RoleGrant, db
from consult.services.people import second_factors, sign_ins


@pytest.fixture
def command(app):
    return lambda *words: app.test_cli_runner().invoke(args=["factors", *words])


@pytest.fixture
def clerk(inside):
    """Ms Yip, with an app that she lost."""
    secret, act = second_factors.new_secret(), inside.ms_yip.act()
    second_factors.set_up_app(inside.ms_yip.row(), secret, pyotp.TOTP(secret).at(act.now), act)
    return inside.ms_yip


def alone(inside, *kept: Role) -> None:
    """All offices that decide end but these."""
    for one in db.session.scalars(select(RoleGrant).where(RoleGrant.village_id == inside.id)):
        if one.role in DECIDES_FACTORS and one.role not in kept:
            one.ended_at = clock.now()
    db.session.commit()


def recover(command, who):
    return command("recover", "rongxi", "--person", who.name, "--yes")


def tags() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.number)))


def test_while_two_officers_are_left_the_operator_ends_nothing(inside, clerk, command):
    assert recover(command, clerk).exit_code == 1
    assert second_factors.of_person(clerk.id)


def test_where_too_few_are_left_the_lost_proof_ends_its_holder_is_told_and_the_log_says_so(inside, clerk, command):
    alone(inside, Role.CLERK)
    token = sign_ins.begin(clerk.row(), SignInWay.CODE, now=clock.now())
    assert recover(command, clerk).exit_code == 0
    db.session.expire_all()
    assert not second_factors.of_person(clerk.id) and sign_ins.find(token, now=clock.now()) is None
    assert tags()[-2:] == [Tag.FACTOR_ENDED, Tag.FACTOR_CHANGE_CONFIRMED]
    kinds = [one.facts["kind"] for one in db.session.scalars(select(Notification).filter_by(person_id=clerk.id))]
    assert "factor_reset" in kinds


def test_those_who_lost_theirs_are_not_among_the_two_who_could(inside, clerk, command):
    names = db.session.scalars(
        select(RoleGrant).where(RoleGrant.village_id == inside.id, RoleGrant.role.in_(DECIDES_FACTORS))
    ).all()
    lost = sorted({one.person.name for one in names})
    result = command("recover", "rongxi", "--yes", *[part for name in lost for part in ("--person", name)])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("leapt", [timedelta(0), timedelta(days=9)], ids=["clock right", "clock leapt ahead"])
def test_who_gave_a_second_proof_within_a_day_is_not_recovered(inside, clerk, command, leapt):
    alone(inside, Role.CLERK)
    now = clock.now() - leapt
    sign_ins.begin(clerk.row(), SignInWay.CODE, now=clock.now(), second_at=now - timedelta(hours=2))
    inside.row().clock_trusted_at = now if leapt else None
    db.session.commit()
    assert recover(command, clerk).exit_code == 1
    assert second_factors.of_person(clerk.id)
