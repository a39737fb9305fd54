"""Standing behind a proposal, and the village's rule how many oblige the council."""

from flask import Blueprint, Response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.numbers import read_number
from consult.domain.people import roles
from consult.domain.talk import endorsements as rules
from consult.services.people import villages
from consult.services.talk import endorsements
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, held_roles, members_only, only, public, village
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
    here = village()
    return _page({"needed": str(here.endorsements_needed), "days": str(here.answer_days)}, {})


@bp.post("/<slug>/endorsement-rule")
@only(roles.Role.COMMITTEE_MEMBER, roles.Role.BRANCH_SECRETARY)
def set_rule() -> Response:
    form = request.form.to_dict()
    needed, days = _number(form, "needed"), _number(form, "days")
    wrong = {
        name: FormError.OUT_OF_BOUNDS
        for name, value, least, most in (
            ("needed", needed, rules.FEWEST, rules.MOST),
            ("days", days, rules.SHORTEST_DAYS, rules.LONGEST_DAYS),
        )
        if value is None or not least <= value <= most
    }
    if wrong or needed is None or days is None:
        return _page(form, code_words.mistakes(wrong), status=422)
    villages.set_endorsement_rule(village(), needed, days, act())
    return pages.done(url_for(".rule"))


def _number(form: dict[str, str], name: str) -> int | None:
    return read_number(form.get(name, ""), most=99_999)


def _page(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "talk/endorsements/rule.html",
        status,
        values=values,
        mistakes=mistakes,
        bounds=rules,
        may_set=bool(held_roles() & {roles.Role.COMMITTEE_MEMBER, roles.Role.BRANCH_SECRETARY}),
    )
