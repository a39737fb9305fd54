"""Tell those whose vote somebody else gave or noted: by whom, when and how. In the unit of work of the act."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.households import is_household
from consult.domain.people.owed import Owed
from consult.domain.people.people import is_adult
from consult.domain.people.waiting import Wait
from consult.domain.polls.polls import Channel
from consult.models import Departure, Person, Poll, ProxyLetter, RollEntry, Village, VoteDispute, db
from consult.models.polls import act_queries
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people.two_persons import second_persons
from consult.services.people.villages import local_day, owed_by


def tell_marked(poll: Poll, turns: Mapping[int, int], channel: Channel, act: Act) -> None:
    """Tell the voters of roll numbers, of households all adults, that somebody marked them as voting on paper or by hand.

    `turns`: of each roll number, which of its marks this is.
    """
    kind = f"you_marked_{channel.value}"
    facts = about(poll, kind, act, who=act.actor.name)
    lines = [
        (one, f"vote_act:{kind}:{poll.id}:{number}:{turns[number]}", facts)
        for number, people in voters_of(poll, turns, on=today_of(poll, act)).items()
        for one in sorted(people - {act.actor_id})
    ]
    notifications.tell_each(lines, NotificationEvent.RIGHTS, village_id=poll.village_id, now=act.now)


def tell_unmarked(
    poll: Poll, turns: Mapping[int, int], act: Act, *, asked_by: int | None = None, reason: str = ""
) -> None:
    """Tell the same people that the mark was taken back and that they can vote. `asked_by`: the first of two, after the close."""
    if asked_by is None:
        facts = about(poll, "you_unmarked", act, who=act.actor.name)
    else:
        facts = about(poll, "you_unmarked_by_two", act, name=name_of(asked_by), who=act.actor.name, why=reason)
    lines = [
        (one, f"vote_act:unmarked:{poll.id}:{number}:{turns[number]}", facts)
        for number, people in voters_of(poll, turns, on=today_of(poll, act)).items()
        for one in sorted(people)
    ]
    notifications.tell_each(lines, NotificationEvent.RIGHTS, village_id=poll.village_id, now=act.now)


def tell(
    people: Collection[int | None], poll: Poll, kind: str, about_what: tuple[int, int], act: Act, **facts: str
) -> None:
    """Tell people once of one thing about a vote. `about_what`: roll number and ballot, or another number of the thing."""
    number, rev = about_what
    notifications.tell(
        {one for one in people if one is not None},
        NotificationEvent.RIGHTS,
        f"vote_act:{kind}:{poll.id}:{number}:{rev}",
        village_id=poll.village_id,
        consultation_id=None,
        now=act.now,
        **about(poll, kind, act, **facts),
    )


def over_with(poll: Poll, entries: Collection[int], act: Act) -> None:
    """Take back the lines to those who decide: the contests and letters of these units fall away with what they are about.

    Called before the vote or the mark goes.
    """
    contests_over(act_queries.open_contest_ids(poll.id, *entries), act)
    letters_over(act_queries.open_letter_ids(poll.id, *entries), act)


def contests_over(contest_ids: Collection[int], act: Act) -> None:
    """Take back all lines that ask for a decision on contests, also those that say that it is late."""
    second_persons.over(Wait.CONTEST, contest_ids, act)
    rows = db.session.scalars(
        select(VoteDispute).where(VoteDispute.id.in_(contest_ids), VoteDispute.due_on.is_not(None))
    )
    late = [subject for one in rows if one.due_on for subject in owed.subjects(Owed.CONTEST, one.id, one.due_on)]
    notifications.take_back_late(late, now=act.now)


def letters_over(letter_ids: Collection[int], act: Act) -> None:
    """Take back all lines that ask for a look at letters, also those that say that it is late."""
    second_persons.over(Wait.LETTER, letter_ids, act)
    late: list[str] = []
    for one in db.session.scalars(select(ProxyLetter).where(ProxyLetter.id.in_(letter_ids))):
        late += owed.subjects(Owed.LETTER, one.id, owed_by(Owed.LETTER, one.village_id, one.entered_at))
    notifications.take_back_late(late, now=act.now)


def about(poll: Poll, kind: str, act: Act, **facts: str) -> dict[str, Any]:
    """Return the facts of a line: its sentence, the poll, the instant, and names."""
    title = poll.consultation.proposal.title
    return {"kind": kind, "vote": poll.id, "title": title, "at": act.now.isoformat(), **facts}


def voters_of(poll: Poll, entries: Collection[int], *, on: date) -> dict[int, set[int]]:
    """Return whose vote each of these roll numbers is: the person, or the adults of the household who are still there."""
    query = select(RollEntry.number, RollEntry.unit, RollEntry.person_id, RollEntry.household_id).where(
        RollEntry.poll_id == poll.id, RollEntry.number.in_(entries)
    )
    rows = db.session.execute(query).all()
    houses = {row.household_id for row in rows if is_household(row.unit)}
    homes = (
        select(Person.id, Person.household_id, Person.born)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.household_id.in_(houses), Departure.person_id.is_(None))
    )
    adults: dict[int, set[int]] = {}
    for one in db.session.execute(homes) if houses else ():
        if is_adult(one.born, on):
            adults.setdefault(one.household_id, set()).add(one.id)
    return {
        row.number: adults.get(row.household_id, set()) if is_household(row.unit) else {row.person_id} for row in rows
    }


def today_of(poll: Poll, act: Act) -> date:
    """Return the day of an act in the poll's village."""
    return local_day(db.session.get_one(Village, poll.village_id), act.now)


def name_of(person_id: int | None) -> str:
    """Return a person's name; empty for nobody."""
    return db.session.get_one(Person, person_id).name if person_id is not None else ""
