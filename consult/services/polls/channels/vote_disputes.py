"""“That is not so”: a voter contests what another did with the vote, or an adult of a household how it was cast."""

from datetime import date

from sqlalchemy import func, select

from consult.domain.audit import Tag, sha256
from consult.domain.people import households
from consult.domain.people.households import is_household
from consult.domain.people.people import is_adult
from consult.domain.people.waiting import Wait
from consult.domain.polls import polls as rules
from consult.domain.polls.acts_on_votes import KINDS, ActKind, EarlierContest, answer_due, why_not_contest_again
from consult.domain.polls.polls import ELECTRONIC, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Assistance, Person, Poll, ProxyLetter, RollEntry, VoteDispute, db
from consult.models.people import household_queries, person_queries
from consult.models.polls import act_queries, channel_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people.representatives import adults_of
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import poll_states
from consult.services.polls.channels import telling


@atomic
def dispute(poll: Poll, reason: str, act: Act, *, on: date) -> VoteDispute:
    """Note that somebody says of an act on their vote that it is not so; `reason` may be empty. Twice is the same as once.

    Until two officers have decided, or `due_on` has passed, the poll is not counted or declared. `on`: the village's day. An act
    that a house has contested is not contested by others of it (`why_not_again`): only another ballot or mark is. Raises Refused.
    """
    actor = act.actor
    transactions.lock(poll)
    entry = unit_of(poll, actor)
    if entry is not None:
        transactions.lock(entry)
    kind = kind_of(poll, entry, actor, on=on)
    if kind is None or entry is None:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    if earlier := _open_one(poll.id, entry.number, actor.id):
        return earlier
    if refusal := why_not_again(entry, kind, actor, on=on):
        raise Refused(refusal)
    if refusal := why_not_now(kind, poll_states.state_for_act(poll, act.now)):
        raise Refused(refusal)
    contest = VoteDispute(
        poll_id=poll.id,
        number=entry.number,
        contested_by=actor.id,
        turn=_turns(poll.id, entry.number, actor.id) + 1,
        about=kind,
        rev=entry.rev
        if entry.channel in ELECTRONIC
        else channel_queries.turns_of(poll.id, [entry.number])[entry.number],
        village_id=poll.village_id,
        reason=reason,
        due_on=answer_due(on),
        contested_at=act.now,
    )
    db.session.add(contest)
    db.session.flush()
    _tell(poll, contest, entry, act)
    said = {"contest": contest.id, "about": kind.value}
    audit.record(Tag.VOTE_CONTESTED, f"poll:{poll.id}", act, number=entry.number, digest=sha256(reason), **said)
    return contest


def _tell(poll: Poll, contest: VoteDispute, entry: RollEntry, act: Act) -> None:
    """Tell the actor that it arrived and by which day it is decided, those who did it, and who may decide."""
    doers, due = act_queries.doers_of(contest), contest.due_on.isoformat() if contest.due_on else ""
    telling.tell({act.actor.id}, poll, "contest_received", (0, contest.id), act, due=due)
    telling.tell(
        {*doers} - {act.actor.id}, poll, "contest_of_yours", (0, contest.id), act, name=act.actor.name, due=due
    )
    facts = {"kind": "second_contest", "title": poll.consultation.proposal.title, "poll": str(poll.id)}
    second_persons.tell(
        Wanted(
            kind=Wait.CONTEST,
            id=contest.id,
            homes=frozenset({entry.household_id, *person_queries.homes(sorted(doers))}),
            people=frozenset(doers | {act.actor.id}),
            kept_out=frozenset(doers | {act.actor.id}),
            facts=facts,
        ),
        act,
    )


def unit_of(poll: Poll, person: Person) -> RollEntry | None:
    """Return the unit of the roll by which a person, or their household, has a vote."""
    mine = RollEntry.household_id == person.household_id if _by_household(poll) else RollEntry.person_id == person.id
    return db.session.scalars(select(RollEntry).where(RollEntry.poll_id == poll.id, mine)).first()


def kind_of(poll: Poll, entry: RollEntry | None, person: Person, *, on: date) -> ActKind | None:
    """Return what of the unit's vote this person can contest: what another did with it. None: nothing."""
    if entry is None or entry.channel is None:
        return None
    kind = KINDS[entry.channel]
    if not _by_household(poll):
        return kind if kind is not ActKind.HOUSEHOLD else None
    if kind is ActKind.HOUSEHOLD and entry.voted_by == person.id:
        return None
    return kind if person.id in {adult.id for adult in adults_of(person.household_id, on=on)} else None


def why_not_again(entry: RollEntry, kind: ActKind, person: Person, *, on: date) -> Reason | None:
    """Say why this person may not contest the act on a unit's vote that stands: their house has, or it is decided."""
    earlier = [EarlierContest(one.contested_by, upheld) for one, upheld in act_queries.contests_of_act(entry, kind)]
    return why_not_contest_again(earlier, person.id, _voter_of(entry, kind, on=on)) if earlier else None


def _voter_of(entry: RollEntry, kind: ActKind, *, on: date) -> int | None:
    """Return whose vote it is: who was helped, who gave the letter, else who had the vote when the roll was frozen.

    Of a household where that person is gone it is the head, else the oldest adult: whom the house chooses now is no matter.
    """
    key = {"poll_id": entry.poll_id, "number": entry.number, "rev": entry.rev}
    if kind is ActKind.ASSISTED:
        return db.session.scalar(select(Assistance.voter_id).filter_by(**key))
    if kind is ActKind.PROXY:
        return db.session.scalar(select(ProxyLetter.giver_id).filter_by(**key))
    members = household_queries.members(entry.household_id) if is_household(entry.unit) else []
    if not members or entry.person_id in {one.id for one in members if is_adult(one.born, on)}:
        return entry.person_id
    return households.speaker(members, None, on=on)


def may_contest(poll: Poll, person: Person, state: PollState, *, on: date) -> bool:
    """Tell whether this person can still say of the act on their vote that it is not so."""
    entry = unit_of(poll, person)
    kind = kind_of(poll, entry, person, on=on)
    if kind is None or entry is None or why_not_now(kind, state) or _open_one(poll.id, entry.number, person.id):
        return False
    return why_not_again(entry, kind, person, on=on) is None


def why_not_now(kind: ActKind, state: PollState) -> Reason | None:
    """Say why it is too late: what the household knew ends with the close, what was noted of another's vote when declared."""
    if state is PollState.CLOSED and kind is not ActKind.HOUSEHOLD:
        return None
    return rules.why_not_vote(state)


def _by_household(poll: Poll) -> bool:
    return poll_states.frozen_of(poll).by_household


def _open_one(poll_id: int, number: int, person_id: int) -> VoteDispute | None:
    query = act_queries.open_contests().with_only_columns(VoteDispute, maintain_column_froms=True)
    mine = (VoteDispute.poll_id == poll_id, VoteDispute.number == number, VoteDispute.contested_by == person_id)
    return db.session.scalars(query.where(*mine)).first()


def _turns(poll_id: int, number: int, person_id: int) -> int:
    query = select(func.count()).select_from(VoteDispute)
    return db.session.scalar(query.filter_by(poll_id=poll_id, number=number, contested_by=person_id)) or 0
