"""Everything that somebody is owed by a day and has not got: one select for each kind of domain.people.owed, same columns."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Row,
    Select,
    String,
    Subquery,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.models.base import UTCDateTime, db
from consult.models.board.notices import Objection
from consult.models.meetings.meetings import Meeting
from consult.models.meetings.petitions import Petition
from consult.models.people.data_requests import DataRequest
from consult.models.polls import act_queries
from consult.models.polls.channels import ProxyLetter, VoteDispute
from consult.models.polls.polls import Declaration, Poll, PollTally
from consult.models.talk import answer_queries
from consult.models.talk.consultations import Consultation, Proposal
from consult.models.talk.moderation import ContentReport, Removal

COLUMNS: dict[str, Any] = {
    "id": Integer(),
    "village_id": Integer(),
    "place": Integer(),
    "title": String(),
    "language": String(),
    "asked_by": Integer(),
    "since": UTCDateTime(),
    "due_on": Date(),
}
"""`place`: the notice in whose page an objection stands, or the poll of a contest or letter. `since`: when it was asked for,
where its days count from there."""


def of_kind(kind: Owed) -> Select[Any]:
    """Return the select of what is open of one kind, with COLUMNS; narrow it by village and by day."""
    return PARTS[kind]()


def asked_before(now: datetime) -> dict[Owed, datetime]:
    """Return, for each kind that counts from when it was asked for, the instant since when it may be late."""
    counted = {kind: rule.days for kind, rule in owed.rules().items() if rule.days is not None}
    return {kind: now - timedelta(days) for kind, days in counted.items()}


def late(*, now: datetime, due_by: date) -> Sequence[Row[Any]]:
    """Return what may be late somewhere, as rows with `kind` and COLUMNS, in one statement.

    `due_by`: the last day of those that have a day of their own.
    """
    parts, since = [], asked_before(now)
    for kind in Owed:
        inner = of_kind(kind).subquery()
        old = inner.c.since <= since[kind] if kind in since else inner.c.due_on <= due_by
        parts.append(select(literal(kind.value).label("kind"), *inner.c).where(old))
    return db.session.execute(union_all(*parts)).all()


def how_many_open(village_id: int) -> int:
    """Return how much is owed to somebody in a village, late or not, in one statement."""
    parts = [select(inner.c.id).where(inner.c.village_id == village_id) for inner in _open()]
    return db.session.scalar(select(func.count()).select_from(union_all(*parts).subquery())) or 0


def _open() -> Sequence[Subquery]:
    return [of_kind(kind).subquery() for kind in Owed]


def _columns(query: Select[Any], **columns: Any) -> Select[Any]:
    named = [
        type_coerce(columns[name], kept).label(name) if name in columns else cast(null(), kept).label(name)
        for name, kept in COLUMNS.items()
    ]
    return query.with_only_columns(*named, maintain_column_froms=True)


def _answers() -> Select[Any]:
    query = select(Consultation.id).join(Proposal, Proposal.consultation_id == Consultation.id)
    return _columns(
        query.where(*answer_queries.owed()),
        id=Consultation.id,
        village_id=Consultation.village_id,
        title=Proposal.title,
        language=Proposal.language,
        asked_by=Proposal.proposed_by,
        due_on=Consultation.answer_due_on,
    )


def _objections() -> Select[Any]:
    return _columns(
        select(Objection.id).where(Objection.answered_at.is_(None)),
        id=Objection.id,
        village_id=Objection.village_id,
        place=Objection.notice_id,
        asked_by=Objection.made_by,
        since=Objection.made_at,
    )


def _petitions() -> Select[Any]:
    called = exists().where(
        Meeting.petition_id == Petition.id, Meeting.called_at.is_not(None), Meeting.cancelled_at.is_(None)
    )
    return _columns(
        select(Petition.id).where(Petition.reached_at.is_not(None), ~called),
        id=Petition.id,
        village_id=Petition.village_id,
        title=Petition.title,
        language=Petition.language,
        asked_by=Petition.opened_by,
        since=Petition.reached_at,
    )


def _data_requests() -> Select[Any]:
    return _columns(
        select(DataRequest.id).where(DataRequest.answered_at.is_(None)),
        id=DataRequest.id,
        village_id=DataRequest.village_id,
        asked_by=DataRequest.person_id,
        due_on=DataRequest.due_on,
    )


def _appeals() -> Select[Any]:
    open_ones = (Removal.appealed_at.is_not(None), Removal.decided_at.is_(None), Removal.restored_at.is_(None))
    return _columns(
        select(Removal.id).where(*open_ones),
        id=Removal.id,
        village_id=Removal.village_id,
        asked_by=Removal.author_id,
        since=Removal.appealed_at,
    )


def _reports() -> Select[Any]:
    return _columns(
        select(ContentReport.id).where(ContentReport.settled_at.is_(None)),
        id=ContentReport.id,
        village_id=ContentReport.village_id,
        asked_by=ContentReport.person_id,
        since=ContentReport.reported_at,
    )


def _contests() -> Select[Any]:
    query = act_queries.open_contests().join(Poll, Poll.id == VoteDispute.poll_id)
    undeclared = ~exists().where(Declaration.poll_id == Poll.id)
    return _columns(
        query.join(Proposal, Proposal.consultation_id == Poll.consultation_id).where(Poll.stands, undeclared),
        id=VoteDispute.id,
        village_id=VoteDispute.village_id,
        place=VoteDispute.poll_id,
        title=Proposal.title,
        language=Proposal.language,
        asked_by=VoteDispute.contested_by,
        due_on=VoteDispute.due_on,
    )


def _letters() -> Select[Any]:
    query = act_queries.waiting_letters().join(Poll, Poll.id == ProxyLetter.poll_id)
    uncounted = ~exists().where(PollTally.poll_id == Poll.id)
    return _columns(
        query.join(Proposal, Proposal.consultation_id == Poll.consultation_id).where(Poll.stands, uncounted),
        id=ProxyLetter.id,
        village_id=ProxyLetter.village_id,
        place=ProxyLetter.poll_id,
        title=Proposal.title,
        language=Proposal.language,
        asked_by=ProxyLetter.giver_id,
        since=ProxyLetter.entered_at,
    )


PARTS: dict[Owed, Callable[[], Select[Any]]] = {
    Owed.ANSWER: _answers,
    Owed.OBJECTION: _objections,
    Owed.PETITION: _petitions,
    Owed.DATA_REQUEST: _data_requests,
    Owed.APPEAL: _appeals,
    Owed.REPORT: _reports,
    Owed.CONTEST: _contests,
    Owed.LETTER: _letters,
}
