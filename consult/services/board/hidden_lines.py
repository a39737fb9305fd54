"""Copies of hidden titles: the lines of inboxes, messages that still wait, and the search entries of notices.

A line keeps beside the mask what hid its title, so that showing it again finds the line, whatever it is filed under.
"""

from typing import Any

from sqlalchemy import or_, select, update

from consult.domain.characters import MASK
from consult.models import Notice, Notification, OutboxMessage, Poll, db
from consult.services.board import notice_texts

HIDDEN_BY = "hidden"
"""The fact of a line that names the subject whose hiding masked its title."""


def mask(village_id: int, subject: str, title: str) -> None:
    """Put the mask in the place of a title, in the unit of work at hand. `subject`: what is hidden, as kind:id."""
    for model in (Notification, OutboxMessage):
        _put(model, village_id, "title", title, {"title": MASK, HIDDEN_BY: subject})


def unmask(village_id: int, subject: str, title: str) -> None:
    """Put a title back where its hiding masked it, in the unit of work at hand."""
    for model in (Notification, OutboxMessage):
        _put(model, village_id, HIDDEN_BY, subject, {"title": title, HIDDEN_BY: None})


def put_notices(consultation_id: int) -> None:
    """Index the notices about a matter anew, once its words were hidden or shown again."""
    polls = select(Poll.id).where(Poll.consultation_id == consultation_id)
    about = select(Notice).where(or_(Notice.consultation_id == consultation_id, Notice.poll_id.in_(polls)))
    for notice in db.session.scalars(about.order_by(Notice.id)).all():
        notice_texts.put_notice(notice)


def _put(
    model: type[Notification | OutboxMessage], village_id: int, fact: str, value: str, changed: dict[str, str | None]
) -> None:
    """Change facts of the rows of a village that have this value of one fact. None: the fact is taken out."""
    rows = select(model.id, model.facts).where(model.village_id == village_id, model.facts[fact].as_string() == value)
    for row_id, facts in db.session.execute(rows).all():
        kept: dict[str, Any] = {name: one for name, one in (facts | changed).items() if one is not None}
        db.session.execute(update(model).where(model.id == row_id).values(facts=kept))
