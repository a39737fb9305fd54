"""Drafting and announcing polls. Announcing freezes everything and shows its fingerprint."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.board.notices import NoticeTag
from consult.domain.law import vote_gates, voting_rolls
from consult.domain.law.bodies import Body, UnitKind
from consult.domain.law.vote_gates import Door, Exceptions
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, WOMAN
from consult.domain.people.roles import ORGANISATION_SCOPED, Role, in_force
from consult.domain.polls import frozen, methods
from consult.domain.polls.frozen import FrozenAgain, FrozenMeeting, FrozenPoll, FrozenRule
from consult.domain.polls.poll_plans import PollPlan
from consult.domain.polls.polls import FEWEST_FOR_SECRECY, HELPER_CAP, Channel, Standing, why_not_secret
from consult.domain.polls.repeat_grounds import EarlierVote
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import (
    BodyStanding,
    Consultation,
    Departure,
    FurtherVote,
    Group,
    Household,
    Person,
    Poll,
    PollOption,
    RoleGrant,
    RollEntry,
    Turnout,
    Village,
    db,
)
from consult.models.polls import voter_queries
from consult.models.talk import consultation_queries
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations, rule_changes
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.polls import poll_messages, poll_states, voter_verification
from consult.services.polls.requests import further_votes
from consult.services.polls.requests.further_votes import Question
from consult.services.polls.sealing import keys
from consult.services.talk import moderation_subjects, phases


@atomic
def draft(consultation: Consultation, plan: PollPlan, act: Act) -> Poll:
    """Write down a poll; nothing is frozen yet. The same key drafts one poll, however often it is sent."""
    transactions.queue_for(f"draft:{act.key}")
    if earlier := transactions.earlier(Poll, act.key, village_id=act.village_id):
        return earlier
    poll = Poll(
        village_id=act.village_id,
        consultation_id=consultation.id,
        drafted_by=act.actor.id,
        drafted_at=act.now,
        request_key=act.key,
        **plan.columns(),
    )
    labels = methods.of(plan.kind).options(plan.options)
    poll.options = [PollOption(number=n, village_id=act.village_id, label=label) for n, label in enumerate(labels, 1)]
    db.session.add(poll)
    db.session.flush()
    audit.record(Tag.POLL_DRAFTED, f"poll:{poll.id}", act)
    return poll


@atomic
def announce(poll: Poll, act: Act) -> None:
    """Freeze the poll, number its roll, post the notice. Announcing twice is the same as once. Raises Refused."""
    now = act.now
    village = villages.locked(poll.village_id)  # the notice is numbered in it: village before poll
    transactions.lock(poll)
    transactions.lock(poll.consultation)  # it moves on: before the head of the log
    if poll.announced_at is not None:
        return
    poll_states.refuse_while_in_doubt(poll.village_id)
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    phases.refuse_ended(poll.consultation)
    moderation_subjects.refuse_hidden(poll.consultation_id)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    body = body_of(poll, village, now=now)
    refuse_unless_announceable(poll, village, body, now=now)
    again = further_votes.refuse_unless_open(Question.of(poll), now=now, opener=act)
    _refuse_unless_convener(poll, body, act, on=local_day(village, now))
    adult_on = opening_day(poll, village, now=now)
    units = voting_rolls.freeze(villagers(village, on=adult_on), body, group_id=poll.group_id, on=adult_on)
    if not units:
        raise Refused(Reason.ROLL_IS_EMPTY)
    if reason := why_not_secret(secret=poll.secret, standing=Standing(poll.standing), units=len(units)):
        raise Refused(reason, units=len(units), fewest=FEWEST_FOR_SECRECY)
    with db.session.no_autoflush:  # the row is written once, whole: the database refuses a second change
        freeze(poll, body, units, act, adult_on=adult_on, again=further_votes.frozen_again(again))
    further_votes.note_used(again, poll)
    voting = voter_verification.said_of_voters(poll, on=local_day(village, now))
    audit.record(Tag.POLL_ANNOUNCED, f"poll:{poll.id}", act, fingerprint=poll.fingerprint, units=len(units), **voting)
    phases.pass_into(poll.consultation, Phase.VOTE, now=now)
    voters = voter_queries.speakers(poll, on=local_day(village, now))
    poll_messages.tell_of_poll(poll, voters, NotificationEvent.VOTE_ANNOUNCED, now=now)
    notices.post(NoticeTag.POLL_ANNOUNCED, poll, act, facts=_told_again(again))


def _told_again(found: tuple[EarlierVote, FurtherVote] | None) -> dict[str, Any]:
    """Return what the notice of a repeated vote tells of the earlier one and of the ground."""
    if found is None:
        return {}
    earlier, ground = found
    return {"again": {"poll": earlier.id, "ended": earlier.ended, "ground": ground.ground.value, "why": ground.words}}


def voters_ahead(poll: Poll, village: Village, *, now: datetime) -> int:
    """Return how many units would stand on the roll if the draft were announced now."""
    body, on = body_of(poll, village, now=now), opening_day(poll, village, now=now)
    return len(voting_rolls.freeze(villagers(village, on=on), body, group_id=poll.group_id, on=on))


def shown_parts(poll: Poll) -> dict[str, object]:
    """Return what the page of a draft rests on, as it is now: the words that would be frozen."""
    return phases.shown_parts(poll.consultation, "text")


def opening_day(poll: Poll, village: Village, *, now: datetime) -> date:
    """Return the day on which a poll opens: that of its announcement where the hour on the draft is past by then."""
    return local_day(village, max(poll.opens_at, poll.announced_at or now))


def body_of(poll: Poll, village: Village, *, now: datetime) -> Body:
    """Return the rule in force for a poll's body in this village on the day of its opening. Raises KeyError for none."""
    day = opening_day(poll, village, now=now)
    return rule_changes.body_in_force(village, poll.body, poll.group_id, on=day)


def refuse_unless_announceable(poll: Poll, village: Village, body: Body, *, now: datetime) -> None:
    """Check times, scope, standing and notice. Raises Refused, each with a reason of its own."""
    if poll.closes_at <= poll.opens_at:
        raise Refused(Reason.CLOSES_BEFORE_OPENING)
    if poll.closes_at <= now:
        raise Refused(Reason.OPENS_IN_THE_PAST)
    refuse_unless_body_of(village, body, poll.group_id)
    if poll.standing == Standing.FORMAL:
        _refuse_unless_formal(poll, village, body, now=now)


def refuse_unless_body_of(village: Village, body: Body, group_id: int | None) -> None:
    """Refuse a body that cannot be that of a group, or of this village."""
    collective = villages.has_collective(village.id, group_id)
    if reason := vote_gates.why_not_scope(body, group_id, has_collective=collective, is_township=village.is_township):
        raise Refused(reason)


def _refuse_unless_convener(poll: Poll, body: Body, act: Act, *, on: date) -> None:
    """Refuse a formal vote announced by somebody who may not call a meeting of its body."""
    if poll.standing == Standing.FORMAL:
        held = villages.offices_of(act.actor, on=on)
        collective = villages.has_collective(poll.village_id, poll.group_id)
        if reason := vote_gates.why_not_convener(body, poll.group_id, held=held, has_collective=collective):
            raise Refused(reason)


def _refuse_unless_formal(poll: Poll, village: Village, body: Body, *, now: datetime) -> None:
    """Refuse a formal vote by phone that lacks what its body needs: basis, notice, open plan, matter, study, check."""
    if not formal_source(village.id, body, poll.group_id):
        raise Refused(Reason.NO_FORMAL_BASIS)
    if reason := vote_gates.why_not_hands(body, hands=poll.hands, formal=True):
        raise Refused(reason)
    motion = four_deliberations.motion(poll.consultation_id)
    vote_gates.refuse_formal(body, motion, title=poll.question)
    door = Door(
        body=body,
        group_id=poll.group_id,
        exceptions=Exceptions(short_notice=poll.short_notice_reason),
        known_on=local_day(village, now),
        voted_on=opening_day(poll, village, now=now),
    )
    vote_gates.refuse_unless_open(door, motion, title=poll.question)


def formal_source(village_id: int, body: Body, group_id: int | None = None) -> str:
    """Return the village's own rule that makes a phone vote of this body formal. Empty: none.

    A law that lets members take part in a *meeting* online (CEO 27, docs/law.md) does not make days of voting by phone,
    without a meeting, formal. What the village's collective has in its charter, a group's collective has not.
    """
    if body.consultative or (body.of_a_collective and group_id is not None):
        return ""
    own = db.session.get(BodyStanding, (village_id, body.code))
    return own.source if own else ""


def villagers(village: Village, *, on: date) -> list[voting_rolls.Villager]:
    """Return the people on the village's roll, in its order, with the offices they hold on a day. Two queries."""
    offices: dict[int, set[Role]] = {}
    of_groups: dict[int, set[tuple[Role, int]]] = {}
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.village_id == village.id)):
        if not in_force(grant.since, grant.until, ended=grant.ended_at is not None, on=on):
            continue
        if grant.role in ORGANISATION_SCOPED and grant.group_id is not None:
            of_groups.setdefault(grant.person_id, set()).add((grant.role, grant.group_id))
        else:
            offices.setdefault(grant.person_id, set()).add(grant.role)

    def collective_of(p: Row[Any]) -> int | None:
        """Return the group in whose collective bodies a person sits: where it has no organisation, those who live there."""
        stands_in = p.group_id if p.collective_member and not p.collective else None
        return p.collective_group_id or stands_in

    query = (
        select(
            Person.id,
            Person.household_id,
            Household.group_id,
            Person.born,
            Person.relation,
            Household.representative_id,
            Person.collective_member,
            Person.collective_group_id,
            Person.lives_by_own_labour,
            Person.sex,
            Person.lacks_capacity,
            Group.collective,
        )
        .join(Household, Household.id == Person.household_id)
        .join(Group, Group.id == Household.group_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village.id, Departure.person_id.is_(None))
        .order_by(Person.roll_position, Person.id)
    )
    return [
        voting_rolls.Villager(
            id=p.id,
            household_id=p.household_id,
            group_id=p.group_id,
            born=p.born,
            is_head=p.relation == HEAD_OF_HOUSEHOLD,
            represents=p.representative_id == p.id,
            collective_member=p.collective_member,
            offices=frozenset(offices.get(p.id, ())),
            collective_group_id=collective_of(p),
            group_offices=frozenset(of_groups.get(p.id, ())),
            is_woman=p.sex == WOMAN,
            lives_by_own_labour=p.lives_by_own_labour,
            lacks_capacity=p.lacks_capacity,
        )
        for p in db.session.execute(query)
    ]


def freeze(
    poll: Poll,
    body: Body,
    units: list[voting_rolls.UnitOfRoll],
    act: Act,
    *,
    adult_on: date,
    source: str = "",
    meeting: FrozenMeeting | None = None,
    resolution: ResolutionText | None = None,
    again: FrozenAgain | None = None,
) -> None:
    """Write down the numbered roll and all that may not change, in the unit of work at hand.

    `adult_on`: the day on which voters must be 18. `source`: what makes a meeting's vote formal. `resolution`: what a
    meeting's item puts to the vote; None: what the proposal says. `again`: what it repeats, and why.
    """
    seal = keys.take(poll, now=act.now).public_key if poll.secret else None  # first: it writes what is pending
    by_household = body.unit is UnitKind.HOUSEHOLD
    poll.announced_by, poll.announced_at, poll.adult_on = act.actor.id, act.now, adult_on
    if poll.standing == Standing.FORMAL:
        poll.standing_source = source or formal_source(poll.village_id, body, poll.group_id)
    poll.roll_people = None if by_household else len(units)
    poll.roll_households = len(units) if by_household else len({u.household_id for u in units})
    salts = {unit.number: secrets.token_hex(16) for unit in units}
    roll = [(unit.number, commitment(salts[unit.number], unit.unit)) for unit in units]
    poll.frozen = replace(_to_freeze(poll, body, roll, meeting, resolution), seal=seal, again=again).to_facts()
    poll.fingerprint = sha256(canonical(poll.frozen))
    db.session.flush()
    db.session.execute(
        insert(RollEntry),
        [
            {"poll_id": poll.id, "village_id": poll.village_id, "rev": 0, "salt": salts[u.number], **u.__dict__}
            for u in units
        ],
    )
    db.session.add(Turnout(poll_id=poll.id, village_id=poll.village_id, units=0))


def _to_freeze(
    poll: Poll,
    body: Body,
    roll: list[tuple[int, str]],
    meeting: FrozenMeeting | None,
    resolution: ResolutionText | None,
) -> FrozenPoll:
    """Return what is frozen. `roll`: each number with the commitment to its unit, so that it can be checked without names."""
    revision, words = consultation_queries.words_of(poll.consultation_id)
    return FrozenPoll(
        format=frozen.FORMAT if meeting is None else frozen.FORMAT_OF_MEETINGS,
        poll_id=poll.id,
        village_id=poll.village_id,
        group_id=poll.group_id,
        kind=poll.kind,
        proposal_revision=revision,
        proposal_digest=sha256(canonical(words)),
        question=poll.question,
        options=tuple(option.label for option in poll.options),
        max_choices=poll.max_choices,
        secret=poll.secret,
        channels=channels_of(poll, body),
        turnout_shown=poll.turnout_shown,
        helper_cap=HELPER_CAP,
        rule=FrozenRule.of_body(body),
        standing=poll.standing,
        standing_source=poll.standing_source,
        short_notice_reason=poll.short_notice_reason,
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        announced_at=poll.announced_at,
        adult_on=poll.adult_on,
        roll_units=len(roll),
        roll_digest=roll_digest(roll),
        meeting=meeting,
        resolution=resolution or ResolutionText.of_proposal(Draft.from_facts(words)),
    )


def channels_of(poll: Poll, body: Body) -> tuple[Channel, ...]:
    """Return the channels by which votes may come. Raised hands are no secret ballot; a household's one vote needs no letter.

    A secret vote is given with a letter only where law or charter allow it.
    """
    by_household = poll.roll_people is None
    offered = {
        Channel.PHONE: True,
        Channel.ASSISTED: True,
        Channel.PAPER: poll.paper,
        Channel.HANDS: poll.hands,
        Channel.PROXY: not by_household and (not poll.secret or bool(body.secret_letters)),
    }
    return tuple(channel for channel, there in offered.items() if there)


def resolution_of(poll: Poll) -> ResolutionText:
    """Return what a poll resolves if it carries: as it was frozen; of a draft as the proposal says now."""
    return consultation_queries.resolution_of(poll)


def roll_digest(units: Sequence[Sequence[object]]) -> str:
    """Return the hash of a roll: its numbers with the commitments to their units (format 1: the units), in order."""
    return sha256(canonical([list(unit) for unit in units]))
