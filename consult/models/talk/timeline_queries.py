"""The moments of a consultation, one query for each kind of record."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import joinedload, load_only

from consult.domain.law.bodies import internal_codes
from consult.domain.talk.moderation import ReportableKind
from consult.domain.talk.timeline import Happening, Moment, story
from consult.models.base import db
from consult.models.people.villages import Person
from consult.models.polls.poll_changes import PollChange, PollChangeConfirmation
from consult.models.polls.polls import Declaration, Poll
from consult.models.talk import comment_queries
from consult.models.talk.comments import OpinionSummary
from consult.models.talk.consultations import Consultation, PhaseEntry, ProposalRevision
from consult.models.talk.council_requests import CouncilRequest, CouncilRequestStep
from consult.models.talk.duties import AnswerExtension
from consult.models.talk.moderation_queries import is_hidden
from consult.models.talk.tasks import Acceptance, Progress, Task


def moments(consultation: Consultation) -> list[Moment]:
    """Return the moments of a consultation, oldest first, in eight queries whatever their number."""
    return story(
        [
            *_beginning(consultation),
            *_talk(consultation),
            *_polls(consultation.id),
            *_work(consultation.id),
        ]
    )


def _beginning(one: Consultation) -> Iterator[Moment]:
    yield Moment(one.opened_at, Happening.RAISED)
    if one.endorsed_at is not None:
        yield Moment(one.endorsed_at, Happening.ENDORSED, {"until": _first_due(one)})
    if (moved := db.session.get(AnswerExtension, one.id)) is not None:
        said = {"reason": moved.reason, "language": moved.language, "request": moved.request}
        yield Moment(moved.extended_at, Happening.EXTENDED, {"until": moved.until, **said})
    if one.withdrawal is not None:
        yield Moment(one.withdrawal.withdrawn_at, Happening.WITHDRAWN, {"reason": one.withdrawal.reason})
    if one.merger is not None:
        merger = one.merger
        yield Moment(merger.merged_at, Happening.MERGED, {"reason": merger.reason, "into": merger.into_id})
    entries = select(PhaseEntry).where(PhaseEntry.consultation_id == one.id, PhaseEntry.number > 1)
    asked = joinedload(PhaseEntry.request)
    by_two = (
        asked.joinedload(CouncilRequest.asker),
        asked.joinedload(CouncilRequest.step).joinedload(CouncilRequestStep.person),
    )
    for entry in db.session.scalars(entries.options(*by_two)):
        details = {"phase": entry.phase, "until": entry.until, "reason": entry.reason, "request": entry.request}
        yield Moment(entry.entered_at, Happening.PHASE, details)


def _first_due(one: Consultation) -> date | None:
    """Return the day for the answer as it was before it was moved."""
    moved = db.session.get(AnswerExtension, one.id)
    return one.answer_due_on if moved is None else moved.due_before


def _talk(one: Consultation) -> Iterator[Moment]:
    words = cast(ProposalRevision.proposal_id, String).concat(".").concat(cast(ProposalRevision.number, String))
    hidden = is_hidden(ReportableKind.REVISION, words)
    revisions = select(ProposalRevision, Person.name, hidden).join(Person, Person.id == ProposalRevision.revised_by)
    mine = revisions.where(ProposalRevision.proposal_id == one.proposal.id, ProposalRevision.number > 1)
    what_is_told = load_only(
        ProposalRevision.number,
        ProposalRevision.reason,
        ProposalRevision.revised_at,
        ProposalRevision.revised_by,
        raiseload=True,
    )
    for revision, name, is_masked in db.session.execute(mine.options(what_is_told)):  # not the words: there may be many
        details = {
            "number": revision.number,
            "hidden": is_masked,
            "reason": "" if is_masked else revision.reason,
            "name": name,
            "by": revision.revised_by,
        }
        yield Moment(revision.revised_at, Happening.REVISED, details)
    for answer in comment_queries.official_answers(one.id):
        details = {"state": answer.state, "reason": answer.reason, "answer": answer, "language": answer.language}
        yield Moment(answer.answered_at, Happening.ANSWERED, details)
    for summary, name in db.session.execute(_signed(OpinionSummary, OpinionSummary.signed_by, one.id)):
        yield Moment(summary.signed_at, Happening.SUMMED_UP, {"number": summary.number, "name": name})


def _signed(model: Any, signer: Any, consultation_id: int) -> Select[Any]:
    return select(model, Person.name).join(Person, Person.id == signer).where(model.consultation_id == consultation_id)


def _polls(consultation_id: int) -> Iterator[Moment]:
    """Yield announcements, changes and declarations. The query has one row for each change of a poll."""
    query = (
        select(Poll, Declaration, PollChange, PollChangeConfirmation.confirmed_at)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .outerjoin(PollChangeConfirmation, PollChangeConfirmation.poll_id == Poll.id)
        .outerjoin(PollChange, PollChange.id == PollChangeConfirmation.change_id)
        .where(
            Poll.consultation_id == consultation_id, Poll.announced_at.is_not(None), Poll.body.not_in(internal_codes())
        )
    )
    told: set[int] = set()
    for poll, declaration, change, confirmed_at in db.session.execute(query):
        if change is not None:
            details = {"poll": poll.id, "kind": change.kind, "reason": change.reason}
            yield Moment(confirmed_at, Happening.POLL_CHANGED, details)
        if poll.id not in told:
            told.add(poll.id)
            yield from _poll(poll, declaration)


def _poll(poll: Poll, declaration: Declaration | None) -> Iterator[Moment]:
    details: dict[str, Any] = {
        "poll": poll.id,
        "question": poll.question,
        "body": poll.body,
        "opens": poll.opens_at,
        "closes": poll.closes_at,
    }
    if poll.announced_at is not None:
        yield Moment(poll.announced_at, Happening.ANNOUNCED, details)
    if declaration is not None:
        details = {
            "poll": poll.id,
            "body": poll.body,
            "outcome": declaration.outcome,
            "standing": poll.standing,
            "facts": declaration.facts,
            "annulled": poll.annulled_at is not None,
        }
        yield Moment(declaration.declared_at, Happening.DECLARED, details)


def _work(consultation_id: int) -> Iterator[Moment]:
    tasks = select(Task).where(Task.consultation_id == consultation_id).options(joinedload(Task.owner))
    for task in db.session.scalars(tasks):
        details = {
            "task": task.id,
            "title": task.title,
            "name": task.owner.name,
            "owner": task.owner_id,
            "due": task.due_on,
            "budget": task.budget_fen,
        }
        yield Moment(task.made_at, Happening.TASK, details | {"language": task.language})
        if task.accepted_at is not None:
            yield Moment(task.accepted_at, Happening.ACCEPTED, {"task": task.id, "title": task.title})
    progress = select(Progress, Task.title, is_hidden(ReportableKind.PROGRESS, Progress.id)).join(
        Task, Task.id == Progress.task_id
    )
    progress = progress.where(Task.consultation_id == consultation_id).options(joinedload(Progress.picture))
    for note, title, hidden in db.session.execute(progress):
        details = {
            "task": note.task_id,
            "title": title,
            "text": "" if hidden else note.text,
            "hidden": hidden,
            "stage": note.stage,
            "spent": note.spent_fen,
        }
        yield Moment(
            note.noted_at,
            Happening.PROGRESS,
            details | {"picture": None if hidden else note.picture, "language": note.language},
        )
    looks = select(Acceptance, Person.name, Task.title).join(Task, Task.id == Acceptance.task_id)
    looks = looks.join(Person, Person.id == Acceptance.person_id).where(Task.consultation_id == consultation_id)
    for look, name, title in db.session.execute(looks):
        details = {"task": look.task_id, "title": title, "accepted": look.accepted, "words": look.words, "name": name}
        details |= {"by": look.person_id}
        yield Moment(look.looked_at, Happening.LOOKED_AT, details)
