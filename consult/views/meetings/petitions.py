"""Petitions to call a meeting: the list, opening one, signing it."""

import secrets

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.meetings import petitions as rules
from consult.domain.people import roles
from consult.models import Petition, db
from consult.models.board.hidden import in_force
from consult.services.meetings import petitions
from consult.web import pages
from consult.web.access import act, held_roles, members_only, now, person, person_or_none, public, village
from consult.web.forms import key_of_words
from consult.web.words import code_words, meeting_words

bp = Blueprint("petitions", __name__)


@bp.get("/<slug>/petitions/")
@public
def index() -> Response:
    return pages.page("meetings/petitions/index.html", petitions=petitions.listed(village().id))


@bp.get("/<slug>/petitions/new")
@members_only
def new() -> Response:
    return _form({"key": secrets.token_urlsafe(18), "kind": rules.PetitionKind.ASSEMBLY_BY_VILLAGERS.value}, {})


@bp.post("/<slug>/petitions/")
@members_only
def create() -> Response:
    form = request.form.to_dict()
    plan, mistakes = rules.read_petition_form(form)
    if plan is None:
        return _form(form, code_words.mistakes(mistakes), status=422)
    key = key_of_words(form, "kind", "title", "words")
    opened = petitions.open_petition(plan, act(key))
    return pages.done(url_for(".show", petition_id=opened.id))


@bp.get("/<slug>/petitions/<int:petition_id>", endpoint="show")
@public
def show_petition(petition_id: int) -> Response:
    petition, reader = _find_petition(petition_id), person_or_none()
    able = reader is not None and reader.id in petitions.signers(
        village(), petition.kind, now=now(), opened_at=petition.opened_at
    )
    return pages.page(
        "meetings/petitions/show.html",
        petition=petition,
        hidden=in_force(village().id, [f"petition:{petition.id}"]).get(f"petition:{petition.id}"),
        reads_hidden=roles.holds_any(held_roles(), roles.READS_HIDDEN),
        due=petitions.due_of(petition),
        signed=petitions.signed(petition_id),
        may_sign=able,
        has_signed=reader is not None and petitions.has_signed(petition_id, reader.id),
        rule=petitions.rule_of(petition),
        meeting_id=petitions.meeting_for(petition_id),
        may_call=roles.holds_any(held_roles(), roles.CALLS_MEETINGS),
    )


@bp.post("/<slug>/petitions/<int:petition_id>/signatures")
@members_only
def sign(petition_id: int) -> Response:
    petitions.sign(_find_petition(petition_id), act())
    return pages.done(url_for(".show", petition_id=petition_id))


def _find_petition(petition_id: int) -> Petition:
    petition = db.session.get(Petition, petition_id)
    if petition is None or petition.village_id != village().id:
        abort(404)
    return petition


def _form(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    mine = [kind for kind in rules.PetitionKind if person().id in petitions.signers(village(), kind, now=now())]
    kinds = [(kind.value, meeting_words.petition(kind)) for kind in mine]
    return pages.page("meetings/petitions/new.html", status, values=values, mistakes=mistakes, kinds=kinds)
