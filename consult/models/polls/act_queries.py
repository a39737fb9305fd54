"""Named selects about acts on votes: what waits to be looked at, and what stands between a poll and its count."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from consult.domain.polls.acts_on_votes import ActKind, VoidReason
from consult.domain.polls.polls import Channel
from consult.models.base import db
from consult.models.people.villages import Person
from consult.models.polls.acts_on_votes import ContestOpinion, ContestRuling, VoidedBallot, VoteAnswer
from consult.models.polls.channels import (
    Assistance,
    AttendanceMark,
    BoxVisit,
    LateMarks,
    MarkUndoing,
    ProxyLetter,
    VoteDispute,
)
from consult.models.polls.polls import BallotEvent, Declaration, Poll, RollEntry
from consult.models.talk.consultations import Proposal

POLL: Any = bindparam("poll_id")
DAY: Any = bindparam("on", type_=Date())


def of_unit(table: Any) -> ColumnElement[bool]:
    """Tell whether a row is about a roll entry's own unit."""
    return and_(table.poll_id == RollEntry.poll_id, table.number == RollEntry.number)


def of_newest(table: Any) -> ColumnElement[bool]:
    """Tell whether a row is about the newest ballot of a roll entry."""
    return and_(of_unit(table), table.rev == RollEntry.rev)


def has_answer(table: Any) -> ColumnElement[bool]:
    """Tell whether somebody said something of the ballot that a row is about."""
    return exists().where(
        VoteAnswer.poll_id == table.poll_id, VoteAnswer.number == table.number, VoteAnswer.rev == table.rev
    )


def stands_yet() -> ColumnElement[bool]:
    """Tell whether what a contest is about still stands: no own vote took its place, and it was not taken back.

    A mark or ballot that came after is another one: whoever it concerns can contest it anew.
    """
    marks = VoteDispute.about.in_((ActKind.PAPER, ActKind.HANDS))
    same_ballot = or_(VoteDispute.rev == RollEntry.rev, VoteDispute.about == ActKind.HOUSEHOLD)
    undone = exists().where(
        MarkUndoing.poll_id == VoteDispute.poll_id,
        MarkUndoing.number == VoteDispute.number,
        MarkUndoing.turn == VoteDispute.rev,
    )
    void = exists().where(
        VoidedBallot.poll_id == VoteDispute.poll_id,
        VoidedBallot.number == VoteDispute.number,
        VoidedBallot.rev >= VoteDispute.rev,
    )
    return or_(
        and_(marks, RollEntry.channel.in_((Channel.PAPER, Channel.HANDS)), ~undone),
        and_(~marks, RollEntry.channel.not_in((Channel.PAPER, Channel.HANDS)), same_ballot, ~void),
    )


def is_open() -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a contest that is not decided yet. Those from before contests were decided are only listed."""
    declared = exists().where(Declaration.poll_id == VoteDispute.poll_id).correlate_except(Declaration)
    return *is_undecided(), ~declared


def is_undecided() -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a contest on which no two officers agreed; once the result is declared nobody decides it any more."""
    ruled = exists().where(ContestRuling.contest_id == VoteDispute.id).correlate_except(ContestRuling)
    return VoteDispute.due_on.is_not(None), ~ruled, stands_yet()


def waiting_letters() -> Select[Any]:
    """Select the letters at which nobody has looked yet and whose vote stands."""
    return (
        select(ProxyLetter.id)
        .join(RollEntry, of_newest(ProxyLetter))
        .where(RollEntry.channel == Channel.PROXY, ~has_answer(ProxyLetter))
    )


def open_contests() -> Select[Any]:
    """Select the contests that are not decided."""
    return select(VoteDispute.id).join(RollEntry, of_unit(VoteDispute)).where(*is_open())


def contests_of_act(entry: RollEntry, kind: ActKind) -> Sequence[Row[Any]]:
    """Return the contests of this very act, of the same ballot or of the mark that stands: (VoteDispute, upheld), oldest first.

    `upheld` None: not decided. Those from before contests were decided are left out.
    """
    query = (
        select(VoteDispute, ContestRuling.upheld)
        .outerjoin(ContestRuling, ContestRuling.contest_id == VoteDispute.id)
        .where(VoteDispute.poll_id == entry.poll_id, VoteDispute.number == entry.number)
        .where(VoteDispute.about == kind, VoteDispute.due_on.is_not(None))
        .order_by(VoteDispute.id)
    )
    if kind in (ActKind.PAPER, ActKind.HANDS):
        marked = select(func.max(AttendanceMark.marked_at)).where(
            AttendanceMark.poll_id == entry.poll_id, AttendanceMark.number == entry.number
        )
        query = query.where(VoteDispute.contested_at >= marked.scalar_subquery())
    else:
        query = query.where(VoteDispute.rev == entry.rev)
    return db.session.execute(query).all()


def open_contest_ids(poll_id: int, *numbers: int) -> list[int]:
    """Return the contests of some units that are not decided, oldest first."""
    query = open_contests().where(VoteDispute.poll_id == poll_id, VoteDispute.number.in_(numbers))
    return list(db.session.scalars(query.order_by(VoteDispute.id)))


def open_letter_ids(poll_id: int, *numbers: int) -> list[int]:
    """Return the letters of some units at which nobody has looked, oldest first."""
    query = waiting_letters().where(ProxyLetter.poll_id == poll_id, ProxyLetter.number.in_(numbers))
    return list(db.session.scalars(query.order_by(ProxyLetter.id)))


def unanswered() -> Select[Any]:
    """Select the helped votes of which neither witness nor voter has said whether they were so."""
    return (
        select(Assistance.number)
        .join(RollEntry, of_newest(Assistance))
        .where(RollEntry.channel == Channel.ASSISTED, Assistance.needs_answer, ~has_answer(Assistance))
    )


_WAITS = select(
    waiting_letters().where(ProxyLetter.poll_id == POLL).exists().label("letters"),
    open_contests().where(VoteDispute.poll_id == POLL, VoteDispute.due_on >= DAY).exists().label("contests"),
    unanswered().where(Assistance.poll_id == POLL).exists().label("unanswered"),
)


def what_waits(poll_id: int, *, on: date = date.min) -> Row[Any]:
    """Return, in one statement, whether letters, contests and helped votes of a poll wait: (letters, contests, unanswered).

    `on`: without the contests whose day has passed by then.
    """
    return db.session.execute(_WAITS, {"poll_id": poll_id, "on": on}).one()


def waits_to_be_looked_at(letter_id: int) -> bool:
    """Tell whether nobody has looked at a letter yet, and its vote stands."""
    return db.session.scalar(waiting_letters().where(ProxyLetter.id == letter_id)) is not None


def contested_letters(poll_id: int) -> dict[int, VoteDispute]:
    """Return the contests of letters of a poll that are not decided, by the id of the letter."""
    query = (
        select(ProxyLetter.id, VoteDispute)
        .join(VoteDispute, _OF_LETTER)
        .join(RollEntry, of_unit(VoteDispute))
        .where(ProxyLetter.poll_id == poll_id, *is_open())
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def letters_to_look_at(poll_id: int) -> Sequence[Row[Any]]:
    """Return the letters of a poll that wait: (id, number, holder_id, giver_id, household_id, names, entered_at)."""
    giver, holder = aliased(Person), aliased(Person)
    query = (
        waiting_letters()
        .with_only_columns(
            ProxyLetter.id,
            ProxyLetter.number,
            ProxyLetter.holder_id,
            ProxyLetter.giver_id,
            RollEntry.household_id,
            ProxyLetter.entered_at,
            giver.name.label("giver"),
            holder.name.label("holder"),
            maintain_column_froms=True,
        )
        .join(giver, giver.id == ProxyLetter.giver_id)
        .join(holder, holder.id == ProxyLetter.holder_id)
        .where(ProxyLetter.poll_id == poll_id)
        .order_by(ProxyLetter.number)
    )
    return db.session.execute(query).all()


def contests_of(poll_id: int) -> Sequence[Row[Any]]:
    """Return every contest of a poll, oldest first: (VoteDispute, name, household_id, upheld, in_box, ruled_at, open)."""
    query = (
        select(
            VoteDispute,
            Person.name,
            RollEntry.household_id,
            ContestRuling.upheld,
            ContestRuling.in_box,
            ContestRuling.ruled_at,
            and_(*is_open()).label("open"),
        )
        .join(RollEntry, of_unit(VoteDispute))
        .join(Person, Person.id == VoteDispute.contested_by)
        .outerjoin(ContestRuling, ContestRuling.contest_id == VoteDispute.id)
        .where(VoteDispute.poll_id == poll_id)
        .order_by(VoteDispute.id)
    )
    return db.session.execute(query).all()


def contested_numbers(poll_id: int) -> Sequence[int]:
    """Return the roll numbers of whose vote somebody says that it is not so."""
    query = select(VoteDispute.number).where(VoteDispute.poll_id == poll_id).distinct().order_by(VoteDispute.number)
    return db.session.scalars(query).all()


def opinions_of(contest_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what officers say of contests, the newest word of each, oldest first: (ContestOpinion, name, household_id)."""
    later = aliased(ContestOpinion)
    same = and_(later.contest_id == ContestOpinion.contest_id, later.said_by == ContestOpinion.said_by)
    query = (
        select(ContestOpinion, Person.name, Person.household_id)
        .join(Person, Person.id == ContestOpinion.said_by)
        .where(ContestOpinion.contest_id.in_(contest_ids))
        .where(~exists().where(same, later.turn > ContestOpinion.turn))
        .order_by(ContestOpinion.said_at, ContestOpinion.said_by)
    )
    return db.session.execute(query).all()


def ruled_in_box(poll_id: int, numbers: Sequence[int]) -> set[tuple[int, int]]:
    """Return the marks (number, turn) of some units of which two officers ruled that their paper is in the box."""
    query = (
        select(VoteDispute.number, VoteDispute.rev)
        .join(ContestRuling, ContestRuling.contest_id == VoteDispute.id)
        .where(VoteDispute.poll_id == poll_id, VoteDispute.number.in_(numbers), ContestRuling.in_box)
        .where(VoteDispute.about.in_((ActKind.PAPER, ActKind.HANDS)))
    )
    return {(row.number, row.rev) for row in db.session.execute(query)}


_CASTER = aliased(RollEntry)
_OF_MARK = and_(
    VoteDispute.about.in_((ActKind.PAPER, ActKind.HANDS)),
    AttendanceMark.poll_id == VoteDispute.poll_id,
    AttendanceMark.number == VoteDispute.number,
    AttendanceMark.turn == VoteDispute.rev,
)
_OF_HELP = and_(
    VoteDispute.about == ActKind.ASSISTED,
    Assistance.poll_id == VoteDispute.poll_id,
    Assistance.number == VoteDispute.number,
    Assistance.rev == VoteDispute.rev,
)
_OF_LETTER = and_(
    VoteDispute.about == ActKind.PROXY,
    ProxyLetter.poll_id == VoteDispute.poll_id,
    ProxyLetter.number == VoteDispute.number,
    ProxyLetter.rev == VoteDispute.rev,
)
_OF_HOUSE = and_(
    VoteDispute.about == ActKind.HOUSEHOLD,
    _CASTER.poll_id == VoteDispute.poll_id,
    _CASTER.number == VoteDispute.number,
)
_OF_BOX = and_(_OF_MARK, BoxVisit.id == AttendanceMark.visit_id)
_DID: tuple[tuple[Any, ColumnElement[bool]], ...] = (
    (Assistance.helper_id, _OF_HELP),
    (Assistance.witness_id, _OF_HELP),
    (ProxyLetter.holder_id, _OF_LETTER),
    (_CASTER.voted_by, _OF_HOUSE),
    (AttendanceMark.marked_by, _OF_MARK),
    (LateMarks.asked_by, and_(_OF_MARK, LateMarks.id == AttendanceMark.late_id)),
    (BoxVisit.first_worker_id, _OF_BOX),
    (BoxVisit.second_worker_id, _OF_BOX),
)
"""Who did what a contest is about: helper and witness, holder of the letter, who cast, who marked. Of late marks both who
asked and who confirmed them; of a box both who carried it."""


def did_it(person: Any) -> ColumnElement[bool]:
    """Tell, in a select of contests, whether a person, or one of a select of people, did what the contest is about."""
    return or_(*(exists().where(same, one.in_(person)).correlate(VoteDispute) for one, same in _DID))


def doers_of(contest: VoteDispute) -> set[int]:
    """Return who did what a contest is about."""
    each = (select(one).where(VoteDispute.id == contest.id, same) for one, same in _DID)
    return set(db.session.scalars(union_all(*each))) - {None}


def doers_in(poll_id: int) -> dict[int, dict[int, str]]:
    """Return for each contest of a poll who did what it is about, with their names, by id; in one statement."""
    each = (
        select(VoteDispute.id.label("contest"), one.label("doer")).where(VoteDispute.poll_id == poll_id, same)
        for one, same in _DID
    )
    did = union_all(*each).subquery()
    query = select(did.c.contest, Person.id, Person.name).join(Person, Person.id == did.c.doer).order_by(Person.id)
    found: dict[int, dict[int, str]] = {}
    for contest, doer, name in db.session.execute(query):
        found.setdefault(contest, {})[doer] = name
    return found


def found_out(poll_id: int, number: int) -> set[int]:
    """Return who acted on a unit's vote in a poll and two officers found that it was not so."""
    upheld = exists().where(ContestRuling.contest_id == VoteDispute.id, ContestRuling.upheld)
    here = (VoteDispute.poll_id == poll_id, VoteDispute.number == number, upheld)
    each = (select(one).where(*here, same) for one, same in _DID)
    return set(db.session.scalars(union_all(*each))) - {None}


def polls_of(person: Person, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the polls in which others gave or noted the person's vote, or the person others', the newest first.

    (id, title, language). A household's marks are those of its roll entry.
    """
    mine = or_(RollEntry.unit == f"person:{person.id}", RollEntry.unit == f"household:{person.household_id}")
    marked = select(RollEntry.poll_id).where(
        or_(RollEntry.person_id == person.id, RollEntry.household_id == person.household_id), mine
    )
    ways = (
        select(Assistance.poll_id).where(
            or_(
                Assistance.voter_id == person.id,
                Assistance.helper_id == person.id,
                Assistance.witness_id == person.id,
            )
        ),
        select(ProxyLetter.poll_id).where(or_(ProxyLetter.giver_id == person.id, ProxyLetter.holder_id == person.id)),
        marked.where(RollEntry.channel.in_((Channel.PAPER, Channel.HANDS))),
    )
    query = (
        select(Poll.id, Proposal.title, Proposal.language)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(Poll.id.in_(union_all(*ways)))
        .order_by(Poll.id.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


def answers_of(poll_id: int) -> list[tuple[int, int, int, bool]]:
    """Return what was said of letters and helped votes: (number, revision, by whom, whether it was so)."""
    query = select(VoteAnswer.number, VoteAnswer.rev, VoteAnswer.said_by, VoteAnswer.sound)
    rows = db.session.execute(query.where(VoteAnswer.poll_id == poll_id))
    return [(row.number, row.rev, row.said_by, row.sound) for row in rows]


def _ended() -> Select[Any]:
    """Select how many acts on votes of a poll ended which way, a column for each."""
    voided = select(func.count()).where(VoidedBallot.poll_id == POLL)
    before, after = aliased(BallotEvent), aliased(BallotEvent)
    void = exists().where(
        VoidedBallot.poll_id == before.poll_id, VoidedBallot.number == before.number, VoidedBallot.rev == before.rev
    )
    superseded = (
        select(func.count())
        .select_from(before)
        .join(
            after,
            and_(after.poll_id == before.poll_id, after.number == before.number, after.rev == before.rev + 1),
        )
        .where(before.poll_id == POLL, before.channel.in_((Channel.ASSISTED, Channel.PROXY)))
        .where(after.channel == Channel.PHONE, ~void)
    )
    contested = select(func.count()).select_from(VoteDispute).where(VoteDispute.poll_id == POLL)
    ruled = contested.join(ContestRuling, ContestRuling.contest_id == VoteDispute.id)
    undone = select(func.count()).select_from(MarkUndoing).where(MarkUndoing.poll_id == POLL)
    each = {why.value: voided.where(VoidedBallot.why == why) for why in VoidReason}
    each |= {"superseded": superseded, "contested": contested}
    each |= {"undecided": contested.join(RollEntry, of_unit(VoteDispute)).where(*is_undecided())}
    each |= {"upheld": ruled.where(ContestRuling.upheld), "dismissed": ruled.where(~ContestRuling.upheld)}
    each |= {"in_box": ruled.where(ContestRuling.in_box), "undone_late": undone.where(MarkUndoing.late_id.is_not(None))}
    return select(*(counted.scalar_subquery().label(name) for name, counted in each.items()))


_ENDED = _ended()


def counts_of(poll_id: int) -> dict[str, int]:
    """Return how many acts on votes of a poll ended which way, in one statement: superseded, contested, undecided, upheld,
    dismissed, upheld with its paper in the box, undone by two after the close, and by why each ballot is void. Without those that
    are none.
    """
    counted = db.session.execute(_ENDED, {"poll_id": poll_id}).mappings().one()
    return {str(name): n for name, n in sorted(counted.items()) if n}


def doubted_but_counted(poll_id: int, *, on: date = date.min) -> int:
    """Count the votes of which two officers found that they were not so and that are counted: secret, or counted before.

    `on`: with those on whose contests nobody agreed by their day, where it has passed by then.
    """
    ruled = exists().where(ContestRuling.contest_id == VoteDispute.id, ContestRuling.upheld)
    late = and_(VoteDispute.due_on < on, *is_undecided())
    query = (
        select(func.count(VoteDispute.number.distinct()))
        .select_from(VoteDispute)
        .join(RollEntry, of_unit(VoteDispute))
        .where(VoteDispute.poll_id == poll_id, stands_yet(), or_(ruled, late))
    )
    return db.session.scalar(query) or 0


def undecided_contests(poll_id: int) -> Sequence[VoteDispute]:
    """Return the contests of a poll on which no two officers agreed, oldest first."""
    query = (
        select(VoteDispute).join(RollEntry, of_unit(VoteDispute)).where(VoteDispute.poll_id == poll_id, *is_undecided())
    )
    return db.session.scalars(query.order_by(VoteDispute.id)).all()
