"""Named selects about hidden content: what is hidden of a page, and what was hidden before."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, literal, select

from consult.domain.talk.moderation import ReportableKind
from consult.models.base import db
from consult.models.board.hidden import HiddenTrace, in_force
from consult.models.people.villages import Person
from consult.models.talk.consultations import Consultation, Proposal, ProposalRevision, Recording
from consult.models.talk.moderation import ContentReport, Removal, RemovalParty


def of_proposal(village_id: int, proposal: Proposal) -> dict[str, HiddenTrace]:
    """Return what is hidden of a proposal: its newest words ("words"), its recording, each of its pictures by subject."""
    words = words_subject(proposal.id, proposal.revision)
    pictures = [f"picture:{one.id}" for one in proposal.pictures]
    found = in_force(village_id, [words, f"recording:{proposal.id}", *pictures])
    return found | ({"words": found[words]} if words in found else {})


def is_hidden(kind: ReportableKind, row_id: Any) -> ColumnElement[bool]:
    """Return the condition that a row of a kind, named by its id, is hidden now, for use inside other selects."""
    subject = literal(f"{kind.value}:").concat(cast(row_id, String))
    return exists().where(Removal.subject == subject, Removal.restored_at.is_(None))


def words_subject(proposal_id: int, number: int) -> str:
    """Return the subject of the words of a proposal, as one revision has them."""
    return f"revision:{proposal_id}.{number}"


def words_are_hidden(consultation_id: int) -> bool:
    """Tell whether the newest words of a consultation's proposal are hidden."""
    row = db.session.execute(
        select(Proposal.village_id, Proposal.id, Proposal.revision).where(Proposal.consultation_id == consultation_id)
    ).one()
    return bool(in_force(row.village_id, [words_subject(row.id, row.revision)]))


def hidden_words(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the words of all revisions of a proposal that are hidden now, the newest or not, as stored."""
    query = select(ProposalRevision.number, ProposalRevision.words).where(ProposalRevision.proposal_id == proposal.id)
    words = {words_subject(proposal.id, row.number): row.words for row in db.session.execute(query)}
    return [words[subject] for subject in in_force(proposal.village_id, list(words))]


def is_picture_hidden(village_id: int, picture_id: int, proposal_id: int | None, progress_id: int | None) -> bool:
    """Tell whether a picture is hidden: itself, with the words of its proposal, or with the note it belongs to."""
    subjects = [f"picture:{picture_id}"]
    if proposal_id is not None:
        revision = db.session.scalar(select(Proposal.revision).where(Proposal.id == proposal_id))
        subjects.append(words_subject(proposal_id, revision or 0))
    if progress_id is not None:
        subjects.append(f"progress:{progress_id}")
    return bool(in_force(village_id, subjects))


def recording_of(village_id: int, proposal_id: int) -> str:
    """Return the name of the file of a recording that is shown; empty: there is none, or it is hidden."""
    row = db.session.execute(
        select(Recording.file_name, Proposal.revision)
        .join(Proposal, Proposal.id == Recording.proposal_id)
        .where(Recording.proposal_id == proposal_id, Recording.village_id == village_id)
    ).first()
    if row is None or in_force(village_id, [f"recording:{proposal_id}", words_subject(proposal_id, row.revision)]):
        return ""
    return str(row.file_name)


def shown_recording(proposal: Proposal) -> Recording | None:
    """Return the recording of a mover that is shown; None: there is none, or it is hidden."""
    subjects = [f"recording:{proposal.id}", words_subject(proposal.id, proposal.revision)]
    if proposal.recording is None or in_force(proposal.village_id, subjects):
        return None
    return proposal.recording


def removals_of(subject: str) -> Sequence[Removal]:
    """Return every removal of some content, the oldest first."""
    return db.session.scalars(select(Removal).where(Removal.subject == subject).order_by(Removal.id)).all()


def parties_of(removal_id: int) -> set[int]:
    """Return the ids of those who had a hand in hidden content or are meant by it."""
    return set(db.session.scalars(select(RemovalParty.person_id).where(RemovalParty.hiding_id == removal_id)))


def say_about_themselves(subject: str) -> set[int]:
    """Return the ids of those who reported some content because it means them."""
    query = select(ContentReport.person_id).where(ContentReport.subject == subject, ContentReport.about_me.is_(True))
    return set(db.session.scalars(query))


def proposer_of(consultation_id: int) -> int:
    """Return the id of who proposed the matter of a consultation."""
    query = select(Proposal.proposed_by).join(Consultation, Consultation.id == Proposal.consultation_id)
    return db.session.scalars(query.where(Consultation.id == consultation_id)).one()


def is_of_house(person_id: int, others: Collection[int]) -> bool:
    """Tell whether a person is one of these, or lives with one of them."""
    if person_id in others:
        return True
    house = select(Person.household_id).where(Person.id == person_id).scalar_subquery()
    found = exists().where(Person.id.in_(others), Person.household_id == house)
    return bool(others) and bool(db.session.scalar(select(literal(value=True)).where(found)))
