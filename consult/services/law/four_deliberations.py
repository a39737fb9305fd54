"""A proposal's way through the four deliberations: its kind of matter, its check, its steps; and the gates before a call."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, sha256
from consult.domain.law import four_deliberations as rules
from consult.domain.law import matters
from consult.domain.law.four_deliberations import DeliberationStage, Resolution, StageRecord
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motion_checks import Check
from consult.domain.law.motions import Motion, ProposalHistory
from consult.domain.law.paper_records import PaperRecord
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AgendaItem,
    Consultation,
    DeliberationStep,
    MatterChoice,
    MatterPaperRecord,
    Meeting,
    MeetingPoll,
    MotionCheck,
    Notice,
    Poll,
    Proposal,
    ProposalRevision,
    Village,
    db,
)
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.law import agenda_texts
from consult.services.people.villages import local_day

KEPT = ("held_on", "place", "expected", "present", "support", "oppose", "abstain", "words", "exception")
"""Of a step: what its entry in the log is made of."""
KEPT_OF_PAPER = ("paper", "dated", "words", "households", "signed")


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step to be written down. Its record is a paper (`picture`: the name of its photo), a meeting, a vote or a notice."""

    stage: DeliberationStage
    held_on: date
    place: str = ""
    expected: int = 0
    present: int = 0
    support: int = 0
    oppose: int = 0
    abstain: int = 0
    words: str = ""
    exception: str = ""
    picture: str = ""
    meeting_id: int | None = None
    poll_id: int | None = None
    notice_id: int | None = None


@atomic
def choose_matter(
    consultation: Consultation, matter: str, act: Act, *, group_id: int | None = None, on: date | None = None
) -> None:
    """Say which kind of matter (a code of matters.toml) a proposal is, and whose. The same again is nothing.

    `group_id`: the group whose it is, or whose collective's; None: the village's. `on`: the day of the vote where it is
    known, else today. Raises Refused once it was put to a vote that decides, and for a kind that does not hold on the day.
    """
    transactions.lock(consultation)
    earlier = choice_of(consultation.id)
    if earlier is not None and (earlier.matter, earlier.group_id) == (matter, group_id):
        return
    if db.session.scalar(Poll.that_decide(consultation.id).limit(1)) is not None:
        raise Refused(Reason.MATTER_DECIDED)
    day = on or local_day(db.session.get_one(Village, consultation.village_id), act.now)
    if not matters.find(matter).holds_on(day):
        raise Refused(Reason.MATTER_NOT_IN_FORCE, title=consultation.proposal.title)
    versions.refuse_unless_same(act.seen, shown_parts(consultation, "matter"))
    number = _next(MatterChoice, consultation.id)
    db.session.add(
        MatterChoice(
            consultation_id=consultation.id,
            number=number,
            village_id=consultation.village_id,
            matter=matter,
            group_id=group_id,
            chosen_by=act.actor_id,
            chosen_at=next_instant(consultation.id, act.now),
        )
    )
    db.session.flush()
    audit.record(Tag.MATTER_SET, f"consultation:{consultation.id}", act, number=number, matter=matter, group=group_id)


def choice_of(consultation_id: int) -> MatterChoice | None:
    """Return the kind of matter chosen last, with whose it is."""
    query = select(MatterChoice).where(MatterChoice.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(MatterChoice.number.desc()).limit(1))


def matter_of(consultation_id: int) -> str | None:
    """Return the code of the kind of matter chosen last."""
    chosen = choice_of(consultation_id)
    return chosen.matter if chosen else None


@atomic
def record_paper(consultation: Consultation, record: PaperRecord, picture: str, act: Act) -> None:
    """Put on record a paper that the law asks for beside the vote, with its photo. The same again is nothing."""
    transactions.lock(consultation)
    there = papers_of(consultation.id).get(record.paper)
    if there is not None and not (
        history_of(consultation.id).paper_stands(there.paper, there.recorded_at)
        and (there.paper not in matters.OF_THE_WORDS or agenda_texts.are_older(consultation.id, there.recorded_at))
    ):
        there = None
    written = {name: getattr(record, name) for name in KEPT_OF_PAPER}
    if there is not None and all(getattr(there, name) == value for name, value in written.items()):
        return
    row = MatterPaperRecord(
        consultation_id=consultation.id,
        number=_next(MatterPaperRecord, consultation.id),
        village_id=consultation.village_id,
        picture=picture,
        recorded_by=act.actor_id,
        recorded_at=next_instant(consultation.id, act.now),
        **written,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        Tag.PAPER_RECORDED,
        f"consultation:{consultation.id}",
        act,
        number=row.number,
        paper=row.paper.value,
        digest=digest_of_paper(row),
        picture=stored_files.fingerprint(consultation.village_id, picture),
    )


def digest_of_paper(row: MatterPaperRecord) -> str:
    """Return what the log keeps of a paper: its day, its words and its counts."""
    return sha256(canonical([str(getattr(row, name)) for name in KEPT_OF_PAPER]))


def papers_of(consultation_id: int) -> dict[MatterPaper, MatterPaperRecord]:
    """Return the papers on record, the newest of each kind."""
    return {row.paper: row for row in _newest_last(MatterPaperRecord, [consultation_id])}


def refuse_unless_papers(consultation: Consultation) -> None:
    """Refuse where a paper that the law asks for after the vote is not on record."""
    found = motion(consultation.id)
    missing = matters.missing_after(found.matter, found.papers) if found.matter else []
    if missing:
        title = consultation.proposal.title
        raise Refused(Reason.PAPER_MISSING, title=title, paper=missing[0].paper.value, source=missing[0].source)


@atomic
def check_motion(consultation: Consultation, check: Check, act: Act) -> None:
    """Answer the list of questions for the words as they stand now. The same again is nothing."""
    transactions.lock(consultation)
    revision = _revisions([consultation.id])[consultation.id]
    before = check_of(consultation.id)
    stands = before is not None and check_stands(before)
    if before is not None and stands and (before.answers, before.note) == (check.answers, check.note):
        return
    versions.refuse_unless_same(act.seen, shown_parts(consultation, "matter", "text"))
    number = _next(MotionCheck, consultation.id)
    db.session.add(
        MotionCheck(
            consultation_id=consultation.id,
            number=number,
            village_id=consultation.village_id,
            revision=revision,
            answers=dict(check.answers),
            note=check.note,
            checked_by=act.actor_id,
            checked_at=next_instant(consultation.id, act.now),
        )
    )
    db.session.flush()
    digest = digest_of_check(check.answers, check.note)
    audit.record(
        Tag.MOTION_CHECKED, f"consultation:{consultation.id}", act, number=number, revision=revision, digest=digest
    )


def shown_parts(consultation: Consultation, *names: str) -> dict[str, object]:
    """Return what the page of the six steps shows of a proposal, as it is now; all parts, or some of them."""
    parts: dict[str, Callable[[], object]] = {
        "matter": lambda: _chosen(consultation.id),
        "steps": lambda: sorted(step.value for step in standing(consultation.id)),
        "text": lambda: [_revisions([consultation.id])[consultation.id], *agenda_texts.written(consultation.id)],
    }
    return {name: parts[name]() for name in names or parts}


def _chosen(consultation_id: int) -> list[object]:
    chosen = choice_of(consultation_id)
    return [chosen.matter, chosen.group_id] if chosen else []


def digest_of_check(answers: Mapping[str, str], note: str) -> str:
    """Return what the log keeps of a check."""
    return sha256(canonical([dict(answers), note]))


def check_of(consultation_id: int) -> MotionCheck | None:
    """Return the newest check, of any revision."""
    query = select(MotionCheck).where(MotionCheck.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(MotionCheck.number.desc()).limit(1))


def check_stands(check: MotionCheck) -> bool:
    """Tell whether a check is of the words and the kind as they stand now, and of every text that is on an agenda."""
    stands = history_of(check.consultation_id).stands(check.checked_at)
    return stands and agenda_texts.are_older(check.consultation_id, check.checked_at)


def done(consultation_id: int) -> dict[DeliberationStage, DeliberationStep]:
    """Return the steps on record, by stage; of one that was written down again the newest."""
    return {row.step: row for row in _steps_newest_last([consultation_id])}


def standing(consultation_id: int) -> dict[DeliberationStage, DeliberationStep]:
    """Return the steps on record without those before the vote that were of other words or of another kind."""
    history, there = history_of(consultation_id), done(consultation_id)
    began = _votes_began(there.values())
    return {
        stage: row
        for stage, row in there.items()
        if stage not in rules.ON_RECORD or history.stands(_words_at(row, began))
    }


def covering(consultation_id: int) -> dict[DeliberationStage, DeliberationStep]:
    """Return the steps that stand without studies from before a text was written for it on an agenda."""
    there = standing(consultation_id)
    began = _votes_began(there.values())
    return {
        stage: row
        for stage, row in there.items()
        if stage not in rules.STUDY or agenda_texts.are_older(consultation_id, _words_at(row, began))
    }


def _votes_began(steps: Iterable[DeliberationStep]) -> dict[int, datetime]:
    """Return when the votes behind steps began, by their polls."""
    polls = [step.poll_id for step in steps if step.poll_id is not None]
    if not polls:
        return {}
    query = select(Poll.id, Poll.announced_at).where(Poll.id.in_(polls), Poll.announced_at.is_not(None))
    return {row.id: row.announced_at for row in db.session.execute(query)}


def _words_at(step: DeliberationStep, began: Mapping[int, datetime]) -> datetime:
    """Return the instant whose words and kind a step is of: a vote is on those with which it began."""
    return began.get(step.poll_id or 0, step.recorded_at)


def history_of(consultation_id: int) -> ProposalHistory:
    """Return when the words of a proposal were changed last, and its kinds."""
    return _histories([consultation_id])[consultation_id]


def next_instant(consultation_id: int, now: datetime) -> datetime:
    """Return the instant of what is put on record of a proposal: after all that stands there, whatever the clock says.

    So it is never in doubt what came first. The caller has locked the consultation.
    """
    kept = (
        select(func.max(MatterChoice.chosen_at)).where(MatterChoice.consultation_id == consultation_id),
        select(func.max(MatterPaperRecord.recorded_at)).where(MatterPaperRecord.consultation_id == consultation_id),
        select(func.max(MotionCheck.checked_at)).where(MotionCheck.consultation_id == consultation_id),
        select(func.max(DeliberationStep.recorded_at)).where(DeliberationStep.consultation_id == consultation_id),
        select(func.max(ProposalRevision.revised_at))
        .join(Proposal, Proposal.id == ProposalRevision.proposal_id)
        .where(Proposal.consultation_id == consultation_id, ProposalRevision.number > 1),
        select(func.max(AgendaItem.text_at)).where(AgendaItem.consultation_id == consultation_id),
    )
    newest = [db.session.scalar(query) for query in kept]
    return max([now, *(at + timedelta(microseconds=1) for at in newest if at is not None)])


def motion(consultation_id: int) -> Motion:
    """Return what is on record of a proposal as a motion."""
    return motions([consultation_id])[consultation_id]


def motions(consultation_ids: Sequence[int | None]) -> dict[int, Motion]:
    """Return what is on record of each proposal as a motion: six statements, however many there are."""
    ids = [one for one in consultation_ids if one is not None]
    if not ids:
        return {}
    histories, revisions = _histories(ids), _revisions(ids)
    papers: dict[int, set[MatterPaper]] = {}
    signed: dict[int, datetime] = {}
    for paper in _newest_last(MatterPaperRecord, ids):
        if histories[paper.consultation_id].paper_stands(paper.paper, paper.recorded_at):
            papers.setdefault(paper.consultation_id, set()).add(paper.paper)
            if paper.paper in matters.OF_THE_WORDS:
                signed[paper.consultation_id] = paper.recorded_at
    checks = {
        row.consultation_id: row
        for row in _newest_last(MotionCheck, ids)
        if row.revision == revisions[row.consultation_id] and histories[row.consultation_id].stands(row.checked_at)
    }
    stages: dict[int, dict[DeliberationStage, datetime]] = {}
    steps = _steps_newest_last(ids)
    began = _votes_began(steps)
    for step in steps:
        held = rules.passed(step.step, step.expected, step.present, step.support, on=step.held_on) or step.poll_id
        if held and histories[step.consultation_id].stands(_words_at(step, began)):
            stages.setdefault(step.consultation_id, {})[step.step] = _words_at(step, began)
    return {
        consultation_id: Motion(
            revision=revision,
            matter_code=histories[consultation_id].matter,
            group_id=histories[consultation_id].group_id,
            papers=papers.get(consultation_id, set()),
            studied=rules.studied(stages.get(consultation_id, ())),
            studied_at=max(
                (at for one, at in stages.get(consultation_id, {}).items() if one in rules.STUDY), default=None
            ),
            check=Check(checks[consultation_id].answers, checks[consultation_id].note)
            if consultation_id in checks
            else None,
            checked_at=checks[consultation_id].checked_at if consultation_id in checks else None,
            signed_at=signed.get(consultation_id),
        )
        for consultation_id, revision in revisions.items()
    }


def _newest_last(model: type[Any], ids: Sequence[int]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(model.consultation_id.in_(ids)).order_by(model.number)).all()


def _steps_newest_last(ids: Sequence[int]) -> Sequence[DeliberationStep]:
    """Return the steps that hold: without those of a vote that was annulled since, which stay on record."""
    annulled = select(Poll.id).where(Poll.annulled_at.is_not(None), Poll.consultation_id.in_(ids))
    query = select(DeliberationStep).where(DeliberationStep.consultation_id.in_(ids))
    query = query.where(or_(DeliberationStep.poll_id.is_(None), DeliberationStep.poll_id.not_in(annulled)))
    return db.session.scalars(query.order_by(DeliberationStep.number)).all()


def _histories(ids: Sequence[int]) -> dict[int, ProposalHistory]:
    """Return when the words of each proposal were changed last, and its kinds."""
    newest = and_(ProposalRevision.proposal_id == Proposal.id, ProposalRevision.number == Proposal.revision)
    query = select(Proposal.consultation_id, ProposalRevision.revised_at).join(ProposalRevision, newest)
    query = query.where(Proposal.consultation_id.in_(ids), ProposalRevision.number > 1)
    revised = {row.consultation_id: row.revised_at for row in db.session.execute(query)}
    kinds: dict[int, list[tuple[datetime, str, int | None]]] = {}
    for row in _newest_last(MatterChoice, ids):
        kinds.setdefault(row.consultation_id, []).append((row.chosen_at, row.matter, row.group_id))
    return {one: ProposalHistory(revised.get(one), tuple(kinds.get(one, ()))) for one in ids}


def _revisions(ids: Sequence[int]) -> dict[int, int]:
    """Return which version of each proposal's words stands now."""
    query = select(Proposal.consultation_id, Proposal.revision).where(Proposal.consultation_id.in_(ids))
    return {row.consultation_id: row.revision for row in db.session.execute(query)}


@atomic
def record_step(consultation: Consultation, record: StageRecord, picture: str, act: Act) -> None:
    """Write down a step that was held on paper, with the digest of its photo. Recorded already: nothing. Raises Refused."""
    transactions.lock(consultation)
    there, stands = done(consultation.id), covering(consultation.id)
    if record.step in stands and stands[record.step].recorded_by == act.actor_id:
        return
    versions.refuse_unless_same(act.seen, shown_parts(consultation))
    if record.step in stands:
        return
    if reason := rules.why_not_step(record.step, there, exception=record.exception):
        raise Refused(reason)
    written = {name: getattr(record, name) for name in KEPT}
    _add(consultation, NewStep(stage=record.step, picture=picture, **written), act)


@atomic
def note_resolution(consultation: Consultation, resolution: Resolution, notice: Notice | None, act: Act) -> None:
    """Note that a carried vote is the step of its body; the villagers' resolution is posted with its notice.

    An advisory vote resolves nothing; of a meeting of the Party or the committees it is the step all the same.
    """
    stage = rules.step_of_body(resolution.body)
    resolves = stage is DeliberationStage.VILLAGERS_RESOLVE
    if stage is None or (resolves and not resolution.formal):
        return
    transactions.lock(consultation)
    there, today = covering(consultation.id), _today(consultation, act)
    if stage not in there:
        _add(consultation, _step_of_vote(stage, today, resolution), act)
    if resolves and notice is not None and DeliberationStage.RESOLUTION_POSTED not in there:
        posted = DeliberationStage.RESOLUTION_POSTED
        step = NewStep(stage=posted, held_on=today, notice_id=notice.id, poll_id=resolution.poll_id)
        _add(consultation, step, act)


def _step_of_vote(stage: DeliberationStage, today: date, resolution: Resolution) -> NewStep:
    """Return the step that a vote gives, with place and exception of its meeting if it has one."""
    link = db.session.get(MeetingPoll, resolution.poll_id)
    meeting = db.session.get(Meeting, link.meeting_id) if link else None
    return NewStep(
        stage=stage,
        held_on=today,
        place=meeting.place if meeting else "",
        expected=resolution.expected,
        present=resolution.present,
        support=resolution.support,
        oppose=resolution.oppose,
        abstain=resolution.abstain,
        words=resolution.question,
        meeting_id=meeting.id if meeting else None,
        poll_id=resolution.poll_id,
    )


@atomic
def note_result(consultation: Consultation, notice: Notice, act: Act) -> None:
    """Note that the result of carrying it out hangs on the board. The caller has locked the consultation."""
    stage = DeliberationStage.RESULT_POSTED
    if stage not in done(consultation.id):
        _add(consultation, NewStep(stage=stage, held_on=_today(consultation, act), notice_id=notice.id), act)


def _today(consultation: Consultation, act: Act) -> date:
    return local_day(db.session.get_one(Village, consultation.village_id), act.now)


def _add(consultation: Consultation, new: NewStep, act: Act) -> None:
    """Add a step, as the newest of its stage; the caller has locked the consultation."""
    there = select(func.max(DeliberationStep.number)).where(DeliberationStep.consultation_id == consultation.id)
    number = (db.session.scalar(there.where(DeliberationStep.step == new.stage)) or 0) + 1
    row = DeliberationStep(
        consultation_id=consultation.id,
        step=new.stage,
        number=number,
        village_id=consultation.village_id,
        recorded_by=act.actor_id,
        recorded_at=next_instant(consultation.id, act.now),
        picture=new.picture,
        meeting_id=new.meeting_id,
        poll_id=new.poll_id,
        notice_id=new.notice_id,
        **{name: getattr(new, name) for name in KEPT},
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        Tag.STEP_RECORDED,
        f"consultation:{consultation.id}",
        act,
        step=new.stage.value,
        digest=digest_of_step(row),
        picture=stored_files.fingerprint(consultation.village_id, new.picture),
    )


def digest_of_step(step: DeliberationStep) -> str:
    """Return what the log keeps of a step: its day, its counts and its words."""
    return sha256(canonical([str(getattr(step, name)) for name in KEPT]))


def _next(model: type[MatterChoice] | type[MotionCheck] | type[MatterPaperRecord], consultation_id: int) -> int:
    """Return the next number of a choice, a paper or a check; the caller has locked the consultation."""
    last = db.session.scalar(select(func.max(model.number)).where(model.consultation_id == consultation_id))
    return (last or 0) + 1
