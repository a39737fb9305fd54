"""Raising a matter in three small steps: what it is, where and whom it concerns, a last look. Kept after each step."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.talk import consultations as rules
from consult.domain.talk.consultations import PLACE_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Draft
from consult.domain.talk.phases import Phase
from consult.domain.text_fields import line, long_text
from consult.models import Consultation, ProposalDraft
from consult.models.people import roll_queries
from consult.services.talk import consultations, drafts
from consult.web import pages
from consult.web.access import act, held_roles, members_only, person, village
from consult.web.forms import key_from, unsaid
from consult.web.uploads import name_of, one_picture, token_of
from consult.web.words import code_words

bp = Blueprint("drafts", __name__)
PAGES = {"words": "talk/drafts/words.html", "place": "talk/drafts/place.html", "review": "talk/drafts/review.html"}


@bp.get("/<slug>/consultations/drafts/")
@members_only
def index() -> Response:
    """List the reader's drafts, with a form to begin another."""
    return pages.page("talk/drafts/index.html", drafts=drafts.drafts_of(person()), key=secrets.token_urlsafe(18))


@bp.post("/<slug>/consultations/drafts/")
@members_only
def create() -> Response:
    draft = drafts.begin(act(key_from(request.form.to_dict())))
    return pages.done(url_for(".show", draft_id=draft.id, step="words"))


@bp.get("/<slug>/consultations/drafts/<int:draft_id>/<any(words, place, review):step>", endpoint="show")
@members_only
def show_drafts(draft_id: int, step: str) -> Response:
    return _page(_find_draft(draft_id), step, {}, {})


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/words")
@members_only
def keep_words(draft_id: int) -> Response:
    mistakes: dict[str, FormError] = {}
    form = request.form.to_dict()
    fields = {
        "title": line(form, "title", TITLE_LENGTH, mistakes),
        "summary": long_text(form, "summary", SUMMARY_LENGTH, mistakes),
    }
    return _on(_kept(draft_id, fields), "words", "place", fields, mistakes)


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/place")
@members_only
def keep_place(draft_id: int) -> Response:
    mistakes: dict[str, FormError] = {}
    form = request.form.to_dict()
    place = line(form, "place", PLACE_LENGTH, mistakes, may_be_empty=True)
    picture, wrong = one_picture(form)
    offered = {str(g.id) for g in roll_queries.groups_of(village().id)}
    fields = {
        "place": place,
        "groups": [one for one in request.form.getlist("group") if one in offered],
        "kept": name_of(form.get("kept", "")),
        "description": form.get("description", ""),
        "picture": list(picture) if picture else None,
    }
    mistakes |= wrong | unsaid(form, "place", "description")
    return _on(_kept(draft_id, fields), "place", "review", fields, mistakes)


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/publication")
@members_only
def publish(draft_id: int) -> Response:
    """Open the consultation. A second tap finds the one the first opened."""
    key = request.form.get("key", "")
    draft = drafts.find(person(), draft_id)
    if draft is None or key not in ("", draft.request_key):
        return _to_opened(consultations.opened_from(key, person()))
    fields = draft.fields
    words, mistakes = rules.read_draft_form({name: str(fields.get(name, "")) for name in ("title", "summary", "place")})
    if words is None:
        return _page(draft, "words", {}, code_words.mistakes(mistakes), status=422)
    return _to_opened(_open(draft, words))


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/removal")
@members_only
def remove(draft_id: int) -> Response:
    drafts.discard(draft_id, act())
    return pages.done(url_for(".index"))


def _open(draft: ProposalDraft, words: Draft) -> Consultation | None:
    fields = draft.fields
    officer = roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS)
    picture = fields.get("picture")
    return consultations.open_from_draft(
        draft,
        words,
        [(picture[0], picture[1])] if picture else [],
        act(),
        group_ids=[int(one) for one in fields.get("groups", [])],
        phase=Phase.DISCUSS if officer else Phase.RAISE,
    )


def _to_opened(opened: Consultation | None) -> Response:
    if opened is None:
        abort(404)
    return pages.done(url_for("consultations.show", consultation_id=opened.id))


def _find_draft(draft_id: int) -> ProposalDraft:
    draft = drafts.find(person(), draft_id)
    if draft is None:
        abort(404)
    return draft


IN_WORDS = ("title", "summary", "place", "description")
"""The fields of both steps that a browser sends empty too."""


def _kept(draft_id: int, fields: Mapping[str, object]) -> ProposalDraft:
    said = {name: value for name, value in fields.items() if name not in unsaid(request.form, *IN_WORDS)}
    draft = drafts.keep(draft_id, said, act())
    if draft is None:
        abort(404)
    return draft


def _on(
    draft: ProposalDraft, here: str, there: str, fields: Mapping[str, object], mistakes: dict[str, FormError]
) -> Response:
    """Go on to the next step, or answer with this one and what was typed."""
    if mistakes:
        return _page(draft, here, fields, code_words.mistakes(mistakes), status=422)
    return pages.done(url_for(".show", draft_id=draft.id, step=there))


def _page(
    draft: ProposalDraft, step: str, fields: Mapping[str, object], mistakes: dict[str, str], status: int = 200
) -> Response:
    values = {**draft.fields, **fields}
    values["kept"] = token_of(str(values.get("kept", "")), form="drafts.keep_place")
    groups = [(g.id, g.name) for g in roll_queries.groups_of(village().id)]
    return pages.page(
        PAGES[step],
        status,
        draft=draft,
        values=values,
        mistakes=mistakes,
        group_choices=groups,
        chosen_groups=values.get("groups", []),
    )
