"""The bodies of a village: their rules with sources, and whether their phone votes are formal."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.law import bodies
from consult.domain.people.roles import Role
from consult.models import BodyStanding, db
from consult.services.law import rule_changes
from consult.services.polls import formal_basis
from consult.web import pages
from consult.web.access import act, held_roles, only, public, today, village

bp = Blueprint("standings", __name__)
SETTERS = (Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER)
SOURCE_LENGTH = 200


@bp.get("/<slug>/bodies")
@public
def index() -> Response:
    own = db.session.scalars(select(BodyStanding).where(BodyStanding.village_id == village().id))
    rows = rule_changes.bodies_in_force(village(), on=today())
    return pages.page(
        "polls/formal_basis/index.html",
        bodies=rows,
        own={s.body: s.source for s in own},
        may_set=bool(held_roles() & set(SETTERS)),
    )


@bp.post("/<slug>/bodies/<code>/standing")
@only(*SETTERS)
def change(code: str) -> Response:
    if code not in bodies.codes():
        abort(404)
    source = " ".join(request.form.get("source", "").split())[:SOURCE_LENGTH]
    formal_basis.set_formal(code, source, act())
    return pages.done(url_for(".index"))
