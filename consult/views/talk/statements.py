"""Common ground: one statement at a time with big buttons, and what most people in every opinion group agree on."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.talk import common_ground as rules
from consult.domain.talk import phases
from consult.domain.talk.common_ground import STATEMENT_LENGTH, Finding, Position
from consult.domain.talk.phases import PhaseAct
from consult.domain.text_fields import line
from consult.models import Consultation, Statement, db
from consult.models.talk import statement_queries
from consult.services.talk import common_ground
from consult.views.talk import consultation_pages
from consult.web import fragments, pages
from consult.web.access import act, members_only, person, public, village, villager_or_none
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("statements", __name__)
POSITIONS = {"agree": Position.AGREE, "disagree": Position.DISAGREE, "pass": Position.PASS}
MOST_SHOWN = 20


@bp.get("/<slug>/consultations/<int:consultation_id>/statements", endpoint="show")
@members_only
def show_statement(consultation_id: int) -> Response:
    return _page(consultation_pages.find_consultation(consultation_id), {"key": secrets.token_urlsafe(18)}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/statements")
@members_only
def create(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    text = line(form, "text", STATEMENT_LENGTH, mistakes)
    if mistakes:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    common_ground.write_statement(consultation, text, act(key_from(form)))
    return pages.done(url_for(".show", consultation_id=consultation_id, put_up=1))


@bp.post("/<slug>/statements/<int:statement_id>/reaction")
@members_only
def react(statement_id: int) -> Response:
    query = select(Statement).where(Statement.id == statement_id, Statement.village_id == village().id)
    statement = db.session.scalar(query)
    position = POSITIONS.get(request.form.get("position", ""))
    if statement is None:
        abort(404)
    if position is None:
        abort(400)
    common_ground.react(statement, position, act())
    if fragments.wanted():
        return pages.page(
            "talk/statements/_next.html", **_next(consultation_pages.find_consultation(statement.consultation_id))
        )
    return pages.done(url_for(".show", consultation_id=statement.consultation_id))


@bp.get("/<slug>/consultations/<int:consultation_id>/common-ground")
@public
def common_ground_page(consultation_id: int) -> Response:
    """Show the last finding: sizes and tenths, no person."""
    consultation = consultation_pages.find_consultation(consultation_id)
    computed = statement_queries.computed(consultation_id)
    finding = Finding.from_facts(computed.facts) if computed else None
    texts = {s.id: s for s in statement_queries.shown(consultation_id)}
    agreed = [s for s in rules.common(finding) if s in texts] if finding else []
    divided = [s for s in rules.dividing(finding) if s in texts] if finding else []
    return pages.page(
        "talk/statements/common_ground.html",
        consultation=consultation,
        proposal=consultation.proposal,
        computed=computed,
        finding=finding,
        texts=texts,
        agreed=agreed[:MOST_SHOWN],
        divided=divided[:MOST_SHOWN],
        least=rules.LEAST_GROUP,
        least_reactions=rules.LEAST_REACTIONS,
        may_react=_may_react(consultation),
    )


def _may_react(consultation: Consultation) -> bool:
    going = consultation_pages.goes_on(consultation)
    return villager_or_none() is not None and going and phases.opens(consultation.phase, PhaseAct.REACT)


def _next(consultation: Consultation) -> dict[str, Any]:
    reacted, all_ = statement_queries.progress(consultation.id, person().id)
    may_react = _may_react(consultation)
    statement = statement_queries.next_for(consultation.id, person().id) if may_react else None
    return {
        "consultation": consultation,
        "statement": statement,
        "reacted": reacted,
        "all": all_,
        "may_react": may_react,
    }


def _page(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "talk/statements/show.html",
        status,
        values=values,
        mistakes=mistakes,
        most=STATEMENT_LENGTH,
        put_up=request.args.get("put_up") == "1",
        **_next(consultation),
    )
