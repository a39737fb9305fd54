"""Manners: reporting words, hiding them, telling the author why, and letting another person look again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS, DECIDES_APPEALS
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import moderation as rules
from consult.domain.talk.moderation import ReportableKind, ReportGround
from consult.models import Comment, ContentReport, Person, Removal, Statement, Village, db
from consult.models.talk.participant_queries import holders
from consult.services.core import audit, search, transactions
from consult.services.messages import notifications
from consult.services.people.villages import local_day

Words = Comment | Statement


def find(village_id: int, kind: str, row_id: int) -> Words | None:
    """The comment or statement of this village that a subject like comment:17 names."""
    if kind == ReportableKind.COMMENT:
        return db.session.scalar(select(Comment).where(Comment.id == row_id, Comment.village_id == village_id))
    if kind == ReportableKind.STATEMENT:
        return db.session.scalar(select(Statement).where(Statement.id == row_id, Statement.village_id == village_id))
    return None


def subject_of(words: Words) -> str:
    return f"{ReportableKind.COMMENT if isinstance(words, Comment) else ReportableKind.STATEMENT}:{words.id}"


def texts(village_id: int, subjects: Sequence[str]) -> dict[str, str]:
    """The words behind subjects like comment:17. Two queries, however many."""
    found: dict[str, str] = {}
    for kind, model in ((ReportableKind.COMMENT, Comment), (ReportableKind.STATEMENT, Statement)):
        ids = [int(s.partition(":")[2]) for s in subjects if s.startswith(f"{kind}:")]
        query = select(model.id, model.text).where(model.village_id == village_id, model.id.in_(ids))
        found |= {f"{kind}:{row_id}": text for row_id, text in db.session.execute(query)}
    return found


def report(words: Words, ground: ReportGround, remark: str, actor: Person, *, now: datetime) -> None:
    """Tell the council that these words should not stand. Once a person."""
    subject = subject_of(words)
    known = select(ContentReport).where(ContentReport.subject == subject, ContentReport.person_id == actor.id)
    if db.session.scalar(known) is None:
        db.session.add(
            ContentReport(
                village_id=actor.village_id,
                subject=subject,
                person_id=actor.id,
                ground=ground.value,
                words=remark,
                reported_at=now,
            )
        )
        _tell_officers(words, f"report:{subject}", "words_reported", ANSWERS_PROPOSALS, set(), now)
        _record(Tag.WORDS_REPORTED, words, actor, now, ground=ground.value)
    transactions.commit()


def let_stand(words: Words, actor: Person, *, now: datetime) -> None:
    """Settle the reports without hiding anything."""
    if _settle(words, actor, now):
        _record(Tag.REPORT_SETTLED, words, actor, now)
    transactions.commit()


def hide(words: Words, ground: ReportGround, reason: str, actor: Person, *, now: datetime) -> None:
    """Take words out of sight, and tell the author why. Hidden already: nothing."""
    transactions.lock(words)
    if words.hidden_at is None:
        words.hidden_at = now
        hiding = Removal(
            village_id=actor.village_id,
            subject=subject_of(words),
            author_id=words.person_id,
            ground=ground.value,
            reason=reason,
            hidden_by=actor.id,
            hidden_at=now,
        )
        db.session.add(hiding)
        db.session.flush()
        search.remove(subject_of(words))
        _settle(words, actor, now)
        _tell_author(hiding, words, "hidden", now)
        _record(Tag.WORDS_HIDDEN, words, actor, now, ground=ground.value, hiding=hiding.id)
    transactions.commit()


def appeal(hiding: Removal, why: str, actor: Person, *, now: datetime) -> None:
    """The author disagrees; somebody else than who hid the words will decide. Raises Refused."""
    if hiding.author_id != actor.id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if hiding.restored_at is not None:
        raise Refused(Reason.NOTHING_HIDDEN)
    if hiding.appealed_at is not None:
        raise Refused(Reason.APPEALED_ALREADY)
    hiding.appeal, hiding.appealed_at = why, now
    words = _words_of(hiding)
    _tell_officers(words, f"appeal:{hiding.id}", "appeal_made", DECIDES_APPEALS, {hiding.hidden_by, actor.id}, now)
    _record(Tag.HIDING_APPEALED, words, actor, now, hiding=hiding.id)
    transactions.commit()


def decide(hiding: Removal, actor: Person, *, restore_words: bool, reason: str, now: datetime) -> None:
    """Another person's decision on an appeal. Decided already: nothing. Raises Refused."""
    transactions.lock(hiding)
    if not rules.may_decide(actor.id, hidden_by=hiding.hidden_by, author_id=hiding.author_id):
        raise Refused(Reason.HIDER_CANNOT_DECIDE)
    if hiding.appealed_at is None:
        raise Refused(Reason.NO_APPEAL)
    if hiding.decided_at is None:
        words = _words_of(hiding)
        hiding.decided_by, hiding.decided_at, hiding.decision = actor.id, now, reason
        if restore_words and hiding.restored_at is None:
            _restore(hiding, words, reason, actor, now)
        _tell_author(hiding, words, "restored" if restore_words else "appeal_refused", now)
        _record(Tag.APPEAL_DECIDED, words, actor, now, hiding=hiding.id, restored=restore_words)
    transactions.commit()


def restore(hiding: Removal, reason: str, actor: Person, *, now: datetime) -> None:
    """Show the words again, with a reason. Shown already: nothing."""
    transactions.lock(hiding)
    if hiding.restored_at is None:
        words = _words_of(hiding)
        _restore(hiding, words, reason, actor, now)
        _tell_author(hiding, words, "restored", now)
        _record(Tag.WORDS_RESTORED, words, actor, now, hiding=hiding.id)
    transactions.commit()


def _restore(hiding: Removal, words: Words, reason: str, actor: Person, now: datetime) -> None:
    words.hidden_at = None
    hiding.restored_by, hiding.restored_at, hiding.restored_reason = actor.id, now, reason
    if isinstance(words, Comment):
        search.put_comment(words)


def _words_of(hiding: Removal) -> Words:
    kind, _, row_id = hiding.subject.partition(":")
    words = find(hiding.village_id, kind, int(row_id))
    if words is None:
        raise LookupError(f"hiding {hiding.id} points to nothing")
    return words


def _settle(words: Words, actor: Person, now: datetime) -> bool:
    waiting = update(ContentReport).where(
        ContentReport.subject == subject_of(words), ContentReport.settled_at.is_(None)
    )
    settled = db.session.connection().execute(waiting.values(settled_at=now, settled_by=actor.id))
    return bool(settled.rowcount)


def _tell_author(hiding: Removal, words: Words, kind: str, now: datetime) -> None:
    notifications.tell(
        {hiding.author_id},
        NotificationEvent.MODERATED,
        f"{kind}:{hiding.id}",
        village_id=hiding.village_id,
        consultation_id=words.consultation_id,
        now=now,
        kind=kind,
        hiding=hiding.id,
    )


def _tell_officers(words: Words, subject: str, kind: str, roles: frozenset[str], but: set[int], now: datetime) -> None:
    village = db.session.get_one(Village, words.village_id)
    people = holders(village.id, roles, on=local_day(village, now)) - but
    notifications.tell(
        people,
        NotificationEvent.DUTY,
        subject,
        village_id=village.id,
        consultation_id=words.consultation_id,
        now=now,
        kind=kind,
    )


def _record(tag: Tag, words: Words, actor: Person, now: datetime, **facts: object) -> None:
    audit.record(tag, subject_of(words), village_id=words.village_id, actor_id=actor.id, now=now, **facts)
