"""Two officers of different offices and houses decide whether a contested vote counts."""

from collections.abc import Collection

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.people.roles import DECIDES_CONTESTS
from consult.domain.people.waiting import Wait
from consult.domain.polls.acts_on_votes import (
    KINDS,
    TAKEN_BACK,
    Contested,
    Opinion,
    VoidReason,
    agreed,
    asks_for_paper,
    why_not_decide,
)
from consult.domain.refusals import Reason, Refused
from consult.models import ContestOpinion, ContestRuling, Declaration, Poll, RollEntry, VoteDispute, db
from consult.models.polls import act_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.polls import meeting_port, offline_turnout, poll_states
from consult.services.polls.channels import telling, voiding


@atomic
def say(contest: VoteDispute, office: str, act: Act, *, upheld: bool, reason: str, in_box: bool | None = None) -> None:
    """Say whether a contest is right, with the reason. Two of one mind decide it. Twice the same is the same. Raises Refused.

    Until it is decided an officer may say otherwise than before: the newest word of each holds. Once the result is declared it
    is decided no more.

    Upheld: a mark for which no paper was given is taken back, a named ballot that is not counted yet does not count; any
    other stays in the count, and the poll is declared only where it cannot change the outcome. `in_box`: whether a paper
    was given into the box for an upheld mark, which nobody can find among the others, or a hand counted.
    """
    poll = db.session.get_one(Poll, contest.poll_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    entry = db.session.get_one(RollEntry, (contest.poll_id, contest.number))
    transactions.lock(entry)
    stays = upheld and _stays(poll, contest, in_box)
    mine = _newest_of(contest.id, act.actor.id)
    if mine is not None and (mine.upheld, mine.in_box) == (upheld, stays):
        return
    if db.session.get(ContestRuling, contest.id) is not None:
        raise Refused(Reason.CONTEST_RULED)
    poll_states.refuse_unless_standing(poll)
    if db.session.get(Declaration, poll.id) is not None:
        raise Refused(Reason.CONTEST_OF_RESULT)
    if contest.id not in act_queries.open_contest_ids(poll.id, contest.number):
        raise Refused(Reason.VOTE_GIVEN_ANEW)
    contested = Contested(contest.contested_by, entry.household_id, act_queries.doers_of(contest))
    if refusal := why_not_decide(act.actor.id, villages.own_house(act.actor), contested):
        raise Refused(refusal)
    villages.refuse_without_office(office, act, DECIDES_CONTESTS)
    taken_back = upheld and not stays and contest.about in _MARKS
    if taken_back and (why_not := offline_turnout.why_not_taken_back(poll, contest.number, act)):
        raise why_not
    opinion = ContestOpinion(
        contest_id=contest.id,
        said_by=act.actor.id,
        turn=mine.turn + 1 if mine is not None else 1,
        village_id=poll.village_id,
        office=office,
        upheld=upheld,
        in_box=stays,
        reason=reason,
        said_at=act.now,
    )
    db.session.add(opinion)
    db.session.flush()
    second_persons.over(Wait.CONTEST, [contest.id], act, only=act.actor.id)
    ruling = _ruling(contest, act)
    if ruling is not None:
        _tell(poll, contest, reason, act, ruling)
        _carry_out(poll, entry, ruling, reason, act)
    said = {"contest": contest.id, "upheld": upheld} | ({"in_box": True} if stays else {})
    audit.record(Tag.CONTEST_OPINION, f"poll:{poll.id}", act, **said, office=office, digest=sha256(reason))
    if ruling is not None:
        audit.record(Tag.CONTEST_RULED, f"poll:{poll.id}", act, **said)


_MARKS = frozenset(KINDS[channel] for channel in TAKEN_BACK)


def must_say_if_in_box(poll: Poll, contests: Collection[VoteDispute]) -> frozenset[int]:
    """Return the ids of contests of a poll that nobody upholds without saying if a paper is in the box, or a hand counted."""
    if not contests:
        return frozenset()
    counted, of_meeting = poll_states.stored_tally(poll) is not None, poll.meeting_poll is not None
    return frozenset(c.id for c in contests if asks_for_paper(c.about, counted=counted, of_meeting=of_meeting))


def _stays(poll: Poll, contest: VoteDispute, in_box: bool | None) -> bool:
    """Return whether an upheld mark stays, as the officer says or since it cannot be taken back. Raises Refused: not said."""
    if contest.id not in must_say_if_in_box(poll, [contest]):
        return contest.about in _MARKS
    if in_box is None:
        raise Refused(Reason.SAY_IF_IN_BOX)
    return in_box


def _newest_of(contest_id: int, officer_id: int) -> ContestOpinion | None:
    query = select(ContestOpinion).filter_by(contest_id=contest_id, said_by=officer_id)
    return db.session.scalars(query.order_by(ContestOpinion.turn.desc())).first()


def _ruling(contest: VoteDispute, act: Act) -> ContestRuling | None:
    """Write down the ruling where two officers agree; None: not yet."""
    said = act_queries.opinions_of([contest.id])
    pair = agreed(
        [Opinion(o.said_by, o.office, home, upheld=o.upheld, in_box=o.in_box, turn=o.turn) for o, _, home in said]
    )
    if pair is None:
        return None
    first, second = pair
    ruling = ContestRuling(
        contest_id=contest.id,
        village_id=contest.village_id,
        upheld=first.upheld,
        in_box=first.in_box,
        first_id=first.by,
        first_turn=first.turn,
        first_office=first.office,
        second_id=second.by,
        second_turn=second.turn,
        second_office=second.office,
        ruled_at=act.now,
    )
    db.session.add(ruling)
    db.session.flush()
    return ruling


def _tell(poll: Poll, contest: VoteDispute, reason: str, act: Act, ruling: ContestRuling) -> None:
    kind = "contest_upheld" if ruling.upheld else "contest_dismissed"
    kind = "contest_in_box" if ruling.in_box else kind
    people = {contest.contested_by, *act_queries.doers_of(contest)}
    telling.tell(people, poll, kind, (0, contest.id), act, name=telling.name_of(contest.contested_by), why=reason)
    telling.contests_over([contest.id], act)


def _carry_out(poll: Poll, entry: RollEntry, ruling: ContestRuling, reason: str, act: Act) -> None:
    if not ruling.upheld or ruling.in_box:
        return
    if entry.channel in TAKEN_BACK:
        offline_turnout.take_back(poll, entry.number, reason, act, contest_id=ruling.contest_id)
    elif not poll.secret and poll_states.stored_tally(poll) is None:
        voiding.void(poll, entry, VoidReason.CONTEST_UPHELD, act)
