"""Take back what waits on a vote that stands no more: it was cancelled, or annulled."""

from typing import Any

from sqlalchemy import select

from consult.domain.people.waiting import Wait
from consult.models import LateMarks, Poll, PollChange, ProxyLetter, RollAppeal, VoteDispute, db
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people.two_persons import second_persons
from consult.services.polls import poll_messages
from consult.services.polls.channels import telling

OF_A_POLL: dict[Wait, Any] = {
    Wait.POLL_CHANGE: PollChange,
    Wait.LATE_MARKS: LateMarks,
    Wait.LETTER: ProxyLetter,
    Wait.CONTEST: VoteDispute,
    Wait.ROLL_REFUSAL: RollAppeal,
}
"""What waits for an officer because of one poll. That it is listed no more is asked by `Poll.stands` in the selects."""


def take_back(poll: Poll, act: Act) -> None:
    """Take back the lines that ask officers for something about this poll, in the unit of work at hand.

    Those that asked people to vote are not new any more.
    """
    poll_messages.settle(poll, now=act.now)
    late = {Wait.CONTEST: telling.contests_over, Wait.LETTER: telling.letters_over}
    for kind, table in OF_A_POLL.items():
        ids = db.session.scalars(select(table.id).where(table.poll_id == poll.id)).all()
        if kind in late:
            late[kind](ids, act)
        else:
            second_persons.over(kind, ids, act)
    waiting = select(RollAppeal.id).where(
        RollAppeal.poll_id == poll.id, RollAppeal.added_at.is_(None), RollAppeal.confirmed_at.is_(None)
    )
    notifications.take_back([f"roll_appeal:{one}" for one in db.session.scalars(waiting)], now=act.now)
