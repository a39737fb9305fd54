"""Objections to a notice while it is posted, their answers, photos of the board; and the notice of a finished work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.domain.refusals import Reason, Refused
from consult.models import BoardPhoto, Notice, Objection, Person, Village, db
from consult.models.board.hidden import HiddenTrace, in_force
from consult.models.people.role_queries import holders
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.villages import local_day


def refuse_after_posting(notice: Notice, now: datetime) -> None:
    """Refuse objections to a notice that surely hangs no longer. Raises Refused."""
    village = db.session.get_one(Village, notice.village_id)
    if local_day(village, sure_time.surely_past(village.id, now)) > notice.posted_until:
        raise Refused(Reason.POSTING_ENDED)


@atomic
def object_to(notice: Notice, text: str, act: Act) -> None:
    """Object to a notice while it is posted. The same key objects once. Raises Refused afterwards."""
    village = db.session.get_one(Village, notice.village_id)
    transactions.queue_for(f"objection:{act.key}")
    if transactions.earlier(Objection, act.key) is not None:
        return
    today = local_day(village, act.now)
    refuse_after_posting(notice, act.now)
    objection = Objection(
        village_id=notice.village_id,
        notice_id=notice.id,
        text=text,
        language=act.language,
        request_key=act.key,
        made_by=act.actor_id,
        made_at=act.now,
    )
    db.session.add(objection)
    db.session.flush()
    officers = holders(village.id, ANSWERS_PROPOSALS, on=today) - {act.actor_id}
    _tell(officers, NotificationEvent.DUTY, f"objection:{objection.id}", "objection_made", notice_id=notice.id, act=act)
    audit.record(Tag.OBJECTION_MADE, f"notice:{notice.id}", act, objection=objection.id, digest=sha256(text))


def refuse_answered(objection: Objection) -> None:
    """Raise Refused where it was answered meanwhile: the first answer stays."""
    if objection.answered_at is not None:
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["answer"])


def post_answer(objection: Objection, text: str, answered_by: int, act: Act) -> None:
    """Post the answer that two officers gave to an objection, in the unit of work at hand. Raises Refused."""
    refuse_answered(objection)
    objection.answer, objection.answered_by, objection.answered_at = text, answered_by, act.now
    db.session.flush()
    notifications.take_back([f"objection:{objection.id}"], now=act.now)
    due = villages.owed_by(Owed.OBJECTION, objection.village_id, objection.made_at)
    notifications.take_back_late(owed.subjects(Owed.OBJECTION, objection.id, due), now=act.now)
    subject = f"objection_answer:{objection.id}"
    _tell(
        {objection.made_by},
        NotificationEvent.ANSWERED,
        subject,
        "objection_answered",
        notice_id=objection.notice_id,
        act=act,
    )
    audit.record(
        Tag.OBJECTION_ANSWERED,
        f"notice:{objection.notice_id}",
        act,
        objection=objection.id,
        digest=sha256(text),
    )


@atomic
def photograph(notice: Notice, picture: str, act: Act) -> None:
    """Add a stored photo of the board with the notice on it, by its name. The same key adds one."""
    transactions.lock(notice)
    if transactions.earlier(BoardPhoto, act.key) is not None:
        return
    photo = BoardPhoto(
        village_id=notice.village_id,
        notice_id=notice.id,
        file_name=picture,
        request_key=act.key,
        taken_by=act.actor_id,
        taken_at=act.now,
    )
    db.session.add(photo)
    db.session.flush()
    audit.record(
        Tag.BOARD_PHOTOGRAPHED, f"notice:{notice.id}", act, picture=stored_files.fingerprint(act.village_id, picture)
    )


def _tell(people: set[int], event: NotificationEvent, subject: str, kind: str, *, notice_id: int, act: Act) -> None:
    notifications.tell(
        people,
        event,
        subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        kind=kind,
        notice=notice_id,
    )


@dataclass(frozen=True)
class ObjectionView:
    """An objection as it is shown, with the name of who made it."""

    id: int
    text: str
    language: str
    made_at: datetime
    answer: str
    answered_at: datetime | None
    name: str
    made_by: int
    due: date
    """The last day for an answer."""
    trace: HiddenTrace | None
    """Who hid it, if it is hidden; then `text` is empty."""


def objections(notice_id: int) -> list[ObjectionView]:
    """Return the objections to a notice, oldest first."""
    query = (
        select(
            Objection.id,
            Objection.text,
            Objection.language,
            Objection.made_at,
            Objection.answer,
            Objection.answered_at,
            Person.name,
            Objection.made_by,
        )
        .join(Person, Person.id == Objection.made_by)
        .where(Objection.notice_id == notice_id)
        .order_by(Objection.id)
    )
    rows = db.session.execute(query).all()
    notice = db.session.get_one(Notice, notice_id)
    traces = in_force(notice.village_id, [f"objection:{row.id}" for row in rows])
    views = []
    for row in rows:
        trace = traces.get(f"objection:{row.id}")
        due = villages.owed_by(Owed.OBJECTION, notice.village_id, row.made_at)
        kept: dict[str, Any] = {**row._mapping, "text": "" if trace else row.text}
        views.append(ObjectionView(**kept, due=due, trace=trace))
    return views


def photos(notice_id: int) -> Sequence[BoardPhoto]:
    """Return the photos of the board with a notice, oldest first."""
    return db.session.scalars(select(BoardPhoto).where(BoardPhoto.notice_id == notice_id).order_by(BoardPhoto.id)).all()
