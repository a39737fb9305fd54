"""A proposal's way through the four deliberations: its kind of matter, its check, its steps; and the gates before a call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.law import four_deliberations as rules
from consult.domain.law import matters, motion_checks
from consult.domain.law.four_deliberations import DeliberationStage, StageRecord
from consult.domain.law.motion_checks import Check
from consult.domain.polls.polls import Outcome, Standing, Tally
from consult.domain.refusals import Reason, Refused
from consult.models import (
    Consultation,
    DeliberationStep,
    MatterChoice,
    Meeting,
    MeetingPoll,
    MotionCheck,
    Notice,
    Person,
    Poll,
    Proposal,
    Village,
    db,
)
from consult.services.core import audit, transactions
from consult.services.people.villages import local_day

KEPT = ("held_on", "place", "expected", "present", "support", "oppose", "abstain", "words", "exception")
"""Of a step: what its entry in the log is made of."""


def choose_matter(consultation: Consultation, matter: str, actor: Person, *, now: datetime) -> None:
    """Say which kind of matter it is. The same again is nothing."""
    if matter_of(consultation.id) == matter:
        return
    number = _next(MatterChoice, consultation.id)
    db.session.add(
        MatterChoice(
            consultation_id=consultation.id,
            number=number,
            village_id=consultation.village_id,
            matter=matter,
            chosen_by=actor.id,
            chosen_at=now,
        )
    )
    db.session.flush()
    _record(Tag.MATTER_SET, consultation, actor, now, number=number, matter=matter)
    transactions.commit()


def matter_of(consultation_id: int) -> str | None:
    query = select(MatterChoice.matter).where(MatterChoice.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(MatterChoice.number.desc()).limit(1))


def check_motion(consultation: Consultation, check: Check, actor: Person, *, now: datetime) -> None:
    """Tick the list of questions for the words as they stand now. The same again is nothing."""
    revision = consultation.proposal.revision
    before = check_of(consultation.id)
    if before is not None and (before.revision, before.answers, before.note) == (revision, check.answers, check.note):
        return
    number = _next(MotionCheck, consultation.id)
    db.session.add(
        MotionCheck(
            consultation_id=consultation.id,
            number=number,
            village_id=consultation.village_id,
            revision=revision,
            answers=dict(check.answers),
            note=check.note,
            checked_by=actor.id,
            checked_at=now,
        )
    )
    db.session.flush()
    digest = digest_of_check(check.answers, check.note)
    _record(Tag.MOTION_CHECKED, consultation, actor, now, number=number, revision=revision, digest=digest)
    transactions.commit()


def digest_of_check(answers: Mapping[str, str], note: str) -> str:
    return sha256(canonical([dict(answers), note]))


def check_of(consultation_id: int) -> MotionCheck | None:
    """The newest check, of whichever revision."""
    query = select(MotionCheck).where(MotionCheck.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(MotionCheck.number.desc()).limit(1))


def done(consultation_id: int) -> dict[DeliberationStage, DeliberationStep]:
    query = select(DeliberationStep).where(DeliberationStep.consultation_id == consultation_id)
    return {DeliberationStage(row.step): row for row in db.session.scalars(query)}


def is_studied(consultation_id: int) -> bool:
    """Whether the Party organisation's study is on record."""
    return rules.studied(done(consultation_id))


def refuse_unless_ripe(
    consultation_id: int, title: str, body: str, *, study_exception: str, authorisation: str
) -> None:
    """Whether a motion may be put before a body. Bodies that only prepare need none of it. Raises Refused."""
    if body in matters.PREPARING:
        return
    code = matter_of(consultation_id)
    if code is None:
        raise Refused(Reason.MOTION_WITHOUT_MATTER, title=title)
    matter = matters.find(code)
    if reason := matters.why_not_body(matter, body, authorisation=authorisation):
        raise Refused(reason, title=title, bodies=list(matter.bodies))
    if matters.needs_study(matter, body) and not study_exception and not is_studied(consultation_id):
        raise Refused(Reason.NO_PARTY_STUDY, title=title)
    check, proposal = check_of(consultation_id), _proposal(consultation_id)
    current = check.answers if check is not None and check.revision == proposal.revision else None
    if reason := motion_checks.why_not(current):
        raise Refused(reason, title=title)


def open_days(consultation_id: int | None) -> int:
    """For how many full days the plan must lie open before it is decided, by its kind of matter."""
    code = matter_of(consultation_id) if consultation_id is not None else None
    return matters.find(code).open_days if code else 0


def revision_of(consultation_id: int) -> int:
    """Which version of a proposal's words stands now."""
    return _proposal(consultation_id).revision


def _proposal(consultation_id: int) -> Proposal:
    return db.session.scalars(select(Proposal).where(Proposal.consultation_id == consultation_id)).one()


def record_step(consultation: Consultation, record: StageRecord, picture: str, actor: Person, *, now: datetime) -> None:
    """Write down a step that was held on paper, with a photo of it. Recorded already: nothing. Raises Refused."""
    transactions.lock(consultation)
    there = done(consultation.id)
    if record.step in there:
        return
    if reason := rules.why_not_step(record.step, there, exception=record.exception):
        raise Refused(reason)
    _add(
        consultation,
        record.step,
        actor,
        now,
        held_on=record.held_on,
        place=record.place,
        expected=record.expected,
        present=record.present,
        support=record.support,
        oppose=record.oppose,
        abstain=record.abstain,
        words=record.words,
        exception=record.exception,
        picture=picture,
    )
    transactions.commit()


def note_resolution(
    poll: Poll, tally: Tally, outcome: Outcome, notice: Notice | None, actor: Person, *, now: datetime
) -> None:
    """A carried vote gives the step of its body, and the villagers' one is posted with its notice. In the transaction at hand.

    An advisory vote resolves nothing; of a meeting of the Party or the committees it is the step all the same.
    """
    step = rules.step_of_body(poll.body)
    if step is None or outcome is not Outcome.CARRIED:
        return
    resolves = step is DeliberationStage.VILLAGERS_RESOLVE
    if resolves and poll.standing != Standing.FORMAL:
        return
    there, facts = done(poll.consultation_id), _facts_of_vote(poll, tally)
    if step not in there:
        _add(poll.consultation, step, actor, now, **facts)
    if resolves and notice is not None and DeliberationStage.RESOLUTION_POSTED not in there:
        _add(poll.consultation, DeliberationStage.RESOLUTION_POSTED, actor, now, notice_id=notice.id, poll_id=poll.id)


def _facts_of_vote(poll: Poll, tally: Tally) -> dict[str, Any]:
    link = db.session.get(MeetingPoll, poll.id)
    meeting = db.session.get(Meeting, link.meeting_id) if link else None
    votes = dict(zip(poll.method.fixed_options, tally.counts, strict=False))
    return {
        "place": meeting.place if meeting else "",
        "expected": tally.roll,
        "present": tally.present,
        "support": votes.get("support", 0),
        "oppose": votes.get("oppose", 0),
        "abstain": votes.get("abstain", 0),
        "words": poll.question,
        "exception": meeting.study_exception if meeting else "",
        "meeting_id": meeting.id if meeting else None,
        "poll_id": poll.id,
    }


def note_result(consultation: Consultation, notice: Notice, actor: Person, *, now: datetime) -> None:
    """The result of carrying it out hangs on the board. In the transaction at hand."""
    if DeliberationStage.RESULT_POSTED not in done(consultation.id):
        _add(consultation, DeliberationStage.RESULT_POSTED, actor, now, notice_id=notice.id)


def _add(consultation: Consultation, step: DeliberationStage, actor: Person, now: datetime, **facts: Any) -> None:
    village = db.session.get_one(Village, consultation.village_id)
    usual: dict[str, Any] = {
        "held_on": local_day(village, now),
        "place": "",
        "expected": 0,
        "present": 0,
        "support": 0,
        "oppose": 0,
        "abstain": 0,
        "words": "",
        "exception": "",
        "picture": "",
        "meeting_id": None,
        "poll_id": None,
        "notice_id": None,
    }
    row = usual | facts
    db.session.add(
        DeliberationStep(
            consultation_id=consultation.id,
            step=step.value,
            village_id=consultation.village_id,
            recorded_by=actor.id,
            recorded_at=now,
            **row,
        )
    )
    db.session.flush()
    _record(Tag.STEP_RECORDED, consultation, actor, now, step=step.value, digest=digest_of(row), picture=row["picture"])


def digest_of(row: Mapping[str, Any]) -> str:
    """What the log keeps of a step: its day, its counts and its words."""
    return sha256(canonical([str(row[name]) for name in KEPT]))


def _next(model: type[MatterChoice] | type[MotionCheck], consultation_id: int) -> int:
    last = db.session.scalar(select(func.max(model.number)).where(model.consultation_id == consultation_id))
    return (last or 0) + 1


def _record(tag: Tag, consultation: Consultation, actor: Person, now: datetime, **facts: Any) -> None:
    audit.record(
        tag, f"consultation:{consultation.id}", village_id=consultation.village_id, actor_id=actor.id, now=now, **facts
    )
