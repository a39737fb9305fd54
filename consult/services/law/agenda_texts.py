"""The texts that items of agendas put to the vote instead of their proposal's: when each was written, and what they say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from consult.models import AgendaItem, Meeting, db


def _coming(consultation_id: int, *columns: Any) -> Select[Any]:
    """Select items with a text of their own on the agendas of meetings that are not over, drafts too."""
    return (
        select(*columns)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.consultation_id == consultation_id, AgendaItem.text_at.is_not(None))
        .where(Meeting.closed_at.is_(None), Meeting.cancelled_at.is_(None))
        .order_by(AgendaItem.id)
    )


def written(consultation_id: int) -> list[str]:
    """Return when each of them was written, for the version of a page that shows them."""
    return [at.isoformat() for at in db.session.scalars(_coming(consultation_id, AgendaItem.text_at))]


def are_older(consultation_id: int, recorded_at: datetime) -> bool:
    """Tell whether all of them were written before something was put on record of the proposal."""
    newer = _coming(consultation_id, AgendaItem.id).where(AgendaItem.text_at >= recorded_at)
    return db.session.scalar(newer.limit(1)) is None


def shown(consultation_id: int) -> Sequence[Row[Any]]:
    """Return them with the meetings that they are for: those who study the proposal read them too."""
    columns = (
        AgendaItem.resolution,
        AgendaItem.cost_fen,
        AgendaItem.funding,
        AgendaItem.text_at,
        AgendaItem.text_before,
        Meeting.id.label("meeting_id"),
        Meeting.title,
        Meeting.language,
    )
    return db.session.execute(_coming(consultation_id, *columns)).all()
