"""While a notice hangs: what people say against it, what is answered, the photo of the board; and the result of a work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.domain.refusals import Reason, Refused
from consult.models import BoardPhoto, Consultation, Notice, Objection, Person, Task, Village, db
from consult.models.talk import task_queries
from consult.models.talk.participant_queries import holders
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.messages import notifications
from consult.services.people.villages import local_day


def object_to(notice: Notice, text: str, actor: Person, *, language: str, key: str, now: datetime) -> None:
    """Say something against a notice while it hangs. The same key says it once. Raises Refused afterwards."""
    if db.session.scalar(select(Objection.id).where(Objection.request_key == key)) is not None:
        return
    village = db.session.get_one(Village, notice.village_id)
    if local_day(village, now) > notice.posted_until:
        raise Refused(Reason.POSTING_ENDED)
    objection = Objection(
        village_id=notice.village_id,
        notice_id=notice.id,
        text=text,
        language=language,
        request_key=key,
        made_by=actor.id,
        made_at=now,
    )
    db.session.add(objection)
    db.session.flush()
    audit.record(
        Tag.OBJECTION_MADE,
        f"notice:{notice.id}",
        village_id=village.id,
        actor_id=actor.id,
        now=now,
        objection=objection.id,
        digest=sha256(text),
    )
    answerers = holders(village.id, ANSWERS_PROPOSALS, on=local_day(village, now)) - {actor.id}
    notifications.tell(
        answerers,
        NotificationEvent.DUTY,
        f"objection:{objection.id}",
        village_id=village.id,
        consultation_id=None,
        now=now,
        kind="objection_made",
        notice=notice.id,
    )
    transactions.commit()


def answer(objection: Objection, text: str, actor: Person, *, now: datetime) -> None:
    """The committee's answer, for everybody to read. The first answer stays."""
    transactions.lock(objection)
    if objection.answered_at is not None:
        return
    objection.answer, objection.answered_by, objection.answered_at = text, actor.id, now
    audit.record(
        Tag.OBJECTION_ANSWERED,
        f"notice:{objection.notice_id}",
        village_id=objection.village_id,
        actor_id=actor.id,
        now=now,
        objection=objection.id,
        digest=sha256(text),
    )
    notifications.tell(
        {objection.made_by},
        NotificationEvent.ANSWERED,
        f"objection_answer:{objection.id}",
        village_id=objection.village_id,
        consultation_id=None,
        now=now,
        kind="objection_answered",
        notice=objection.notice_id,
    )
    transactions.commit()


def photograph(notice: Notice, picture: str, actor: Person, *, key: str, now: datetime) -> None:
    """The board with the notice on it. The same key keeps one."""
    if db.session.scalar(select(BoardPhoto.id).where(BoardPhoto.request_key == key)) is not None:
        return
    photo = BoardPhoto(
        village_id=notice.village_id,
        notice_id=notice.id,
        digest=picture,
        request_key=key,
        taken_by=actor.id,
        taken_at=now,
    )
    db.session.add(photo)
    db.session.flush()
    audit.record(
        Tag.BOARD_PHOTOGRAPHED,
        f"notice:{notice.id}",
        village_id=notice.village_id,
        actor_id=actor.id,
        now=now,
        picture=picture,
    )
    transactions.commit()


def post_result(consultation: Consultation, actor: Person, *, now: datetime) -> Notice:
    """What became of it: works, money, who accepted. Posted once. Raises Refused while a task is not accepted."""
    transactions.lock(consultation)
    earlier = db.session.scalar(
        select(Notice).where(Notice.consultation_id == consultation.id, Notice.tag == notices.RESULT_POSTED)
    )
    if earlier is not None:
        return earlier
    tasks = db.session.scalars(select(Task).where(Task.consultation_id == consultation.id).order_by(Task.id)).all()
    if not tasks or any(task.accepted_at is None for task in tasks):
        raise Refused(Reason.RESULT_NOT_READY)
    facts = {
        "tasks": [[t.title, t.accepted_at.isoformat() if t.accepted_at else "", t.budget_fen] for t in tasks],
        "spent_fen": sum(task_queries.spent(consultation.id).values()),
        "cost_fen": consultation.proposal.cost_fen,
    }
    proposal = consultation.proposal
    words = [proposal.title, *(task.title for task in tasks)]
    subject = notices.Subject(proposal.title, words, consultation=consultation)
    notice = notices.hang(notices.RESULT_POSTED, subject, actor, facts=facts, now=now)
    four_deliberations.note_result(consultation, notice, Act.of(actor, now=now))
    transactions.commit()
    return notice


def objections(notice_id: int) -> Sequence[Row[Any]]:
    query = (
        select(
            Objection.id,
            Objection.text,
            Objection.language,
            Objection.made_at,
            Objection.answer,
            Objection.answered_at,
            Person.name,
        )
        .join(Person, Person.id == Objection.made_by)
        .where(Objection.notice_id == notice_id)
        .order_by(Objection.id)
    )
    return db.session.execute(query).all()


def photos(notice_id: int) -> Sequence[BoardPhoto]:
    return db.session.scalars(select(BoardPhoto).where(BoardPhoto.notice_id == notice_id).order_by(BoardPhoto.id)).all()
