"""Comments on a proposal: replies, seconding, and questions until they are answered."""

from datetime import datetime

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import CommentText, Stance
from consult.domain.talk.phases import PhaseAct
from consult.models import Comment, Consultation, Seconding, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.talk import consultations, phases, search_texts


@atomic
def write(
    consultation: Consultation, words: CommentText, act: Act, *, picture: tuple[str, str] | None = None
) -> Comment:
    """Comment on the proposal as it stands now. The same key writes one. Raises Refused.

    `picture`: the name of a stored picture and its description.
    """
    transactions.lock(consultation)
    earlier = transactions.earlier(Comment, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.COMMENT)
    comment = _add(consultation, words, act, picture=picture)
    _record(comment, Tag.COMMENT_WRITTEN, act)
    return comment


@atomic
def reply(parent: Comment, words: CommentText, act: Act, *, in_office: bool) -> Comment:
    """Reply to a comment; a reply in office answers a question. The same key writes one. Raises Refused.

    A reply to a reply goes under the same comment.
    """
    consultation = db.session.get_one(Consultation, parent.consultation_id)
    transactions.lock(consultation)
    earlier = transactions.earlier(Comment, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.COMMENT)
    above = parent if parent.parent_id is None else db.session.get_one(Comment, parent.parent_id)
    comment = _add(consultation, words, act, parent=above, in_office=in_office)
    answers = in_office and above.stance is Stance.QUESTION and above.person_id != act.actor_id
    if answers:
        above.answered_at, above.reopened_at = act.now, None
    _tell_author(above, comment, "question_answered" if answers else "replied", consultation, act.now)
    _record(comment, Tag.QUESTION_ANSWERED if answers else Tag.COMMENT_WRITTEN, act)
    return comment


@atomic
def reopen(question: Comment, act: Act) -> None:
    """Let a question wait for an answer again, for its asker only. Not answered: nothing. Raises Refused."""
    transactions.lock(question)
    if question.person_id != act.actor_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if question.stance is Stance.QUESTION and question.answered_at is not None:
        question.answered_at, question.reopened_at = None, act.now
        _record(question, Tag.QUESTION_REOPENED, act)


@atomic
def second(comment: Comment, act: Act) -> None:
    """Second a comment ("me too"). Twice is once; seconding one's own does nothing. Raises Refused."""
    consultation = db.session.get_one(Consultation, comment.consultation_id)
    transactions.lock(consultation, share=True)  # its phase stays until this is done
    transactions.queue_for(f"seconding:{comment.id}:{act.actor_id}")
    phases.refuse_unless_open(consultation, PhaseAct.COMMENT)
    own = comment.person_id == act.actor_id
    if not own and db.session.get(Seconding, (comment.id, act.actor_id)) is None:
        db.session.add(
            Seconding(comment_id=comment.id, person_id=act.actor_id, village_id=act.village_id, seconded_at=act.now)
        )


@atomic
def take_back_seconding(comment: Comment, act: Act) -> None:
    """Withdraw the actor's seconding, if there is one."""
    transactions.queue_for(f"seconding:{comment.id}:{act.actor_id}")
    seconding = db.session.get(Seconding, (comment.id, act.actor_id))
    if seconding is not None:
        db.session.delete(seconding)


def _add(
    consultation: Consultation,
    words: CommentText,
    act: Act,
    *,
    parent: Comment | None = None,
    in_office: bool = False,
    picture: tuple[str, str] | None = None,
) -> Comment:
    comment = Comment(
        village_id=act.village_id,
        consultation_id=consultation.id,
        parent_id=parent.id if parent else None,
        person_id=act.actor_id,
        stance=words.stance,
        text=words.text,
        language=act.language,
        revision=consultation.proposal.revision,
        from_council=in_office,
        request_key=act.key,
        written_at=act.now,
        picture=consultations.picture_row(*picture, act.village_id) if picture else None,
    )
    db.session.add(comment)
    db.session.flush()
    search_texts.put_comment(comment)
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


def _record(comment: Comment, tag: Tag, act: Act) -> None:
    """Log the hash of the text: it can be hidden later, but not changed without being noticed."""
    audit.record(tag, f"comment:{comment.id}", act, digest=sha256(comment.text))
