"""Finding a comment for a page, and who may read it."""

from flask import abort

from consult.domain.people import roles
from consult.models import Comment
from consult.models.talk import comment_queries
from consult.web.access import held_roles, person_or_none, village


def find_comment(comment_id: int) -> Comment:
    """Return a comment of this village. 404 otherwise."""
    comment = comment_queries.one(village().id, comment_id)
    if comment is None:
        abort(404)
    return comment


def may_read(comment: Comment) -> bool:
    """Tell whether the reader may see a comment: hidden ones only its author and moderators may."""
    reader = person_or_none()
    own = reader is not None and reader.id == comment.person_id
    return comment.hidden_at is None or own or roles.holds_any(held_roles(), roles.READS_HIDDEN)
