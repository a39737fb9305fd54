"""Seed the demo village: its roll, its accounts, and its consultations. Doing it again changes nothing."""

import random
import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from consult.config import ROOT
from consult.demo import accounts, seed_cases, seed_meeting, seed_work, talk
from consult.demo import seed_talk as demo_talks
from consult.demo.data import (
    CAST,
    COLLECTIVE,
    MATTERS,
    NAME,
    NEIGHBOUR,
    NEIGHBOUR_ROLL,
    NEIGHBOUR_SLUG,
    OUTSIDE_CAST,
    PROVINCE,
    SLUG,
    DemoMatter,
    OutsideCastMember,
)
from consult.domain.form_errors import fen
from consult.domain.instants import at_local, local_day
from consult.domain.people.office_terms import OfficeSource, Origin, Term
from consult.domain.people.roles import Role
from consult.domain.polls.poll_plans import PollPlan
from consult.domain.polls.polls import Standing
from consult.domain.polls.secret_ballots import new_token
from consult.domain.talk.consultations import Draft
from consult.models import Group, Household, Person, Poll, RollEntry, Village, db
from consult.services.core import crypto, transactions
from consult.services.core.acts import Act
from consult.services.people import grants, rights, villages
from consult.services.people.accounts import outside_officers
from consult.services.people.accounts.outside_officers import OutsideOfficer
from consult.services.people.roll import rolls
from consult.services.polls import ballots, closing, polls
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.talk import consultations

ROLL = ROOT / "consult" / "data" / "rongxi-roll.xlsx"
TERM = (date(2026, 1, 1), date(2030, 12, 31))
TERM_OF_MEDIATION = (date(2026, 1, 1), date(2028, 12, 31))


def seed(*, now: datetime) -> Village:
    """Make the whole demo village as it would stand at an instant, and return it."""
    village = db.session.scalar(select(Village).where(Village.slug == SLUG))
    if village is not None:
        return village
    founded = now - timedelta(days=40)
    village = villages.create(SLUG, NAME, now=founded, province=PROVINCE, collective=COLLECTIVE)
    reading = rolls.read_file(ROLL.read_bytes(), ROLL.name, today=villages.local_day(village, now))
    founding = Act.by_system(village.id, now=founded)
    rolls.confirm(rolls.stage(reading, ROLL.name, founding), None, founding)
    _extra_offices(now=founded)
    announced = [(matter, _announced(village, matter, now)) for matter in MATTERS]
    demo_talks.raise_matters(village, _secretary(), now=now)
    for matter, poll in announced:
        _vote(poll, matter.turnout)
    for matter, poll in announced:
        if matter.declared:  # after all votes: a village's clock never goes back behind a closing
            closing.declare(poll, Act.of(_secretary(), now=poll.closes_at + timedelta(hours=1)))
    people = demo_talks.adults(village, now=now)
    seed_work.set_small_spending(village, *_answerers(), now=founded)
    seed_work.carry_out(village, _answerers(), people, now=now)
    seed_work.find_common_ground(village, _secretary(), people, now=now)
    by_role = {role: m.person for m in reversed(accounts.members()) for role in m.roles}
    seed_meeting.hold_meetings(
        village, _secretary(), by_role[Role.CLERK], (by_role[Role.CLERK], by_role[Role.SUPERVISOR]), now=now
    )
    seed_cases.bring_cases(village, now=now)
    _officers_off_the_roll(by_role, now=now)
    _neighbour(founded=founded, now=now)
    return village


def _officers_off_the_roll(by_role: dict[str, Person], *, now: datetime) -> None:
    """Let two officers of the village enter those who stand on no roll: their changes are posted on the board."""
    asker, second = by_role[Role.BRANCH_SECRETARY], by_role[Role.SUPERVISOR]
    for part in OUTSIDE_CAST:
        act = Act.of(asker, now=now, key=secrets.token_urlsafe(18))
        change = outside_officers.ask(*_wanted(part), Role.BRANCH_SECRETARY, act)
        if change is not None:
            rights.confirm(change.id, Role.SUPERVISOR, Act.of(second, now=now))


def _neighbour(*, founded: datetime, now: datetime) -> None:
    """Make a small village beside it, in which the same officers hold the same offices."""
    village = villages.create(NEIGHBOUR_SLUG, NEIGHBOUR, now=founded, province=PROVINCE)
    act = Act.by_system(village.id, now=founded)
    name = f"{NEIGHBOUR}.csv"
    reading = rolls.read_file(NEIGHBOUR_ROLL.encode(), name, today=villages.local_day(village, now))
    rolls.confirm(rolls.stage(reading, name, act), None, act)
    for part in OUTSIDE_CAST:
        outside_officers.grant(*_wanted(part), act)


def _wanted(part: OutsideCastMember) -> tuple[OutsideOfficer, Role, Term]:
    origin = Origin(OfficeSource.APPOINTED, date(2025, 12, 20), part.paper)
    return OutsideOfficer(part.name, part.organisation, part.number), part.role, Term(*TERM, origin=origin)


def _extra_offices(*, now: datetime) -> None:
    people = {m.person.name: m.person for m in accounts.members()}
    for part in CAST:
        for role in part.extra:
            person = people[part.name]
            days = TERM_OF_MEDIATION if role is Role.HEAD_OF_MEDIATION else TERM
            grants.grant(person, role, Term(*days), Act.by_system(person.village_id, now=now))


def _announced(village: Village, matter: DemoMatter, now: datetime) -> Poll:
    secretary = _secretary()
    group = db.session.scalar(select(Group).where(Group.village_id == village.id, Group.name == matter.group))
    opened = now + timedelta(days=matter.opened)
    funding = tuple((name, fen(amount) or 0) for name, amount in matter.funding)
    draft = Draft(matter.title, matter.summary, matter.text, fen(matter.cost), funding)
    first = replace(draft, text=talk.BEFORE) if matter.title == talk.CHANNEL else draft
    consultation = consultations.open_consultation(
        first,
        [],
        Act.of(secretary, now=opened, language="zh-Hans-CN", key=secrets.token_urlsafe(18)),
        group_ids=[group.id] if group else [],
    )
    demo_talks.talk_over(
        consultation,
        draft,
        secretary,
        demo_talks.adults(village, now=now),
        answerers=_answerers(),
        since=opened + timedelta(hours=2),
    )
    announced = opened + timedelta(days=2)
    act = Act.of(secretary, now=announced, key=secrets.token_urlsafe(18))
    poll = polls.draft(consultation, _plan(village, matter, group, now), act)
    polls.announce(poll, act)
    return poll


def _secretary() -> Person:
    return next(m.person for m in accounts.members() if Role.BRANCH_SECRETARY in m.roles)


def _answerers() -> tuple[Person, Person]:
    """Return an officer who may answer what the secretary raised, of another house, and a supervisor."""
    secretary, members = _secretary(), accounts.members()
    others = [m for m in members if m.person.household_id != secretary.household_id]
    first = next(m.person for m in others if {Role.COMMITTEE_MEMBER, Role.COUNCIL_MEMBER} & set(m.roles))
    second = (m.person for m in others if Role.SUPERVISOR in m.roles and m.person.household_id != first.household_id)
    return first, next(second)


def _plan(village: Village, matter: DemoMatter, group: Group | None, now: datetime) -> PollPlan:
    zone = ZoneInfo(village.timezone)

    def evening(days: float) -> datetime:
        """Return eight o'clock of the day; for what is going on already, of the last evening before."""
        then = now + timedelta(days=days)
        at = at_local(zone, local_day(zone, then), 20)
        return (
            at
            if days >= 1 or days < -1 or at <= then
            else at_local(zone, local_day(zone, then - timedelta(days=1)), 20)
        )

    return PollPlan(
        body=matter.body,
        group_id=group.id if group else None,
        kind=matter.kind,
        question=matter.question,
        options=matter.options,
        max_choices=matter.most,
        standing=Standing.ADVISORY,
        short_notice_reason="",
        opens_at=evening(matter.opens),
        closes_at=evening(matter.closes),
        secret=matter.secret,
        paper=matter.paper,
    )


def _vote(poll: Poll, turnout: tuple[int, int, int]) -> None:
    """Cast the ballots of the story, by households and people who are no demo accounts."""
    played = {part.household for part in CAST}
    query = (
        select(RollEntry.person_id)
        .join(Household, Household.id == RollEntry.household_id)
        .where(RollEntry.poll_id == poll.id, Household.code.not_in(played))
        .order_by(RollEntry.number)
    )
    voters = list(db.session.scalars(query))
    dice = random.Random(poll.id)
    dice.shuffle(voters)
    choices = [n for n, times in enumerate(turnout, 1) for _ in range(times)]
    village_id, at = poll.village_id, poll.opens_at + timedelta(minutes=5)
    several, secret, poll_id = poll.method.several, poll.secret, poll.id
    with transactions.writing():
        for voter, choice in zip(voters, choices, strict=False):
            picked = tuple(sorted({choice, choice % 6 + 1, (choice + 2) % 6 + 1})) if several else (choice,)
            key = new_token() if secret else secrets.token_urlsafe(12)
            ballots.cast(BallotRequest(village_id, poll_id, voter, picked, key), clock=lambda: at)


def phones(how_many: int = 3) -> list[tuple[str, str]]:
    """Return names and numbers of a few of the demo accounts, for trying to sign in by code."""
    found = [m.person for m in accounts.members() if m.person.phone_cipher]
    return [(p.name, crypto.unseal(p.phone_cipher or "")) for p in found[:how_many]]
