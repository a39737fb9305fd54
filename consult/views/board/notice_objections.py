"""Objections to a notice while it is posted, their answers, and photos of the board."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.text_fields import long_text
from consult.models import Notice, Objection, db
from consult.services.board import notice_objections
from consult.services.talk.council import objection_answers
from consult.views.board import notices
from consult.web import pages
from consult.web.access import act, acting_office, members_only, now, only, public
from consult.web.forms import key_from
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("postings", __name__)
WORDS_LENGTH = 500


@bp.post("/<slug>/notices/<int:notice_id>/objections")
@members_only
def object_to(notice_id: int) -> Response:
    notice, form = notices.find_notice(notice_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", WORDS_LENGTH, mistakes)
    if mistakes:
        notice_objections.refuse_after_posting(notice, now())
        return notices.page(notice, form, code_words.mistakes(mistakes), status=422)
    notice_objections.object_to(notice, text, act(key_from(form)))
    return _again(notice_id)


@bp.post("/<slug>/notices/<int:notice_id>/objections/<int:objection_id>/answer")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def answer(notice_id: int, objection_id: int) -> Response:
    notice, form = notices.find_notice(notice_id), request.form.to_dict()
    objection = db.session.get(Objection, objection_id)
    if objection is None or objection.notice_id != notice.id:
        abort(404)
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "answer", WORDS_LENGTH, mistakes)
    if mistakes:
        form |= {"objection": str(objection_id)}
        return notices.page(notice, form, code_words.mistakes(mistakes), status=422)
    office = acting_office(roles.ANSWERS_PROPOSALS)
    objection_answers.propose(objection, text, act(key_from(form)), office=office)
    return _again(notice_id)


@bp.post("/<slug>/notices/<int:notice_id>/photos")
@only(*sorted(roles.RUNS_MEETINGS))
def photograph(notice_id: int) -> Response:
    """Store a photo of the board with the notice on it."""
    notice, form = notices.find_notice(notice_id), request.form.to_dict()
    photo, wrong = photo_of_paper(form)
    if not photo:
        return notices.page(
            notice, form, code_words.mistakes({"picture": wrong or FormError.PICTURE_MISSING}), status=422
        )
    notice_objections.photograph(notice, photo, act(key_from(form)))
    return _again(notice_id)


@bp.get("/<slug>/notices/<int:notice_id>/photos/<int:photo_id>.jpg")
@public
def photo(notice_id: int, photo_id: int) -> Response:
    notice: Notice = notices.find_notice(notice_id)
    kept = [one for one in notice_objections.photos(notice.id) if one.id == photo_id]
    if not kept:
        abort(404)
    return pages.photo(kept[0].file_name, keep_seconds=86400)


def _again(notice_id: int) -> Response:
    return pages.done(url_for("notices.show", notice_id=notice_id, _anchor="objections"))
