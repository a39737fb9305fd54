"""Moderation: reporting content, hiding it, telling the author why, and appeals decided by another person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS, DECIDES_APPEALS
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import moderation as rules
from consult.domain.talk.moderation import ReportableKind, ReportGround
from consult.models import Comment, Consultation, ContentReport, Removal, Statement, Village, db
from consult.models.people.role_queries import holders
from consult.services.core import audit, search, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.talk import search_texts

Content = Comment | Statement
"""What can be reported and hidden."""


def find_content(village_id: int, kind: str, row_id: int) -> Content | None:
    """Return the comment or statement of this village that a subject like comment:17 names."""
    if kind == ReportableKind.COMMENT:
        return db.session.scalar(select(Comment).where(Comment.id == row_id, Comment.village_id == village_id))
    if kind == ReportableKind.STATEMENT:
        return db.session.scalar(select(Statement).where(Statement.id == row_id, Statement.village_id == village_id))
    return None


def subject_of(content: Content) -> str:
    """Return its subject in logs and reports: comment:17 or statement:4."""
    return f"{ReportableKind.COMMENT if isinstance(content, Comment) else ReportableKind.STATEMENT}:{content.id}"


def texts_of(village_id: int, subjects: Sequence[str]) -> dict[str, str]:
    """Return the texts behind subjects like comment:17, in two queries however many there are."""
    texts: dict[str, str] = {}
    for kind, model in ((ReportableKind.COMMENT, Comment), (ReportableKind.STATEMENT, Statement)):
        ids = [int(s.partition(":")[2]) for s in subjects if s.startswith(f"{kind}:")]
        query = select(model.id, model.text).where(model.village_id == village_id, model.id.in_(ids))
        texts |= {f"{kind}:{row_id}": text for row_id, text in db.session.execute(query)}
    return texts


@atomic
def report_content(content: Content, ground: ReportGround, remark: str, act: Act) -> None:
    """Report content to the council. A second report by the same person does nothing."""
    subject = subject_of(content)
    transactions.queue_for(f"report:{subject}")  # of anybody: the officers are told once
    known = select(ContentReport).where(ContentReport.subject == subject, ContentReport.person_id == act.actor_id)
    if db.session.scalar(known) is None:
        db.session.add(
            ContentReport(
                village_id=act.village_id,
                subject=subject,
                person_id=act.actor_id,
                ground=ground,
                words=remark,
                reported_at=act.now,
            )
        )
        officers = _holders(content, ANSWERS_PROPOSALS, act)
        _tell_officers(content, officers, f"report:{subject}", "words_reported", act)
        _record(Tag.WORDS_REPORTED, content, act, ground=ground.value)


@atomic
def dismiss_reports(content: Content, act: Act) -> None:
    """Settle the open reports without hiding anything."""
    if _settle(content, act):
        _record(Tag.REPORT_SETTLED, content, act)


@atomic
def hide(content: Content, ground: ReportGround, reason: str, act: Act) -> None:
    """Hide content, settle its reports and tell the author why. Hidden already: nothing."""
    _lock(content)
    mine = db.session.scalar(select(Removal.hidden_by).where(Removal.subject == subject_of(content)).limit(1))
    if content.hidden_at is None or mine != act.actor_id:
        versions.refuse_unless_same(act.seen, {"hidden": content.hidden_at is not None})
    if content.hidden_at is None:
        content.hidden_at = act.now
        removal = Removal(
            village_id=act.village_id,
            subject=subject_of(content),
            author_id=content.person_id,
            ground=ground,
            reason=reason,
            hidden_by=act.actor_id,
            hidden_at=act.now,
        )
        db.session.add(removal)
        db.session.flush()
        search.remove(subject_of(content))
        _settle(content, act)
        _tell_author(removal, content, "hidden", act)
        _record(Tag.WORDS_HIDDEN, content, act, ground=ground.value, hiding=removal.id)


@atomic
def appeal(removal: Removal, why: str, act: Act) -> None:
    """Appeal as the author; another person than the officer who hid it decides. Raises Refused."""
    transactions.lock(removal)
    if removal.author_id != act.actor_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if removal.restored_at is not None:
        raise Refused(Reason.NOTHING_HIDDEN)
    if removal.appealed_at is not None:
        raise Refused(Reason.APPEALED_ALREADY)
    removal.appeal, removal.appealed_at = why, act.now
    content = _content_of(removal)
    deciders = _holders(content, DECIDES_APPEALS, act) - {removal.hidden_by, act.actor_id}
    _tell_officers(content, deciders, f"appeal:{removal.id}", "appeal_made", act)
    _record(Tag.HIDING_APPEALED, content, act, hiding=removal.id)


@atomic
def decide(removal: Removal, act: Act, *, restore_content: bool, reason: str) -> None:
    """Decide an appeal, as neither its author nor who hid the content. Decided already: nothing. Raises Refused."""
    transactions.lock(removal)
    if not rules.may_decide(act.actor.id, hidden_by=removal.hidden_by, author_id=removal.author_id):
        raise Refused(Reason.HIDER_CANNOT_DECIDE)
    if removal.appealed_at is None:
        raise Refused(Reason.NO_APPEAL)
    if removal.decided_at is None or removal.decided_by != act.actor_id:
        versions.refuse_unless_same(act.seen, removal_parts(removal))
    if removal.decided_at is None:
        content = _content_of(removal)
        _lock(content)
        removal.decided_by, removal.decided_at, removal.decision = act.actor_id, act.now, reason
        if restore_content and removal.restored_at is None:
            _show_again(removal, content, reason, act)
        _tell_author(removal, content, "restored" if restore_content else "appeal_refused", act)
        _record(Tag.APPEAL_DECIDED, content, act, hiding=removal.id, restored=restore_content)


@atomic
def restore(removal: Removal, reason: str, act: Act) -> None:
    """Show the content again, with a reason. Shown already: nothing."""
    transactions.lock(removal)
    if removal.restored_at is None or removal.restored_by != act.actor_id:
        versions.refuse_unless_same(act.seen, removal_parts(removal))
    if removal.restored_at is None:
        content = _content_of(removal)
        _lock(content)
        _show_again(removal, content, reason, act)
        _tell_author(removal, content, "restored", act)
        _record(Tag.WORDS_RESTORED, content, act, hiding=removal.id)


def removal_parts(removal: Removal) -> dict[str, object]:
    """Return what the page of a removal shows of it, as it is now."""
    return {"appeal": str(removal.appealed_at), "decision": str(removal.decided_at), "hidden": str(removal.restored_at)}


def _lock(content: Content) -> None:
    """Lock the consultation and then the content, as a reply does."""
    transactions.lock(db.session.get_one(Consultation, content.consultation_id))
    transactions.lock(content)


def _show_again(removal: Removal, content: Content, reason: str, act: Act) -> None:
    content.hidden_at = None
    removal.restored_by, removal.restored_at, removal.restored_reason = act.actor_id, act.now, reason
    if isinstance(content, Comment):
        search_texts.put_comment(content)


def _content_of(removal: Removal) -> Content:
    kind, _, row_id = removal.subject.partition(":")
    content = find_content(removal.village_id, kind, int(row_id))
    if content is None:
        raise LookupError(f"removal {removal.id} points to nothing")
    return content


def _settle(content: Content, act: Act) -> bool:
    """Settle the open reports of this content. Return whether there were any."""
    waiting = update(ContentReport).where(
        ContentReport.subject == subject_of(content), ContentReport.settled_at.is_(None)
    )
    settled = db.session.connection().execute(waiting.values(settled_at=act.now, settled_by=act.actor_id))
    return bool(settled.rowcount)


def _tell_author(removal: Removal, content: Content, kind: str, act: Act) -> None:
    notifications.tell(
        {removal.author_id},
        NotificationEvent.MODERATED,
        f"{kind}:{removal.id}",
        village_id=removal.village_id,
        consultation_id=content.consultation_id,
        now=act.now,
        kind=kind,
        hiding=removal.id,
    )


def _holders(content: Content, roles: frozenset[str], act: Act) -> set[int]:
    village = db.session.get_one(Village, content.village_id)
    return holders(village.id, roles, on=local_day(village, act.now))


def _tell_officers(content: Content, officers: set[int], subject: str, kind: str, act: Act) -> None:
    notifications.tell(
        officers,
        NotificationEvent.DUTY,
        subject,
        village_id=content.village_id,
        consultation_id=content.consultation_id,
        now=act.now,
        kind=kind,
    )


def _record(tag: Tag, content: Content, act: Act, **facts: Any) -> None:
    audit.record(tag, subject_of(content), act, **facts)
