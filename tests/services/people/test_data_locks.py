"""A lock on one's own data: asked, answered, ended by the person; and each thing that it does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.own_data import RequestKind
from consult.domain.people.right_changes import RightKind
from consult.domain.refusals import Reason
from consult.domain.talk.common_ground import Position
from consult.models import AuditEntry, BallotEvent, Consultation, Notification, OutboxMessage, db
from consult.models.people import lock_queries
from consult.models.talk import statement_queries
from consult.services.core import transactions
from consult.services.messages import notifications, outbox
from consult.services.people import data_locks, data_requests
from consult.services.people.roll import rolls
from consult.services.talk import common_ground
from tests import rights as by_two
from tests.hours import today
from tests.village import a_consultation, a_poll, vote
from tests.ways import refused


def locked(cast, who, *, key="lock") -> None:
    """Ask, and let the clerk answer."""
    asked = data_requests.ask(RequestKind.LOCK, "请锁住", who.act(key=key))
    data_requests.answer(asked, "锁了", cast.ms_yip.act(), granted=True)


@pytest.mark.both_databases
def test_a_lock_holds_from_the_answer_until_the_person_ends_it(inside):
    fong = inside.ah_fong
    asked = data_requests.ask(RequestKind.LOCK, "请锁住", fong.act(key="k"))
    assert lock_queries.lock_of(fong.id) is None
    data_requests.answer(asked, "锁了", inside.ms_yip.act(), granted=True)
    assert lock_queries.locked_of(inside.id) == {fong.id}
    assert refused(data_requests.ask, RequestKind.LOCK, "再锁", fong.act(key="k2")) is Reason.NOTHING_CHANGES
    data_locks.end(fong.act())
    data_locks.end(fong.act())
    assert lock_queries.lock_of(fong.id) is None
    tags = db.session.scalars(select(AuditEntry.tag).where(AuditEntry.tag.like("data:%"))).all()
    assert tags == ["data:asked", "data:answered", "data:unlocked"]


def test_nobody_ends_the_lock_of_another(inside):
    locked(inside, inside.ah_fong)
    data_locks.end(inside.ms_yip.act())
    assert lock_queries.lock_of(inside.ah_fong.id) is not None


@pytest.mark.both_databases
def test_a_lock_that_was_ended_can_be_asked_for_again(inside):
    locked(inside, inside.ah_fong)
    data_locks.end(inside.ah_fong.act())
    locked(inside, inside.ah_fong, key="again")
    assert lock_queries.lock_of(inside.ah_fong.id) is not None


def remind(cast, subject: str) -> None:
    with transactions.writing():
        notifications.tell(
            [cast.ah_fong.id, cast.ah_kwok.id],
            NotificationEvent.VOTE_REMINDER,
            subject,
            village_id=cast.id,
            consultation_id=None,
            now=clock.now(),
            title="t",
            closes_at=(clock.now() + timedelta(hours=1)).isoformat(),
        )


@pytest.mark.both_databases
def test_a_locked_phone_gets_no_reminder_and_the_inbox_does(inside):
    locked(inside, inside.ah_fong)
    remind(inside, "poll:1")
    reminders = select(OutboxMessage.person_id).where(OutboxMessage.template == "vote_reminder")
    assert db.session.scalars(reminders).all() == [inside.ah_kwok.id]
    lines = select(Notification.person_id).where(Notification.event == NotificationEvent.VOTE_REMINDER)
    assert set(db.session.scalars(lines)) == {inside.ah_fong.id, inside.ah_kwok.id}


def test_a_message_that_waited_when_the_lock_began_is_not_sent(inside):
    remind(inside, "poll:1")
    locked(inside, inside.ah_fong)
    sent = []
    outbox.sweep(lambda message: sent.append((message.template, message.recipient)), now=clock.now())
    assert ("vote_reminder", inside.ah_fong.phone) not in sent and ("vote_reminder", inside.ah_kwok.phone) in sent


def test_a_locked_phone_is_told_when_somebody_changes_its_ways_in(inside):
    locked(inside, inside.ah_fong)
    by_two.ask(inside, kind=RightKind.NUMBER_CHANGED, person_id=inside.ah_fong.id, number="13900000077")
    sent = []
    outbox.sweep(lambda message: sent.append((message.template, message.recipient)), now=clock.now())
    assert ("rights", inside.ah_fong.phone) in sent


@pytest.mark.parametrize("in_full", [True, False])
def test_who_is_locked_is_in_no_export_of_the_roll(inside, in_full):
    before = rolls.export(inside.row(), today=today(), in_full=in_full)
    locked(inside, inside.ah_fong)
    after = rolls.export(inside.row(), today=today(), in_full=in_full)
    assert [row for row in before if row not in after] == [row for row in before if row[2] == inside.ah_fong.name]
    assert len(before) - len(after) == 1


def test_a_roll_without_the_locked_does_not_miss_them(inside):
    locked(inside, inside.ah_fong)
    lines = "\n".join(",".join(row) for row in rolls.export(inside.row(), today=today()))
    reading = rolls.read_file(lines.encode(), "roll.csv", today=today())
    staged = rolls.stage(reading, "roll.csv", inside.ms_yip.act())
    assert inside.ah_fong.id not in {one.id for one in rolls.preview(staged).changes.gone}


@pytest.mark.both_databases
def test_an_evaluation_of_opinions_leaves_the_locked_out_and_keeps_their_reactions(inside):
    consultation = a_consultation(inside)
    said = common_ground.write_statement(
        db.session.get_one(Consultation, consultation), "修路先修桥", inside.ah_fong.act(key="s")
    )
    common_ground.react(said, Position.DISAGREE, inside.ah_kwok.act())
    assert set(statement_queries.all_reactions(consultation)) == {inside.ah_fong.id, inside.ah_kwok.id}
    locked(inside, inside.ah_fong)
    assert set(statement_queries.all_reactions(consultation)) == {inside.ah_kwok.id}
    data_locks.end(inside.ah_fong.act())
    assert inside.ah_fong.id in statement_queries.all_reactions(consultation)


@pytest.mark.both_databases
def test_who_is_locked_votes_as_before_and_stands_on_the_roll_of_a_vote(inside):
    locked(inside, inside.ah_fong)
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    assert db.session.scalars(select(BallotEvent.actor_id).where(BallotEvent.poll_id == poll)).all() == [
        inside.ah_fong.id
    ]


def test_a_request_that_nobody_answered_is_taken_back_by_its_person_alone(inside):
    asked = data_requests.ask(RequestKind.LOCK, "请锁住", inside.ah_fong.act(key="k"))
    with pytest.raises(LookupError):
        data_requests.withdraw(asked, inside.ms_yip.act())
    data_requests.withdraw(asked, inside.ah_fong.act())
    data_requests.answer(asked, "锁了", inside.ms_yip.act(now=clock.now() + timedelta(hours=1)), granted=True)
    assert asked.granted is False and lock_queries.lock_of(inside.ah_fong.id) is None
