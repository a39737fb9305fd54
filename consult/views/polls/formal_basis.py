"""The bodies of a village: their rules with sources, and whether their phone votes are formal, which two persons decide."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.law import bodies
from consult.domain.people.roles import CONFIRMS_BASIS, SETS_BASIS
from consult.domain.text_fields import line
from consult.models import BodyStanding, StandingChange, db
from consult.models.people import person_queries
from consult.services.law import rule_changes
from consult.services.polls import formal_basis
from consult.web import pages
from consult.web.access import act, acting_office, held_roles, only, person_or_none, public, today, village
from consult.web.words import code_words

bp = Blueprint("standings", __name__)
SOURCE_LENGTH = 200


@bp.get("/<slug>/bodies")
@public
def index() -> Response:
    return _bodies({}, {})


def _bodies(typed: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    """Show the bodies. `typed`: the source that was not taken, by the body whose form it stands in."""
    own = db.session.scalars(select(BodyStanding).where(BodyStanding.village_id == village().id))
    rows = rule_changes.bodies_in_force(village(), on=today())
    decides, me = bool(held_roles() & CONFIRMS_BASIS), person_or_none()
    waiting = formal_basis.waiting(village().id) if decides else ()
    return pages.page(
        "polls/formal_basis/index.html",
        status,
        bodies=rows,
        own={s.body: s.source for s in own},
        may_set=bool(held_roles() & SETS_BASIS),
        waiting={one.body: one for one in waiting},
        names=person_queries.names([one.asked_by for one in waiting]),
        me=me.id if me is not None else 0,
        source_length=SOURCE_LENGTH,
        typed=typed,
        mistakes=mistakes,
    )


@bp.post("/<slug>/bodies/<code>/standing")
@only(*sorted(SETS_BASIS))
def change(code: str) -> Response:
    """Ask for another source, as the first of two persons."""
    if code not in bodies.codes():
        abort(404)
    mistakes: dict[str, FormError] = {}
    source = line(request.form, "source", SOURCE_LENGTH, mistakes, may_be_empty=True)
    if mistakes:
        return _bodies({code: source}, code_words.mistakes(mistakes), 422)
    formal_basis.ask(code, source, acting_office(SETS_BASIS), act())
    return pages.done(url_for(".index", _anchor=code))


@bp.post("/<slug>/bodies/standings/<int:change_id>/confirmation")
@only(*sorted(CONFIRMS_BASIS))
def confirm(change_id: int) -> Response:
    asked = _find(change_id)
    formal_basis.confirm(asked.id, acting_office(CONFIRMS_BASIS, other_than=asked.asked_office), act())
    return pages.done(url_for(".index", _anchor=asked.body))


@bp.post("/<slug>/bodies/standings/<int:change_id>/refusal")
@only(*sorted(CONFIRMS_BASIS))
def drop(change_id: int) -> Response:
    asked = _find(change_id)
    formal_basis.drop(asked.id, acting_office(CONFIRMS_BASIS), act())
    return pages.done(url_for(".index", _anchor=asked.body))


def _find(change_id: int) -> StandingChange:
    query = select(StandingChange).where(StandingChange.id == change_id, StandingChange.village_id == village().id)
    found = db.session.scalar(query)
    if found is None:
        abort(404)
    return found
