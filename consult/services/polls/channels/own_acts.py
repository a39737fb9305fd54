"""Acts of others on a reader's vote, and the reader's on others': for the reader's own pages."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select

from consult.domain.polls.acts_on_votes import KINDS, ActKind
from consult.domain.polls.polls import ELECTRONIC, Channel, PollState
from consult.models import (
    Assistance,
    AttendanceMark,
    BallotEvent,
    Person,
    Poll,
    ProxyLetter,
    RollEntry,
    VoidedBallot,
    db,
)
from consult.models.people import person_queries
from consult.models.polls import act_queries
from consult.services.polls.channels import vote_disputes


@dataclass(frozen=True, kw_only=True)
class ShownAct:
    """An act on a vote, as its page tells it."""

    kind: ActKind
    number: int
    rev: int
    at: datetime | None
    """None: of a secret household vote, beside which no time stands."""
    doer_id: int
    doer: str
    voter_id: int | None = None
    voter: str = ""
    witness_id: int | None = None
    witness: str = ""
    answer: bool | None = None
    """What was said of it: the letter is one, or it was so. None: nobody has said anything yet."""
    voter_said: bool = False
    """Whether the voter herself has said that it was so."""
    stands: bool = True
    """False: another ballot took its place, or it does not count."""
    void: str = ""
    """Why it does not count, a value of VoidReason; empty: it was not taken out."""

    asks_voter: bool = False
    """Whether the reader is the voter and has yet to say that it was so."""
    may_contest: bool = False
    """Whether the reader can still say that it is not so."""
    contested: bool = False
    """Whether it was said that it is not so, and nobody has decided yet."""

    @property
    def waits(self) -> bool:
        """Tell whether it does not count before somebody has said that it is so."""
        return self.stands and self.answer is None and self.kind in (ActKind.ASSISTED, ActKind.PROXY)


@dataclass(frozen=True, kw_only=True)
class ShownContest:
    """A contest by the reader, or by somebody of their household, and how it ended."""

    id: int
    name: str
    reason: str
    at: datetime
    due_on: date | None
    open: bool
    upheld: bool | None
    """None: not decided."""
    lapsed: bool
    """Not decided before the result was declared: the vote is counted as it was given."""
    in_box: bool
    """Upheld, and its paper stays in the count."""
    why: str
    """The reasons of those who decided it."""


def mine(poll: Poll, person: Person) -> list[ShownAct]:
    """Return what others did with the vote of the reader or of the reader's household and that stands."""
    entry = vote_disputes.unit_of(poll, person)
    if entry is None or entry.channel is None:
        return []
    if entry.channel is Channel.PHONE:
        cast_at = select(BallotEvent.cast_at).filter_by(poll_id=poll.id, number=entry.number, rev=entry.rev)
        if entry.voted_by in (None, person.id):
            return []
        by = entry.voted_by or 0
        names = person_queries.names([by])
        at = db.session.scalar(cast_at)
        return [ShownAct(kind=ActKind.HOUSEHOLD, number=entry.number, rev=entry.rev, at=at, doer_id=by, doer=names[by])]
    if entry.channel in ELECTRONIC:
        return [act for act in _ballots(poll, person, entry) if act.number == entry.number and act.stands]
    marks = select(AttendanceMark).filter_by(poll_id=poll.id, number=entry.number)
    mark = db.session.scalars(marks.order_by(AttendanceMark.turn.desc())).first()
    if mark is None:
        return []
    name = person_queries.names([mark.marked_by])[mark.marked_by]
    kind = KINDS[entry.channel]
    return [ShownAct(kind=kind, number=entry.number, rev=0, at=mark.marked_at, doer_id=mark.marked_by, doer=name)]


def told(poll: Poll, person: Person, state: PollState, *, on: date) -> list[ShownAct]:
    """Return these acts with what the reader may still say of each, for the poll's page. `on`: the village's day."""
    acts = mine(poll, person)
    contested = bool(acts) and any(one.open for one in contests(poll, person))
    may_contest = bool(acts) and vote_disputes.may_contest(poll, person, state, on=on)
    return [
        replace(
            act,
            contested=contested,
            may_contest=may_contest,
            asks_voter=act.waits and act.voter_id == person.id and act.kind is ActKind.ASSISTED,
        )
        for act in acts
    ]


def gave_or_witnessed(poll: Poll, person: Person) -> bool:
    """Tell whether the reader gave or witnessed votes for others in a poll."""
    helped = select(Assistance.number).where(
        Assistance.poll_id == poll.id, or_(Assistance.helper_id == person.id, Assistance.witness_id == person.id)
    )
    held = select(ProxyLetter.number).where(ProxyLetter.poll_id == poll.id, ProxyLetter.holder_id == person.id)
    return bool(db.session.scalar(select(or_(helped.exists(), held.exists()))))


def of_others(poll: Poll, person: Person) -> list[ShownAct]:
    """Return the votes that the reader gave or witnessed for others in a poll."""
    acts = _ballots(poll, person, None)
    return [act for act in acts if person.id in (act.doer_id, act.witness_id) and act.voter_id != person.id]


def given(poll: Poll, person: Person, number: int | None, rev: int) -> ShownAct | None:
    """Return the vote that the reader has just given for a unit."""
    return next((act for act in of_others(poll, person) if (act.number, act.rev) == (number, rev)), None)


def contests(poll: Poll, person: Person) -> list[ShownContest]:
    """Return what was said against acts on the vote of the reader or of the reader's household, oldest first."""
    entry = vote_disputes.unit_of(poll, person)
    left = (
        {one.id for one in act_queries.undecided_contests(poll.id)} if entry is not None and poll.declaration else set()
    )
    rows = [row for row in act_queries.contests_of(poll.id) if entry is not None and row[0].number == entry.number]
    why: dict[int, list[str]] = {}
    for opinion, _, _ in act_queries.opinions_of([row[0].id for row in rows]) if rows else ():
        why.setdefault(opinion.contest_id, []).append(opinion.reason)
    return [
        ShownContest(
            id=row[0].id,
            name=row.name,
            reason=row[0].reason,
            at=row[0].contested_at,
            due_on=row[0].due_on,
            open=bool(row.open),
            upheld=row.upheld,
            lapsed=row[0].id in left,
            in_box=bool(row.in_box),
            why=" · ".join(why.get(row[0].id, [])) if row.upheld is not None else "",
        )
        for row in rows
    ]


def _ballots(poll: Poll, person: Person, entry: RollEntry | None) -> list[ShownAct]:
    """Return helped votes and letters of the unit, or that the reader gave or witnessed, the newest first."""
    number = entry.number if entry is not None else 0
    helped = db.session.execute(
        select(Assistance, RollEntry)
        .join(RollEntry, act_queries.of_unit(Assistance))
        .where(Assistance.poll_id == poll.id)
        .where(or_(Assistance.number == number, Assistance.helper_id == person.id, Assistance.witness_id == person.id))
        .order_by(Assistance.number, Assistance.rev.desc())
    ).all()
    letters = db.session.execute(
        select(ProxyLetter, RollEntry)
        .join(RollEntry, act_queries.of_unit(ProxyLetter))
        .where(ProxyLetter.poll_id == poll.id)
        .where(or_(ProxyLetter.number == number, ProxyLetter.holder_id == person.id))
        .order_by(ProxyLetter.number, ProxyLetter.rev.desc())
    ).all()
    if not helped and not letters:
        return []
    answers, void = _answers(poll.id), _voided(poll.id)
    people = {one for row, _ in helped for one in (row.voter_id, row.helper_id, row.witness_id)}
    people |= {one for row, _ in letters for one in (row.giver_id, row.holder_id)}
    names = person_queries.names(sorted(people))
    found = []
    for row, unit in helped:
        said = answers.get((row.number, row.rev), {})
        found.append(
            ShownAct(
                kind=ActKind.ASSISTED,
                number=row.number,
                rev=row.rev,
                at=row.helped_at,
                doer_id=row.helper_id,
                doer=names[row.helper_id],
                voter_id=row.voter_id,
                voter=names[row.voter_id],
                witness_id=row.witness_id,
                witness=names[row.witness_id],
                answer=True if not row.needs_answer or True in said.values() else (False if said else None),
                voter_said=said.get(row.voter_id, False),
                stands=unit.channel is Channel.ASSISTED and unit.rev == row.rev,
                void=void.get((row.number, row.rev), ""),
            )
        )
    for letter, unit in letters:
        said = answers.get((letter.number, letter.rev), {})
        found.append(
            ShownAct(
                kind=ActKind.PROXY,
                number=letter.number,
                rev=letter.rev,
                at=letter.entered_at,
                doer_id=letter.holder_id,
                doer=names[letter.holder_id],
                voter_id=letter.giver_id,
                voter=names[letter.giver_id],
                answer=next(iter(said.values()), None),
                stands=unit.channel is Channel.PROXY and unit.rev == letter.rev,
                void=void.get((letter.number, letter.rev), ""),
            )
        )
    return found


def _answers(poll_id: int) -> dict[tuple[int, int], dict[int, bool]]:
    """Return what was said of each ballot of a poll, by number and revision, and by whom."""
    found: dict[tuple[int, int], dict[int, bool]] = {}
    for number, rev, by, sound in act_queries.answers_of(poll_id):
        found.setdefault((number, rev), {})[by] = sound
    return found


def _voided(poll_id: int) -> dict[tuple[int, int], str]:
    query = select(VoidedBallot).where(VoidedBallot.poll_id == poll_id)
    return {(one.number, one.rev): one.why.value for one in db.session.scalars(query)}
