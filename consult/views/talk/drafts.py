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
from consult.models import ProposalDraft
from consult.models.talk import consultation_queries
from consult.services.talk import consultations, drafts
from consult.web import i18n, pages
from consult.web.access import held_roles, members_only, now, person, village
from consult.web.forms import key_from
from consult.web.uploads import one_picture
from consult.web.words import code_words

bp = Blueprint("drafts", __name__)
PAGES = {"words": "talk/drafts/words.html", "place": "talk/drafts/place.html", "review": "talk/drafts/review.html"}


@bp.get("/<slug>/consultations/drafts/")
@members_only
def index() -> Response:
    """What I have begun to write, and the way to begin."""
    return pages.page("talk/drafts/index.html", drafts=drafts.drafts_of(person()), key=secrets.token_urlsafe(18))


@bp.post("/<slug>/consultations/drafts/")
@members_only
def create() -> Response:
    draft = drafts.begin(person(), key=key_from(request.form.to_dict()), now=now())
    return pages.done(url_for(".show", draft_id=draft.id, step="words"))


@bp.get("/<slug>/consultations/drafts/<int:draft_id>/<any(words, place, review):step>", endpoint="show")
@members_only
def show_drafts(draft_id: int, step: str) -> Response:
    return _page(_found(draft_id), step, {}, {})


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/words")
@members_only
def keep_words(draft_id: int) -> Response:
    draft, mistakes = _found(draft_id), dict[str, FormError]()
    form = request.form.to_dict()
    fields = {
        "title": line(form, "title", TITLE_LENGTH, mistakes),
        "summary": long_text(form, "summary", SUMMARY_LENGTH, mistakes),
    }
    drafts.keep(draft, fields, now=now())
    return _on(draft, "words", "place", fields, mistakes)


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/place")
@members_only
def keep_place(draft_id: int) -> Response:
    draft, mistakes = _found(draft_id), dict[str, FormError]()
    form = request.form.to_dict()
    place = line(form, "place", PLACE_LENGTH, mistakes, may_be_empty=True)
    picture, wrong = one_picture(form)
    offered = {str(g.id) for g in consultation_queries.groups_of(village().id)}
    fields = {
        "place": place,
        "groups": [one for one in request.form.getlist("group") if one in offered],
        "kept": form.get("kept", ""),
        "description": form.get("description", ""),
        "picture": list(picture) if picture else None,
    }
    drafts.keep(draft, fields, now=now())
    return _on(draft, "place", "review", fields, mistakes | wrong)


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/publication")
@members_only
def publish(draft_id: int) -> Response:
    """Put it up. A second tap finds the consultation the first one opened."""
    draft = drafts.find(person(), draft_id)
    if draft is None:
        return _opened_before(draft_id)
    fields = draft.fields
    words, mistakes = rules.read_draft_form({name: str(fields.get(name, "")) for name in ("title", "summary", "place")})
    if words is None:
        return _page(draft, "words", {}, code_words.mistakes(mistakes), status=422)
    opened = _open(draft, words)
    return pages.done(url_for("consultations.show", consultation_id=opened))


@bp.post("/<slug>/consultations/drafts/<int:draft_id>/removal")
@members_only
def remove(draft_id: int) -> Response:
    draft = drafts.find(person(), draft_id)
    if draft is not None:
        drafts.discard(draft)
    return pages.done(url_for(".index"))


def _open(draft: ProposalDraft, words: Draft) -> int:
    fields = draft.fields
    officer = roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS)
    picture = fields.get("picture")
    opened = consultations.open_from_draft(
        draft,
        words,
        [(picture[0], picture[1])] if picture else [],
        person(),
        group_ids=[int(one) for one in fields.get("groups", [])],
        language=i18n.tag(),
        now=now(),
        phase=Phase.DISCUSS if officer else Phase.RAISE,
    )
    return opened.id


def _opened_before(draft_id: int) -> Response:
    opened = consultations.opened_from(draft_id, person())
    if opened is None:
        abort(404)
    return pages.done(url_for("consultations.show", consultation_id=opened.id))


def _found(draft_id: int) -> ProposalDraft:
    draft = drafts.find(person(), draft_id)
    if draft is None:
        abort(404)
    return draft


def _on(
    draft: ProposalDraft, here: str, there: str, fields: Mapping[str, object], mistakes: dict[str, FormError]
) -> Response:
    """To the next step, or back to this one with what was typed. Nothing is lost either way."""
    if mistakes:
        return _page(draft, here, fields, code_words.mistakes(mistakes), status=422)
    return pages.done(url_for(".show", draft_id=draft.id, step=there))


def _page(
    draft: ProposalDraft, step: str, fields: Mapping[str, object], mistakes: dict[str, str], status: int = 200
) -> Response:
    values = {**draft.fields, **fields}
    groups = [(g.id, g.name) for g in consultation_queries.groups_of(village().id)]
    return pages.page(
        PAGES[step],
        status,
        draft=draft,
        values=values,
        mistakes=mistakes,
        group_choices=groups,
        chosen_groups=values.get("groups", []),
    )
