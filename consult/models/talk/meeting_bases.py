"""The items of meetings on which an answer of the council may stand: the meeting was held, and the item closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from consult.domain.meetings.agendas import PUT_OFF, Result
from consult.domain.meetings.proceedings import ProceedingEntry, course_of
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.council_requests import NO_COUNCIL, bears_out
from consult.models.base import db
from consult.models.meetings.meetings import AgendaItem, Meeting
from consult.models.meetings.proceedings import Proceeding

MOST = 10


@dataclass(frozen=True)
class MeetingBasis:
    """An item of a meeting on which an answer may stand."""

    item_id: int
    title: str
    """Of the meeting."""
    number: int
    closed_at: datetime
    carried: bool | None
    """By its vote. None: there was none."""

    def bears_out(self, state: AnswerState) -> bool:
        """Tell whether it bears out an answer."""
        return bears_out(state, carried=self.carried)


def bases_of(consultation_id: int) -> list[MeetingBasis]:
    """Return the closed items about a proposal that were not put off, of meetings that are over; the newest first."""
    query = (
        select(AgendaItem.id, AgendaItem.number, AgendaItem.meeting_id, Meeting.title, Meeting.closed_at)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.consultation_id == consultation_id, Meeting.body.not_in(NO_COUNCIL))
        .where(Meeting.closed_at.is_not(None), Meeting.cancelled_at.is_(None))
        .order_by(Meeting.closed_at.desc(), AgendaItem.number)
    )
    rows = db.session.execute(query.limit(MOST)).all()
    results = _results([row.meeting_id for row in rows])
    found = []
    for row in rows:
        result = results[row.meeting_id].get(row.number)
        if result is not None and result not in PUT_OFF:
            carried = {Result.CARRIED: True, Result.NOT_CARRIED: False}.get(result)
            found.append(MeetingBasis(row.id, row.title, row.number, row.closed_at, carried))
    return found


def _results(meeting_ids: Sequence[int]) -> dict[int, dict[int, Result]]:
    entries: dict[int, list[ProceedingEntry]] = {one: [] for one in meeting_ids}
    if not entries:
        return {}
    query = select(Proceeding).where(Proceeding.meeting_id.in_(entries)).order_by(Proceeding.number)
    for row in db.session.scalars(query):
        entries[row.meeting_id].append(
            ProceedingEntry(
                number=row.number,
                step=row.step,
                item=row.item,
                facts=row.facts,
                actor_id=row.actor_id,
                at=row.recorded_at,
            )
        )
    return {one: course_of(found).results for one, found in entries.items()}
