"""Consultations: the list, one with its proposal, and the form for a new one."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.talk import consultations as rules
from consult.domain.talk.phases import Phase
from consult.domain.text_fields import line
from consult.models import Comment, Picture, Progress, Proposal, db
from consult.models.talk import consultation_queries, moderation_queries
from consult.services.talk import consultations
from consult.views.talk import consultation_pages
from consult.views.talk.comment_pages import find_comment as comment_of
from consult.views.talk.comment_pages import may_read
from consult.web import forms as forms
from consult.web import pages, uploads
from consult.web.access import act, held_roles, members_only, only, person, public, village
from consult.web.numbers import ident
from consult.web.words import code_words

bp = Blueprint("consultations", __name__)
PAGE = 30


@bp.get("/<slug>/consultations/")
@public
def index() -> Response:
    before = request.args.get("before", type=ident)
    phase = request.args.get("phase", type=Phase)
    year = request.args.get("year", type=ident)
    found = consultation_queries.newest(village().id, most=PAGE, before=before, phase=phase, year=year)
    return pages.page(
        "talk/consultations/index.html",
        consultations=found,
        more=found[-1].id if len(found) == PAGE else None,
        phase=phase,
        year=year,
        phases=list(Phase),
        years=consultation_queries.years(village().id),
        may_write=roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS),
    )


@bp.get("/<slug>/consultations/<int:consultation_id>", endpoint="show")
@public
def show_consultation(consultation_id: int) -> Response:
    return consultation_pages.render_consultation(consultation_pages.find_consultation(consultation_id))


@bp.get("/<slug>/consultations/new")
@only(*sorted(roles.WRITES_CONSULTATIONS))
def new() -> Response:
    return forms.page(forms.fresh(), {})


@bp.post("/<slug>/consultations/")
@only(*sorted(roles.WRITES_CONSULTATIONS))
def create() -> Response:
    form = request.form.to_dict()
    draft, mistakes = rules.read_draft_form(form)
    shown, wrong_pictures = uploads.pictures_from_request()
    uploads.keep_pictures(form, shown)
    if draft is None or wrong_pictures:
        return forms.page(form, {**mistakes, **wrong_pictures}, status=422)
    opened = consultations.open_consultation(
        draft,
        shown,
        act(forms.key_from(form)),
        group_ids=forms.groups_from(request.form.getlist("group")),
    )
    return pages.done(url_for(".show", consultation_id=opened.id))


@bp.get("/<slug>/pictures/<int:picture_id>")
@public
def picture(picture_id: int) -> Response:
    query = (
        select(Picture.file_name, Comment.id, Picture.proposal_id, Progress.id)
        .outerjoin(Comment, Comment.picture_id == Picture.id)
        .outerjoin(Progress, Progress.picture_id == Picture.id)
        .where(Picture.id == picture_id, Picture.village_id == village().id)
    )
    name, comment_id, proposal_id, progress_id = db.session.execute(query).first() or ("", None, None, None)
    if comment_id is None and moderation_queries.is_picture_hidden(village().id, picture_id, proposal_id, progress_id):
        if not roles.holds_any(held_roles(), roles.READS_HIDDEN):
            abort(404)
        return pages.photo(name)
    comment = comment_of(comment_id) if comment_id is not None else None
    if comment is not None and not may_read(comment):
        abort(404)
    if comment is not None and comment.hidden_at is not None:
        return pages.photo(name)  # for the author and officers: not even their browser keeps it
    return pages.photo(name, keep_seconds=3600)


@bp.get("/<slug>/pictures/<int:picture_id>/description")
@members_only
def description_form(picture_id: int) -> Response:
    """Ask who put a picture up what it shows."""
    return _description_page(_own_picture(picture_id)[0], {}, {})


@bp.post("/<slug>/pictures/<int:picture_id>/description")
@members_only
def describe(picture_id: int) -> Response:
    """Write what a picture shows, for those who cannot see it."""
    found, address = _own_picture(picture_id)
    form, mistakes = request.form.to_dict(), dict[str, FormError]()
    words = line(form, "description", uploads.DESCRIPTION_LENGTH, mistakes)
    if mistakes:
        return _description_page(found, form, code_words.mistakes(mistakes), status=422)
    consultations.describe_picture(found, words, person().id, act())
    return pages.done(address)


def _own_picture(picture_id: int) -> tuple[Picture, str]:
    """Return a picture that the reader put up, and the address of the page it is on. 404 for another's."""
    query = (
        select(Picture, Comment, Progress, Proposal)
        .outerjoin(Comment, Comment.picture_id == Picture.id)
        .outerjoin(Progress, Progress.picture_id == Picture.id)
        .outerjoin(Proposal, Proposal.id == Picture.proposal_id)
        .where(Picture.id == picture_id, Picture.village_id == village().id)
    )
    found, comment, progress, proposal = db.session.execute(query).first() or (None, None, None, None)
    author = comment.person_id if comment else progress.noted_by if progress else proposal and proposal.proposed_by
    if found is None or author != person().id:
        abort(404)
    if comment is not None:
        return found, url_for(
            "comments.show", comment_id=comment.parent_id or comment.id, _anchor=f"comment-{comment.id}"
        )
    if progress is not None:
        return found, url_for("tasks.show", task_id=progress.task_id)
    return found, url_for(".show", consultation_id=proposal.consultation_id if proposal else 0)


def _description_page(found: Picture, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    back_to = _own_picture(found.id)[1]
    context = {"picture": found, "values": values, "mistakes": mistakes, "back_to": back_to}
    return pages.page("talk/consultations/picture.html", status, **context)
