"""The table of what can be reported and hidden: how each kind is found, whom it concerns, and what hiding it does.

Words that stand in many lists (a matter, a petition) are masked in their row while they are hidden; the original stays in the
revision, or in the removal. Comments and statements have their column. The others are looked up where they are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from consult.domain.characters import MASK
from consult.domain.numbers import read_id
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportableKind
from consult.models import (
    Base,
    Comment,
    Consultation,
    Notice,
    Objection,
    Petition,
    Picture,
    Poll,
    Progress,
    Proposal,
    ProposalRevision,
    Recording,
    Statement,
    Task,
    db,
)
from consult.models.talk import consultation_queries, moderation_queries
from consult.services.board import hidden_lines
from consult.services.core import search, transactions
from consult.services.core.acts import Act
from consult.services.talk import search_texts


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One piece of content that can be reported and hidden."""

    kind: ReportableKind
    ref: str
    village_id: int
    author_id: int
    text: str
    language: str
    row: Any
    consultation_id: int | None = None
    place: int | None = None
    """The task, notice or petition in whose page it stands, where that is not the consultation's."""
    pictures: tuple[int, ...] = ()
    concerned: frozenset[int] = field(default_factory=frozenset)
    """Who is spoken to or spoken about by where it stands: the proposer, who is replied to, who posted the notice."""

    @property
    def key(self) -> str:
        """Return its name in logs and reports: comment:17, revision:4.2."""
        return f"{self.kind.value}:{self.ref}"


Content = Comment | Statement | Subject


def of(content: Content) -> Subject:
    """Return the subject of a comment or statement; of a subject itself."""
    if isinstance(content, Subject):
        return content
    kind = ReportableKind.COMMENT if isinstance(content, Comment) else ReportableKind.STATEMENT
    return _subject(kind, str(content.id), content)


def find(village_id: int, kind: str, ref: str) -> Subject | None:
    """Return what a subject like comment:17 or revision:4.2 names in this village."""
    if kind not in list(ReportableKind):
        return None
    row = KINDS[ReportableKind(kind)].find(ref)
    return _subject(ReportableKind(kind), ref, row) if row is not None and row.village_id == village_id else None


def named(village_id: int, key: str) -> Subject:
    """Return the subject of a removal. Raises LookupError."""
    kind, _, ref = key.partition(":")
    found = find(village_id, kind, ref)
    if found is None:
        raise LookupError(f"{key} names nothing")
    return found


def texts_of(village_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Return the words behind subjects; comments and statements, of which there are many, in two statements."""
    texts: dict[str, str] = {}
    for kind, model in ((ReportableKind.COMMENT, Comment), (ReportableKind.STATEMENT, Statement)):
        ids = [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]
        query = select(model.id, model.text).where(model.village_id == village_id, model.id.in_(ids))
        texts |= {f"{kind}:{row_id}": text for row_id, text in db.session.execute(query)} if ids else {}
    for key in set(keys) - set(texts):
        kind_, _, ref = key.partition(":")
        found = find(village_id, kind_, ref)
        texts |= {key: found.text} if found is not None else {}
    return texts


def lock(subject: Subject) -> None:
    """Lock the consultation, as a reply does, and then the row; of what is only added, the consultation alone."""
    if subject.consultation_id is not None:
        transactions.lock(db.session.get_one(Consultation, subject.consultation_id))
    if subject.kind not in (ReportableKind.REVISION, ReportableKind.PROGRESS):
        transactions.lock(subject.row)


def refuse_unless_hideable(subject: Subject) -> None:
    """Refuse to hide the words of a matter that a vote or a called meeting puts before everybody."""
    if subject.kind is not ReportableKind.REVISION or subject.consultation_id is None:
        return
    announced = select(Poll.id).where(
        Poll.consultation_id == subject.consultation_id, Poll.announced_at.is_not(None), Poll.cancelled_at.is_(None)
    )
    voted = db.session.scalar(announced.limit(1)) is not None
    if voted or consultation_queries.stands_on_agenda(subject.consultation_id):
        raise Refused(Reason.WORDS_ARE_VOTED_ON)


def refuse_hidden(consultation_id: int) -> None:
    """Refuse to put words to the vote that are hidden."""
    if moderation_queries.words_are_hidden(consultation_id):
        raise Refused(Reason.WORDS_ARE_HIDDEN)


def take_away(subject: Subject, act: Act) -> dict[str, Any] | None:
    """Hide it wherever it stands, in the unit of work at hand. Return what a mask took the place of."""
    row = subject.row
    if subject.kind in (ReportableKind.COMMENT, ReportableKind.STATEMENT):
        row.hidden_at = act.now
        db.session.flush()
        search.remove(subject.key)
        search_texts.put_thread(row)
    elif subject.kind is ReportableKind.REVISION:
        _mask_proposal(row)
    elif subject.kind is ReportableKind.PETITION:
        original = {"title": row.title, "words": row.words}
        hidden_lines.mask(row.village_id, subject.key, row.title)
        row.title = row.words = MASK
        return original
    return None


def bring_back(subject: Subject, original: dict[str, Any] | None, act: Act) -> None:
    """Show it again wherever it stood, in the unit of work at hand."""
    row = subject.row
    if subject.kind in (ReportableKind.COMMENT, ReportableKind.STATEMENT):
        row.hidden_at = None
        db.session.flush()
        search_texts.put_thread(row, itself=True)
    elif subject.kind is ReportableKind.REVISION:
        _unmask_proposal(row, act)
    elif subject.kind is ReportableKind.PETITION and original is not None:
        row.title, row.words = original["title"], original["words"]
        hidden_lines.unmask(row.village_id, subject.key, row.title)


def _mask_proposal(revision: ProposalRevision) -> None:
    proposal = db.session.get_one(Proposal, revision.proposal_id)
    if proposal.revision != revision.number:
        return
    hidden_lines.mask(proposal.village_id, _of_words(revision), proposal.title)
    proposal.title = proposal.summary = MASK
    proposal.text = proposal.place = ""
    db.session.flush()
    search.remove(f"proposal:{proposal.id}")
    hidden_lines.put_notices(proposal.consultation_id)


def _unmask_proposal(revision: ProposalRevision, act: Act) -> None:
    proposal = db.session.get_one(Proposal, revision.proposal_id)
    if proposal.revision != revision.number:
        return
    words = Draft.from_facts(revision.words)
    hidden_lines.unmask(proposal.village_id, _of_words(revision), words.title)
    proposal.title, proposal.summary = words.title, words.summary
    proposal.text, proposal.place = words.text, words.place
    db.session.flush()
    search_texts.put_proposal(proposal, now=act.now)
    hidden_lines.put_notices(proposal.consultation_id)


def _of_words(revision: ProposalRevision) -> str:
    return moderation_queries.words_subject(revision.proposal_id, revision.number)


def _by_id(model: type[Base]) -> Callable[[str], Any]:
    """Return the look-up of a row by its id as it stands in a subject or an address."""

    def found(ref: str) -> Any:
        row_id = read_id(ref)
        return db.session.get(model, row_id) if row_id is not None and ref == str(row_id) else None

    return found


def _revision(ref: str) -> ProposalRevision | None:
    proposal_id, number = (read_id(part) for part in ref.partition(".")[::2])
    named_so = proposal_id is not None and number is not None and ref == f"{proposal_id}.{number}"
    return db.session.get(ProposalRevision, (proposal_id, number)) if named_so else None


def _picture(ref: str) -> Picture | None:
    row: Picture | None = _by_id(Picture)(ref)
    return row if row is not None and row.proposal_id is not None else None


def _proposal(row: Any) -> Proposal:
    """Return the proposal that a revision, a recording or a picture belongs to."""
    return db.session.get_one(Proposal, row.proposal_id)


def _task(row: Progress) -> Task:
    return db.session.get_one(Task, row.task_id)


def _words_of_revision(row: ProposalRevision) -> str:
    words = Draft.from_facts(row.words)
    return "\n".join(filter(None, (words.title, words.summary, words.place, words.text)))


def _words_of_petition(row: Petition) -> str:
    hidden = [one for one in moderation_queries.removals_of(f"petition:{row.id}") if one.restored_at is None]
    words = (hidden[-1].original if hidden else None) or {"title": row.title, "words": row.words}
    return f"{words['title']}\n{words['words']}"


def _proposer(row: Comment | Statement) -> set[int]:
    return {moderation_queries.proposer_of(row.consultation_id)}


def _proposer_and_replied_to(row: Comment) -> set[int]:
    parent = db.session.get(Comment, row.parent_id) if row.parent_id else None
    return _proposer(row) | ({parent.person_id} if parent is not None else set())


def _who_posted_and_answered(row: Objection) -> set[int]:
    posted = db.session.get_one(Notice, row.notice_id).posted_by
    return {one for one in (posted, row.answered_by) if one is not None}


def _own_picture(row: Comment | Progress) -> tuple[int, ...]:
    return (row.picture_id,) if row.picture_id else ()


def _pictures_of_newest(row: ProposalRevision) -> tuple[int, ...]:
    proposal = _proposal(row)
    return tuple(one.id for one in proposal.pictures) if proposal.revision == row.number else ()


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """How a kind of content is found by its ref, and what of its row makes the subject."""

    find: Callable[[str], Any]
    author: Callable[[Any], int]
    text: Callable[[Any], str] = lambda row: row.text
    language: Callable[[Any], str] = lambda row: row.language
    consultation: Callable[[Any], int | None] = lambda _row: None
    place: Callable[[Any], int | None] = lambda _row: None
    pictures: Callable[[Any], tuple[int, ...]] = lambda _row: ()
    concerned: Callable[[Any], set[int]] = lambda _row: set()


KINDS: dict[ReportableKind, _Kind] = {
    ReportableKind.COMMENT: _Kind(
        find=_by_id(Comment),
        author=attrgetter("person_id"),
        consultation=attrgetter("consultation_id"),
        pictures=_own_picture,
        concerned=_proposer_and_replied_to,
    ),
    ReportableKind.STATEMENT: _Kind(
        find=_by_id(Statement),
        author=attrgetter("person_id"),
        consultation=attrgetter("consultation_id"),
        concerned=_proposer,
    ),
    ReportableKind.REVISION: _Kind(
        find=_revision,
        author=attrgetter("revised_by"),
        text=_words_of_revision,
        language=lambda row: _proposal(row).language,
        consultation=lambda row: _proposal(row).consultation_id,
        pictures=_pictures_of_newest,
        concerned=lambda row: {_proposal(row).proposed_by},
    ),
    ReportableKind.RECORDING: _Kind(
        find=_by_id(Recording),
        author=attrgetter("recorded_by"),
        text=attrgetter("transcript"),
        language=lambda row: _proposal(row).language,
        consultation=lambda row: _proposal(row).consultation_id,
        concerned=lambda row: {_proposal(row).proposed_by},
    ),
    ReportableKind.PICTURE: _Kind(
        find=_picture,
        author=lambda row: _proposal(row).proposed_by,
        text=attrgetter("description"),
        language=lambda row: _proposal(row).language,
        consultation=lambda row: _proposal(row).consultation_id,
        pictures=lambda row: (row.id,),
        concerned=lambda row: {_proposal(row).proposed_by},
    ),
    ReportableKind.PETITION: _Kind(
        find=_by_id(Petition), author=attrgetter("opened_by"), text=_words_of_petition, place=attrgetter("id")
    ),
    ReportableKind.OBJECTION: _Kind(
        find=_by_id(Objection),
        author=attrgetter("made_by"),
        place=attrgetter("notice_id"),
        concerned=_who_posted_and_answered,
    ),
    ReportableKind.PROGRESS: _Kind(
        find=_by_id(Progress),
        author=attrgetter("noted_by"),
        consultation=lambda row: _task(row).consultation_id,
        place=attrgetter("task_id"),
        pictures=_own_picture,
        concerned=lambda row: {moderation_queries.proposer_of(_task(row).consultation_id)},
    ),
}
"""One row for each kind. What is not said of a kind, it does not have."""


def _subject(kind: ReportableKind, ref: str, row: Any) -> Subject:
    read = KINDS[kind]
    return Subject(
        kind=kind,
        ref=ref,
        village_id=row.village_id,
        author_id=read.author(row),
        text=read.text(row),
        language=read.language(row),
        row=row,
        consultation_id=read.consultation(row),
        place=read.place(row),
        pictures=read.pictures(row),
        concerned=frozenset(read.concerned(row)),
    )
