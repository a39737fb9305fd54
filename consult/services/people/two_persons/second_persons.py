"""Tell those who can be the second person of an act, and take the line back once nobody is needed any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import WHO, Officer, Pending, Wait, may_do
from consult.models import Person, Village, db
from consult.models.people import role_queries
from consult.services.core import sure_time
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people import villages


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An act that waits for a second person."""

    kind: Wait
    id: int
    asked: Asked | None = None
    about: int | None = None
    homes: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    kept_out: frozenset[int] = frozenset()
    """People who had a hand in it, where no office asked."""
    roll: int | None = None
    """The roll with which it was asked: one line for all that a roll asks."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Of the line in the inbox; its `kind` names the sentence."""

    @property
    def subject(self) -> str:
        """Return what the line is about."""
        return subject_of(self.kind, self.id) if self.roll is None else of_roll(self.roll)


def subject_of(kind: Wait, row_id: int) -> str:
    """Return the subject of the lines that ask for a second person."""
    return f"waits_{kind.value}:{row_id}"


def of_roll(import_id: int) -> str:
    """Return the subject of the line about all that a roll asks for."""
    return f"waits_roll:{import_id}"


def seconds_of(wanted: Wanted, act: Act) -> set[int]:
    """Return who may be the second person, by the rule that the front page asks too."""
    return firsts_of([wanted], act).get(0, set())


def firsts_of(all_wanted: Sequence[Wanted], act: Act) -> dict[int, set[int]]:
    """Return for some of these acts of one kind and one asker, by position, the officers who can confirm it and none before.

    It takes as many statements for a hundred acts as for one.
    """
    first = all_wanted[0]
    village = db.session.get_one(Village, act.village_id)
    on, past = villages.local_day(village, act.now), sure_time.surely_past(village.id, act.now)
    house = db.session.get_one(Person, first.asked.by).household_id if first.asked is not None else None
    pending = [
        Pending(kind=one.kind, asked=one.asked, asker_house=house, about=one.about, homes=one.homes, people=one.people)
        for one in all_wanted
    ]
    found: dict[int, set[int]] = {}
    officers = role_queries.officers(act.village_id, WHO[first.kind], on=on)
    mates = villages.mates_of([officer_id for officer_id, _, _ in officers])
    for row in officers:
        officer = Officer(*row, mates[row[0]])
        possible = (n for n, one in enumerate(pending) if may_do(one, officer, now=past))
        n = next((n for n in possible if officer.id not in all_wanted[n].kept_out), None)
        if n is not None:
            found.setdefault(n, set()).add(officer.id)
    return found


def tell(wanted: Wanted, act: Act) -> set[int]:
    """Tell each possible second person once, in the unit of work at hand. Return who they are."""
    people = seconds_of(wanted, act)
    tell_these(people, wanted, act)
    return people


def tell_these(people: Collection[int], wanted: Wanted, act: Act) -> None:
    """Tell people whose confirmation an act waits for, once of one subject."""
    notifications.tell(
        people,
        NotificationEvent.DUTY,
        wanted.subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        waits=wanted.kind.value,
        **wanted.facts,
    )


def over(kind: Wait, row_ids: Collection[int], act: Act, *, only: int | None = None) -> None:
    """Take the lines back: it was confirmed, dropped or stopped, or it lapsed. `only`: of this person, who did their part."""
    notifications.take_back([subject_of(kind, one) for one in row_ids], now=act.now, only=only)


def tell_asker(asker_id: int, subject: str, act: Act, **facts: Any) -> None:
    """Tell who asked that it was dropped or lapsed, unless they ended it themselves. `facts` are those of the line."""
    notifications.tell(
        {asker_id} - {act.actor_id},
        NotificationEvent.DUTY,
        subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        **facts,
    )
