"""Saying something about a proposal: comments, replies, me too, and questions until they are answered."""

from datetime import datetime

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import CommentText, Stance
from consult.domain.talk.phases import PhaseAct
from consult.models import Comment, Consultation, Person, Seconding, db
from consult.services.core import audit, search, transactions
from consult.services.messages import notifications
from consult.services.talk import consultations, phases


def write(
    consultation: Consultation,
    words: CommentText,
    actor: Person,
    *,
    language: str,
    key: str,
    now: datetime,
    picture: tuple[str, str] | None = None,
) -> Comment:
    """A comment on the proposal as it stands now, with a picture as (digest, description). The same key writes one."""
    earlier = _earlier(key, actor)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.COMMENT)
    comment = _add(consultation, words, actor, language=language, key=key, now=now, picture=picture)
    _record(comment, Tag.COMMENT_WRITTEN, actor, now)
    transactions.commit()
    return comment


def reply(
    parent: Comment, words: CommentText, actor: Person, *, in_office: bool, language: str, key: str, now: datetime
) -> Comment:
    """Answer a comment. A reply in office answers a question. A reply to a reply goes under the same comment."""
    earlier = _earlier(key, actor)
    if earlier is not None:
        return earlier
    consultation = db.session.get_one(Consultation, parent.consultation_id)
    phases.refuse_unless_open(consultation, PhaseAct.COMMENT)
    above = parent if parent.parent_id is None else db.session.get_one(Comment, parent.parent_id)
    comment = _add(consultation, words, actor, language=language, key=key, now=now, parent=above, in_office=in_office)
    answers = in_office and above.stance == Stance.QUESTION and above.person_id != actor.id
    if answers:
        above.answered_at, above.reopened_at = now, None
    _tell_author(above, comment, "question_answered" if answers else "replied", consultation, now)
    _record(comment, Tag.QUESTION_ANSWERED if answers else Tag.COMMENT_WRITTEN, actor, now)
    transactions.commit()
    return comment


def reopen(question: Comment, actor: Person, *, now: datetime) -> None:
    """The asker is not satisfied: the question waits for an answer again. Raises Refused."""
    if question.person_id != actor.id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if question.stance == Stance.QUESTION and question.answered_at is not None:
        question.answered_at, question.reopened_at = None, now
        _record(question, Tag.QUESTION_REOPENED, actor, now)
    transactions.commit()


def second(comment: Comment, person: Person, *, now: datetime) -> None:
    """Me too. Twice is the same as once; one's own words need none. Raises Refused."""
    phases.refuse_unless_open(db.session.get_one(Consultation, comment.consultation_id), PhaseAct.COMMENT)
    own = comment.person_id == person.id
    if not own and db.session.get(Seconding, (comment.id, person.id)) is None:
        db.session.add(
            Seconding(comment_id=comment.id, person_id=person.id, village_id=person.village_id, seconded_at=now)
        )
    transactions.commit()


def take_back_seconding(comment: Comment, person: Person) -> None:
    seconding = db.session.get(Seconding, (comment.id, person.id))
    if seconding is not None:
        db.session.delete(seconding)
    transactions.commit()


def _earlier(key: str, actor: Person) -> Comment | None:
    return db.session.scalar(select(Comment).where(Comment.request_key == key, Comment.person_id == actor.id))


def _add(
    consultation: Consultation,
    words: CommentText,
    actor: Person,
    *,
    language: str,
    key: str,
    now: datetime,
    parent: Comment | None = None,
    in_office: bool = False,
    picture: tuple[str, str] | None = None,
) -> Comment:
    shown = consultations.picture_row(*picture, actor.village_id) if picture else None
    comment = Comment(
        village_id=actor.village_id,
        consultation_id=consultation.id,
        parent_id=parent.id if parent else None,
        person_id=actor.id,
        stance=words.stance.value if words.stance else "",
        text=words.text,
        language=language,
        revision=consultation.proposal.revision,
        from_council=in_office,
        request_key=key,
        written_at=now,
        picture=shown,
    )
    db.session.add(comment)
    db.session.flush()
    search.put_comment(comment)
    return comment


def _tell_author(above: Comment, comment: Comment, kind: str, consultation: Consultation, now: datetime) -> None:
    notifications.tell(
        {above.person_id} - {comment.person_id},
        NotificationEvent.ANSWERED,
        f"comment:{comment.id}",
        village_id=comment.village_id,
        consultation_id=consultation.id,
        now=now,
        kind=kind,
        title=consultation.proposal.title,
        comment=above.id,
    )


def _record(comment: Comment, tag: Tag, actor: Person, now: datetime) -> None:
    """The log holds a hash of the words: they can be hidden, but not changed unseen."""
    audit.record(
        tag,
        f"comment:{comment.id}",
        village_id=comment.village_id,
        actor_id=actor.id,
        now=now,
        digest=sha256(comment.text),
    )
