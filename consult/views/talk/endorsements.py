"""Standing behind a proposal, and the village's rule how many oblige the council."""

import secrets
from dataclasses import asdict

from flask import Blueprint, Response, request, url_for

from consult.domain.people import roles
from consult.domain.talk import endorsements as rules
from consult.domain.talk.council_requests import CouncilAct
from consult.models import CouncilRequest
from consult.services.people import villages
from consult.services.talk import endorsements
from consult.services.talk.council import council_requests
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, acting_office, held_roles, members_only, only, public, village
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("endorsements", __name__)


@bp.post("/<slug>/consultations/<int:consultation_id>/endorsement")
@members_only
def create(consultation_id: int) -> Response:
    endorsements.endorse(consultation_pages.find_consultation(consultation_id), act())
    return pages.done(url_for("consultations.show", consultation_id=consultation_id))


@bp.post("/<slug>/consultations/<int:consultation_id>/endorsement/removal")
@members_only
def take_back(consultation_id: int) -> Response:
    endorsements.take_back(consultation_pages.find_consultation(consultation_id), act())
    return pages.done(url_for("consultations.show", consultation_id=consultation_id))


@bp.get("/<slug>/endorsement-rule")
@public
def rule() -> Response:
    held = {name: str(value) for name, value in asdict(villages.answer_rule(village())).items()}
    return _page(held, {})


@bp.post("/<slug>/endorsement-rule")
@only(*sorted(roles.SETS_ANSWER_RULE))
def set_rule() -> Response:
    form = request.form.to_dict()
    wanted, source, wrong = rules.read_answer_rule(form)
    if wanted is None:
        return _page(form, code_words.mistakes(wrong), status=422)
    office = acting_office(roles.SETS_ANSWER_RULE)
    endorsements.ask_rule(village(), wanted, act(key_from(form)), source=source, office=office)
    return pages.done(url_for(".rule"))


def _page(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "talk/endorsements/rule.html",
        status,
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
        bounds=rules.BOUNDS,
        most_source=rules.SOURCE_LENGTH,
        in_force=villages.answer_rule(village()),
        settled=council_requests.settled_rule(village().id),
        waiting=council_requests.waiting(village().id, CouncilRequest.kind == CouncilAct.ENDORSEMENT_RULE),
        may_set=bool(held_roles() & roles.SETS_ANSWER_RULE),
    )
