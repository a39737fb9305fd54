"""Comments: reading on, writing, replying, seconding, asking again."""

import secrets

from flask import Blueprint, Response, g, request, url_for

from consult.domain.people import roles
from consult.domain.talk import comments as rules
from consult.domain.talk.comments import Sorting, Stance
from consult.models import Comment
from consult.models.talk import comment_queries, talk_queries
from consult.services.talk import comments
from consult.views.talk import consultation_pages
from consult.views.talk.comment_pages import find_comment, may_read
from consult.web import fragments, pages
from consult.web.access import act, held_roles, members_only, public, villager_or_none
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.uploads import one_picture
from consult.web.words import code_words

bp = Blueprint("comments", __name__)


@bp.get("/<slug>/consultations/<int:consultation_id>/comments")
@public
def index(consultation_id: int) -> Response:
    """Show more comments, those of one stance, or the open questions."""
    wanted = request.args.get("stance", "")
    sorting = Sorting.UNANSWERED if request.args.get("sort") == Sorting.UNANSWERED else Sorting.NEWEST
    context = consultation_pages.comment_context(
        consultation_pages.find_consultation(consultation_id),
        stance=Stance(wanted) if wanted in list(Stance) else None,
        sorting=sorting,
        before=request.args.get("before", type=ident),
    )
    return pages.page("talk/comments/_comments.html" if fragments.wanted() else "talk/comments/index.html", **context)


@bp.post("/<slug>/consultations/<int:consultation_id>/comments")
@members_only
def create(consultation_id: int) -> Response:
    consultation = consultation_pages.find_consultation(consultation_id)
    form = request.form.to_dict()
    words, mistakes = rules.read_comment_form(form, with_stance=True)
    picture, wrong = one_picture(form)
    mistakes |= wrong
    if words is None or mistakes:
        g.form_page = url_for("consultations.show", consultation_id=consultation.id)
        return consultation_pages.render_consultation(
            consultation, values=form, mistakes=code_words.mistakes(mistakes), status=422
        )
    comment = comments.write(consultation, words, act(key_from(form)), picture=picture)
    return pages.done(url_for("consultations.show", consultation_id=consultation.id, _anchor=f"comment-{comment.id}"))


@bp.get("/<slug>/comments/<int:comment_id>", endpoint="show")
@public
def show_comment(comment_id: int) -> Response:
    """Show one comment with its replies, and the form for another reply."""
    return _page(find_comment(comment_id), {"key": secrets.token_urlsafe(18)}, {})


@bp.post("/<slug>/comments/<int:comment_id>/replies")
@members_only
def reply(comment_id: int) -> Response:
    comment, form = find_comment(comment_id), request.form.to_dict()
    words, mistakes = rules.read_comment_form(form, with_stance=False)
    if words is None:
        return _page(comment, form, code_words.mistakes(mistakes), status=422)
    written = comments.reply(
        comment,
        words,
        act(key_from(form)),
        in_office=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
    )
    return pages.done(url_for(".show", comment_id=written.parent_id, _anchor=f"comment-{written.id}"))


@bp.post("/<slug>/comments/<int:comment_id>/seconding")
@members_only
def second(comment_id: int) -> Response:
    comment = find_comment(comment_id)
    comments.second(comment, act())
    return _seconded(comment)


@bp.post("/<slug>/comments/<int:comment_id>/seconding/removal")
@members_only
def take_back_seconding(comment_id: int) -> Response:
    comment = find_comment(comment_id)
    comments.take_back_seconding(comment, act())
    return _seconded(comment)


@bp.post("/<slug>/comments/<int:comment_id>/reopening")
@members_only
def reopen(comment_id: int) -> Response:
    comment = find_comment(comment_id)
    comments.reopen(comment, act())
    return pages.done(url_for(".show", comment_id=comment.id))


def _seconded(comment: Comment) -> Response:
    """Lead back to the page the reader came from."""
    if request.form.get("at") == "comment":
        return pages.done(url_for(".show", comment_id=comment.id))
    if request.form.get("at") == "all":
        address = url_for(
            ".index", consultation_id=comment.consultation_id, before=comment.id + 1, _anchor=f"comment-{comment.id}"
        )
        return pages.done(address)
    address = url_for("consultations.show", consultation_id=comment.consultation_id, _anchor=f"comment-{comment.id}")
    return pages.done(address)


def _page(comment: Comment, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    reader = villager_or_none()
    above = comment if comment.parent_id is None else find_comment(comment.parent_id)
    consultation = consultation_pages.find_consultation(above.consultation_id)
    return pages.page(
        "talk/comments/show.html",
        status,
        comment=above,
        consultation=consultation,
        talk=comment_queries.thread(above, reader_id=reader.id if reader else None),
        hiding=talk_queries.removal_of(f"comment:{above.id}") if above.hidden_at and may_read(above) else None,
        reads_hidden=roles.holds_any(held_roles(), roles.READS_HIDDEN),
        values=values,
        mistakes=mistakes,
        may_comment=reader is not None and consultation_pages.goes_on(consultation) and above.hidden_at is None,
        goes_on=consultation_pages.goes_on(consultation),
    )
