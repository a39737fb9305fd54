"""Moderation: reporting content, hiding it, telling the author why, and appeals decided by another person."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.roles import ANSWERS_PROPOSALS, DECIDES_APPEALS
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import moderation as rules
from consult.domain.talk.moderation import ReportGround
from consult.models import ContentReport, Person, Removal, RemovalParty, Village, db
from consult.models.people.role_queries import holders
from consult.models.talk import moderation_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.people.villages import local_day
from consult.services.talk import moderation_subjects as subjects
from consult.services.talk.moderation_subjects import Content, Subject


@atomic
def report_content(content: Content, ground: ReportGround, remark: str, act: Act, *, about_me: bool = False) -> None:
    """Report content to the council; `about_me`: it means the reporter. A second report by the same person does nothing."""
    content = subjects.of(content)
    subject = content.key
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
                about_me=about_me,
            )
        )
        officers = _holders(content, ANSWERS_PROPOSALS, act)
        _tell_officers(content, officers, _told_of(subject), "words_reported", act)
        _record(Tag.WORDS_REPORTED, content, act, ground=ground.value)


@atomic
def dismiss_reports(content: Content, act: Act) -> None:
    """Settle the open reports without hiding anything."""
    content = subjects.of(content)
    if _is_kept_out(act, content, _concerned(content, act.now)):
        raise Refused(Reason.WORDS_CONCERN_YOU)
    if _settle(content, act):
        _record(Tag.REPORT_SETTLED, content, act)


@atomic
def hide(content: Content, ground: ReportGround, reason: str, act: Act) -> None:
    """Hide content, settle its reports and tell the author why. Hidden already by the actor: nothing. Raises Refused.

    Who is meant, who proposed the matter and their houses report it instead. What was shown again on an appeal is hidden
    by another person and on another ground only.
    """
    content = subjects.of(content)
    subjects.lock(content)
    before = moderation_queries.removals_of(content.key)
    hidden = next((one for one in before if one.restored_at is None), None)
    if hidden is not None and hidden.hidden_by == act.actor_id:
        return
    if hidden is not None:
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["hidden"])
    versions.refuse_unless_same(act.seen, {"hidden": False})
    concerned = _concerned(content, act.now)
    if _is_kept_out(act, content, concerned):
        raise Refused(Reason.WORDS_CONCERN_YOU)
    binding = [one for one in before if one.restored_on_appeal]
    if any(one.hidden_by == act.actor_id for one in binding):
        raise Refused(Reason.RESTORED_SAME_PERSON)
    if any(one.ground is ground for one in binding):
        raise Refused(Reason.RESTORED_SAME_GROUND)
    subjects.refuse_unless_hideable(content)
    removal = Removal(
        village_id=act.village_id,
        subject=content.key,
        author_id=content.author_id,
        ground=ground,
        reason=reason,
        hidden_by=act.actor_id,
        hidden_at=act.now,
    )
    db.session.add(removal)
    db.session.flush()
    for person_id in sorted(concerned | {content.author_id, act.actor.id}):
        db.session.add(RemovalParty(hiding_id=removal.id, person_id=person_id, village_id=act.village_id))
    removal.original = subjects.take_away(content, act)
    db.session.flush()
    _settle(content, act)
    _tell_author(removal, content, "hidden", act)
    _record(Tag.WORDS_HIDDEN, content, act, ground=ground.value, hiding=removal.id)


@atomic
def appeal(removal: Removal, why: str, act: Act) -> None:
    """Appeal as the author; another person than the officer who hid it decides. The same again is the same. Raises Refused."""
    transactions.lock(removal)
    if removal.author_id != act.actor_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if removal.appealed_at is not None and removal.appeal == why:
        return
    if removal.restored_at is not None:
        raise Refused(Reason.NOTHING_HIDDEN)
    if removal.appealed_at is not None:
        raise Refused(Reason.APPEALED_ALREADY)
    removal.appeal, removal.appealed_at = why, act.now
    content = _content_of(removal)
    second_persons.tell(
        Wanted(
            kind=Wait.APPEAL,
            id=removal.id,
            kept_out=_kept_out_of(removal, content, act),
            facts={"kind": "appeal_made"},
        ),
        act,
    )
    _record(Tag.HIDING_APPEALED, content, act, hiding=removal.id)


@atomic
def decide(removal: Removal, act: Act, *, restore_content: bool, reason: str) -> None:
    """Decide an appeal, as neither its author nor who hid the content. Decided already: nothing. Raises Refused."""
    content = _content_of(removal)
    subjects.lock(content)
    transactions.lock(removal)
    if not rules.may_decide(act.actor.id, hidden_by=removal.hidden_by, author_id=removal.author_id):
        raise Refused(Reason.HIDER_CANNOT_DECIDE)
    if moderation_queries.is_of_house(act.actor.id, _parties(removal, content, act.now)):
        raise Refused(Reason.APPEAL_CONCERNS_YOU)
    if removal.appealed_at is None:
        raise Refused(Reason.NO_APPEAL)
    if removal.decided_at is None or removal.decided_by != act.actor_id:
        versions.refuse_unless_same(act.seen, removal_parts(removal))
    if removal.decided_at is None:
        removal.decided_by, removal.decided_at, removal.decision = act.actor_id, act.now, reason
        if restore_content and removal.restored_at is None:
            _show_again(removal, content, reason, act)
        _tell_author(removal, content, "restored" if restore_content else "appeal_refused", act)
        _appeal_over(removal, act)
        _record(Tag.APPEAL_DECIDED, content, act, hiding=removal.id, restored=restore_content)


@atomic
def restore(removal: Removal, reason: str, act: Act) -> None:
    """Show the content again, with a reason. Shown already: nothing."""
    content = _content_of(removal)
    subjects.lock(content)
    transactions.lock(removal)
    if removal.restored_at is None or removal.restored_by != act.actor_id:
        versions.refuse_unless_same(act.seen, removal_parts(removal))
    if removal.restored_at is None:
        if moderation_queries.is_of_house(act.actor.id, {removal.author_id}):
            raise Refused(Reason.WORDS_CONCERN_YOU)
        _show_again(removal, content, reason, act)
        _tell_author(removal, content, "restored", act)
        _appeal_over(removal, act)
        _record(Tag.WORDS_RESTORED, content, act, hiding=removal.id)


def removal_parts(removal: Removal) -> dict[str, object]:
    """Return what the page of a removal shows of it, as it is now."""
    return {"appeal": str(removal.appealed_at), "decision": str(removal.decided_at), "hidden": str(removal.restored_at)}


def may_hide(content: Content, act: Act) -> bool:
    """Tell whether the actor may decide about content that nobody hid: it does not concern them, nor their house."""
    subject = subjects.of(content)
    return not _is_kept_out(act, subject, _concerned(subject, act.now))


def may_decide(removal: Removal, person_id: int, *, now: datetime) -> bool:
    """Tell whether a person may decide an appeal: they had no hand in it, are not meant, and live with none of these."""
    return not moderation_queries.is_of_house(person_id, _parties(removal, _content_of(removal), now))


def _concerned(content: Subject, now: datetime) -> set[int]:
    """Return whom content concerns: by where it stands, by their own report, or since it names them in their office."""
    village = db.session.get_one(Village, content.village_id)
    officers = holders(village.id, DECIDES_APPEALS, on=local_day(village, now))
    names = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(officers)))
    named = rules.named_in(content.text, [(one, name) for one, name in names])
    return set(content.concerned) | moderation_queries.say_about_themselves(content.key) | named


def _is_kept_out(act: Act, content: Subject, concerned: set[int]) -> bool:
    """Tell whether the actor is concerned or the author, or lives with one of them."""
    return moderation_queries.is_of_house(act.actor.id, concerned | {content.author_id})


def _parties(removal: Removal, content: Subject, now: datetime) -> set[int]:
    """Return who decides no appeal; of words hidden before these were noted, those of now."""
    noted = moderation_queries.parties_of(removal.id)
    return (noted or _concerned(content, now)) | {removal.hidden_by, removal.author_id}


def _kept_out_of(removal: Removal, content: Subject, act: Act) -> frozenset[int]:
    """Return the officers who cannot decide an appeal."""
    village = db.session.get_one(Village, removal.village_id)
    officers = holders(village.id, DECIDES_APPEALS, on=local_day(village, act.now))
    parties = _parties(removal, content, act.now)
    return frozenset(one for one in officers if moderation_queries.is_of_house(one, parties))


def _appeal_over(removal: Removal, act: Act) -> None:
    second_persons.over(Wait.APPEAL, [removal.id], act)
    if removal.appealed_at is not None:
        due = villages.owed_by(Owed.APPEAL, removal.village_id, removal.appealed_at)
        notifications.take_back_late(owed.subjects(Owed.APPEAL, removal.id, due), now=act.now)


def _show_again(removal: Removal, content: Subject, reason: str, act: Act) -> None:
    removal.restored_by, removal.restored_at, removal.restored_reason = act.actor_id, act.now, reason
    db.session.flush()
    subjects.bring_back(content, removal.original, act)


def _content_of(removal: Removal) -> Subject:
    return subjects.named(removal.village_id, removal.subject)


def _told_of(subject: str) -> str:
    """Return the subject of the officers' line about the open reports of some content: another one after each settling."""
    settled = select(func.count(ContentReport.settled_at.distinct())).where(ContentReport.subject == subject)
    return f"report:{subject}:{db.session.scalar(settled) or 0}"


def _settle(content: Subject, act: Act) -> bool:
    """Settle the open reports of this content. Return whether there were any."""
    told_of = _told_of(content.key)
    mine = (ContentReport.subject == content.key, ContentReport.settled_at.is_(None))
    for row_id, reported_at in db.session.execute(select(ContentReport.id, ContentReport.reported_at).where(*mine)):
        due = villages.owed_by(Owed.REPORT, content.village_id, reported_at)
        notifications.take_back_late(owed.subjects(Owed.REPORT, row_id, due), now=act.now)
    waiting = update(ContentReport).where(*mine)
    settled = db.session.connection().execute(waiting.values(settled_at=act.now, settled_by=act.actor_id))
    notifications.take_back([told_of], now=act.now)
    return bool(settled.rowcount)


def _tell_author(removal: Removal, content: Subject, kind: str, act: Act) -> None:
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


def _holders(content: Subject, roles: frozenset[str], act: Act) -> set[int]:
    village = db.session.get_one(Village, content.village_id)
    return holders(village.id, roles, on=local_day(village, act.now))


def _tell_officers(content: Subject, officers: set[int], subject: str, kind: str, act: Act) -> None:
    notifications.tell(
        officers,
        NotificationEvent.DUTY,
        subject,
        village_id=content.village_id,
        consultation_id=content.consultation_id,
        now=act.now,
        kind=kind,
    )


def _record(tag: Tag, content: Subject, act: Act, **facts: Any) -> None:
    audit.record(tag, content.key, act, **facts)
