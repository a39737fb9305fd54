"""Keep the search index up to date with the records it is made of, and search in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from consult.domain import search as rules
from consult.domain.search import SearchKind
from consult.models import Comment, Notice, Proposal, SearchEntry, SearchPair, db
from consult.models.meetings import meeting_queries


def put(
    kind: SearchKind,
    row_id: int,
    text: str,
    *,
    village_id: int,
    consultation_id: int | None,
    language: str,
    written_at: datetime,
) -> None:
    """Index the text of a row, or replace its entry, in the unit of work at hand."""
    subject = f"{kind}:{row_id}"
    remove(subject)
    plain = rules.plain(text)
    entry = SearchEntry(
        village_id=village_id,
        subject=subject,
        kind=kind,
        consultation_id=consultation_id,
        text=text,
        plain=plain,
        language=language,
        written_at=written_at,
    )
    db.session.add(entry)
    db.session.flush()
    rows = [{"village_id": village_id, "pair": pair, "entry_id": entry.id} for pair in sorted(rules.pairs(plain))]
    if rows:
        db.session.execute(insert(SearchPair), rows)


def remove(subject: str) -> None:
    """Remove the entry of a text (`subject` as kind:id), if there is one."""
    entry_id = db.session.scalar(select(SearchEntry.id).where(SearchEntry.subject == subject))
    if entry_id is not None:
        db.session.execute(delete(SearchPair).where(SearchPair.entry_id == entry_id))
        db.session.execute(delete(SearchEntry).where(SearchEntry.id == entry_id))


def put_proposal(proposal: Proposal, *, now: datetime) -> None:
    """Index title, summary, place and text of a proposal."""
    text = " ".join(filter(None, (proposal.title, proposal.summary, proposal.place, proposal.text)))
    put(
        SearchKind.PROPOSAL,
        proposal.id,
        text,
        village_id=proposal.village_id,
        consultation_id=proposal.consultation_id,
        language=proposal.language,
        written_at=now,
    )


def put_comment(comment: Comment) -> None:
    """Index a comment."""
    put(
        SearchKind.COMMENT,
        comment.id,
        comment.text,
        village_id=comment.village_id,
        consultation_id=comment.consultation_id,
        language=comment.language,
        written_at=comment.written_at,
    )


def put_notice(notice: Notice) -> None:
    """Index a notice under the words of the meeting, poll or consultation that it is about."""
    consultation_id, text, language = _words_of(notice)
    put(
        SearchKind.NOTICE,
        notice.id,
        text,
        village_id=notice.village_id,
        consultation_id=consultation_id,
        language=language,
        written_at=notice.posted_at,
    )


def _words_of(notice: Notice) -> tuple[int | None, str, str]:
    """Return the consultation a notice is about, its words, and their language."""
    if notice.meeting is not None:
        items = [item.title for item in meeting_queries.agenda(notice.meeting.id)]
        return None, " ".join([notice.meeting.title, notice.meeting.place, *items]), notice.meeting.language
    consultation = notice.poll.consultation if notice.poll is not None else notice.consultation
    assert consultation is not None  # the database has it so: ck_notice_about_one_thing
    question = notice.poll.question if notice.poll is not None else ""
    return consultation.id, f"{consultation.proposal.title} {question}".strip(), consultation.proposal.language


def find(village_id: int, query: str, *, most: int, before: int | None = None) -> Sequence[SearchEntry]:
    """Return the texts that contain every term, newest first. One statement, on either database."""
    terms = rules.terms(query)
    wanted = sorted(set().union(*map(rules.pairs, terms)))
    if not wanted:
        return []
    holding = (
        select(SearchPair.entry_id)
        .where(SearchPair.village_id == village_id, SearchPair.pair.in_(wanted))
        .group_by(SearchPair.entry_id)
        .having(func.count() == len(wanted))
    )
    query_ = select(SearchEntry).where(SearchEntry.village_id == village_id, SearchEntry.id.in_(holding))
    for term in terms:
        query_ = query_.where(SearchEntry.plain.contains(term, autoescape=True))
    if before:
        query_ = query_.where(SearchEntry.id < before)
    return db.session.scalars(query_.order_by(SearchEntry.id.desc()).limit(most)).all()


def rebuild(village_id: int) -> int:
    """Rebuild a village's index from its records. Return the number of texts."""
    entries = select(SearchEntry.id).where(SearchEntry.village_id == village_id)
    db.session.execute(delete(SearchPair).where(SearchPair.entry_id.in_(entries)))
    db.session.execute(delete(SearchEntry).where(SearchEntry.village_id == village_id))
    proposals = db.session.scalars(
        select(Proposal).where(Proposal.village_id == village_id).order_by(Proposal.id)
    ).all()
    shown = select(Comment).where(Comment.village_id == village_id, Comment.hidden_at.is_(None)).order_by(Comment.id)
    comments = db.session.scalars(shown).all()
    notices = db.session.scalars(select(Notice).where(Notice.village_id == village_id).order_by(Notice.id)).all()
    for proposal in proposals:
        put_proposal(proposal, now=proposal.proposed_at)
    for comment in comments:
        put_comment(comment)
    for notice in notices:
        put_notice(notice)
    return len(proposals) + len(comments) + len(notices)
