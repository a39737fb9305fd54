"""An officer's word that the clock is right; where it takes two, the others who can say it are told."""

from datetime import datetime

from sqlalchemy import select

from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.models import ClockConfirmation, ClockDoubt, db
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.machine import clock_settlements, clock_watch
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted


@atomic
def confirm(village_id: int, office: str, act: Act, *, shown_at: datetime) -> bool:
    """Confirm that the clock is right. Return whether the doubt is ended. Raises Refused, as clock_settlements.confirm."""
    villages.locked(village_id)
    doubt = clock_settlements.open_doubt(village_id)
    if doubt is not None and _takes_two(doubt, act.now) and not _said(doubt.id):
        wanted = Wanted(
            kind=Wait.CLOCK, id=doubt.id, asked=Asked(act.actor.id, office, act.now), facts={"kind": "second_clock"}
        )
        second_persons.tell(wanted, act)
    ended = clock_settlements.confirm(village_id, office, act, shown_at=shown_at)
    if doubt is not None:
        second_persons.over(Wait.CLOCK, [doubt.id], act, only=None if ended else act.actor_id)
    return ended


def _takes_two(doubt: ClockDoubt, now: datetime) -> bool:
    return doubt.persons_needed > 1 or clock_watch.persons_needed_now(doubt, now) > 1


def _said(doubt_id: int) -> bool:
    said = select(ClockConfirmation.person_id).where(ClockConfirmation.doubt_id == doubt_id)
    return db.session.scalar(said.limit(1)) is not None
