"""Nothing that was written is lost, nothing is written twice, and a number stands in no outbox."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.messages import outbox as rules
from consult.domain.messages.notifications import BY_SMS, NotificationEvent
from consult.domain.messages.outbox import MessageChannel, Unsent
from consult.models import GroupRobot, Meeting, Notification, OutboxMessage, Person, Poll, db
from consult.services.messages import notifications, outbox
from consult.services.messages.deliveries import OutgoingMessage
from consult.services.site import message_sense
from consult.web.words import robot_words
from tests.meetings import a_called_meeting
from tests.village import a_poll

NOW = clock.now()


def tell(cast, *who, event: NotificationEvent = NotificationEvent.DUTY, subject: str = "task:1") -> None:
    notifications.tell(
        [one.id for one in who],
        event,
        subject,
        village_id=cast.id,
        consultation_id=None,
        now=NOW,
        kind="task_given",
        title="砌墙",
    )
    db.session.commit()


def messages() -> list[OutboxMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def refuse(_parcel: OutgoingMessage) -> None:
    raise TimeoutError("13800000001 did not answer")


def test_only_what_runs_out_goes_by_sms(inside):
    for event in NotificationEvent:
        tell(inside, inside.ah_fong, event=event, subject=f"poll:{event}")
    assert {m.template for m in messages()} == {"vote_reminder", "duty", "meeting_reminder", "rights"}


def test_a_message_written_in_an_act_that_is_undone_is_gone_with_it(inside):
    notifications.tell(
        [inside.ah_fong.id], NotificationEvent.DUTY, "task:1", village_id=inside.id, consultation_id=None, now=NOW
    )
    db.session.rollback()
    assert messages() == []


def test_who_turned_an_event_off_gets_neither_line_nor_message(inside):
    notifications.set_switches(inside.ah_fong.row(), [])
    tell(inside, inside.ah_fong)
    assert messages() == [] and db.session.query(Notification).count() == 0


@pytest.mark.both_databases
def test_telling_twice_writes_once_and_the_number_stands_nowhere(inside):
    for _ in range(2):
        tell(inside, inside.ah_fong)
    (message,) = messages()
    assert inside.ah_fong.phone not in str(vars(message))
    sent: list[OutgoingMessage] = []
    assert outbox.sweep(sent.append, now=NOW) == 1
    assert (sent[0].recipient, sent[0].key) == (inside.ah_fong.phone, message.key)
    assert outbox.sweep(sent.append, now=NOW) == 0 and len(sent) == 1


@pytest.mark.both_databases
def test_a_failure_waits_longer_each_time_and_is_given_up_at_the_end(inside):
    tell(inside, inside.ah_fong)
    at = NOW
    for wait in rules.WAITS:
        assert outbox.sweep(refuse, now=at) == 0
        (message,) = messages()
        assert message.due_at == at + wait and message.claimed_until is None
        assert outbox.sweep(refuse, now=at + wait - timedelta(seconds=1)) == 0
        at += wait
    outbox.sweep(refuse, now=at)
    (message,) = messages()
    assert message.given_up_at == at and message.tries == len(rules.WAITS) + 1
    assert message.last_error == "TimeoutError", "the kind of the error, never its words"


def test_what_could_not_be_sent_is_sent_later(inside):
    tell(inside, inside.ah_fong)
    outbox.sweep(refuse, now=NOW)
    sent: list[OutgoingMessage] = []
    assert outbox.sweep(sent.append, now=NOW + rules.WAITS[0]) == 1


@pytest.mark.both_databases
def test_a_claim_of_a_killed_runner_runs_out_and_another_takes_over(inside):
    tell(inside, inside.ah_fong)
    (message,) = messages()
    assert outbox._claim(message.id, NOW)
    sent: list[OutgoingMessage] = []
    assert outbox.sweep(sent.append, now=NOW + rules.LEASE / 2) == 0
    assert outbox.sweep(sent.append, now=NOW + rules.LEASE * 2) == 1


class Killed(BaseException):
    """Nothing after the sending happens any more, as after kill -9."""


@pytest.mark.both_databases
@pytest.mark.parametrize(("event", "times"), [(NotificationEvent.DUTY, 1), (NotificationEvent.RIGHTS, 2)])
def test_what_a_killed_runner_was_sending_is_unknown_and_only_a_warning_goes_again(inside, event, times):
    tell(inside, inside.ah_fong, event=event)
    sent: list[str] = []

    def killed(parcel: OutgoingMessage) -> None:
        sent.append(parcel.key)
        raise Killed

    for hours in range(4):
        with suppress(Killed):
            outbox.sweep(killed, now=NOW + timedelta(hours=hours))
        db.session.rollback()
    (message,) = messages()
    assert len(sent) == times and message.last_error == Unsent.UNKNOWN
    assert message.given_up_at is not None and message.claimed_until is None
    assert outbox.retry([message.id], now=NOW + timedelta(hours=5)) == [message.id], "the operator may send it again"
    assert outbox.sweep(lambda parcel: sent.append(parcel.key), now=NOW + timedelta(hours=5)) == 1


def test_a_runner_whose_claim_ran_out_sends_nothing(inside):
    tell(inside, inside.ah_fong)
    (message,) = messages()
    message_id, later = message.id, NOW + rules.LEASE * 2
    assert outbox._claim(message_id, NOW) and outbox._claim(message_id, later)
    assert outbox._mark_sending([message_id], NOW) == set()
    assert outbox._mark_sending([message_id], later) == {message_id}


@pytest.mark.both_databases
def test_two_runners_at_once_never_send_the_same_message(app, inside):
    tell(inside, inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.ah_keung, inside.uncle_ho, inside.aunt_leung)
    sent: list[str] = []

    def run() -> None:
        with app.app_context():
            outbox.sweep(lambda parcel: sent.append(parcel.key), now=NOW)
            db.session.remove()

    runners = [threading.Thread(target=run) for _ in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(30)
    assert len(sent) == len(set(sent)) == 6


def test_a_message_to_somebody_without_a_number_or_who_left_is_given_up(inside):
    tell(inside, inside.ah_fong)
    db.session.get(Person, inside.ah_fong.id).phone_cipher = None
    db.session.commit()
    assert outbox.sweep(refuse, now=NOW) == 0
    assert messages()[0].last_error == outbox.NOBODY


def test_a_group_hears_of_public_notices_only_if_it_has_a_robot(inside):
    a_poll(inside, key="without")
    assert not [m for m in messages() if m.channel == MessageChannel.ROBOT]
    db.session.add(
        GroupRobot(village_id=inside.id, kind="wecom", address_cipher="x", set_by=inside.ms_yip.id, set_at=NOW)
    )
    db.session.commit()
    a_poll(inside, key="with")
    (message,) = [m for m in messages() if m.channel == MessageChannel.ROBOT]
    assert message.template == "poll_announced" and set(message.facts) == {
        "title",
        "standing",
        "kind",
        "closes_at",
        "timezone",
        "path",
        "poll",
        "meeting",
    }


def test_a_group_is_not_called_to_a_meeting_that_has_begun(inside):
    db.session.add(
        GroupRobot(village_id=inside.id, kind="wecom", address_cipher="x", set_by=inside.ms_yip.id, set_at=NOW)
    )
    db.session.commit()
    meeting = db.session.get_one(Meeting, a_called_meeting(inside)[0])
    (call,) = [m for m in messages() if m.channel == MessageChannel.ROBOT]
    assert call.template == "meeting_called"
    late = rules.not_after(call.template, call.facts, meeting.starts_at - timedelta(days=1))
    assert late == meeting.starts_at
    assert rules.not_after("agenda_added", call.facts, meeting.starts_at - timedelta(days=1)) == late


def test_what_was_done_meanwhile_and_what_waits_for_its_time_is_not_sent_by_hand(inside):
    tell(inside, inside.ah_fong, inside.ah_kwok)
    over, waiting = messages()
    over.given_up_at, over.last_error = NOW, outbox.OVER
    waiting.due_at = later = NOW + timedelta(days=1)
    db.session.commit()
    assert outbox.retry([over.id, waiting.id], now=NOW) == []
    assert messages()[1].due_at == later


def test_a_group_is_told_of_no_vote_and_no_meeting_that_was_called_off_or_moved_meanwhile(inside):
    db.session.add(
        GroupRobot(village_id=inside.id, kind="wecom", address_cipher="x", set_by=inside.ms_yip.id, set_at=NOW)
    )
    db.session.commit()
    poll = db.session.get_one(Poll, a_poll(inside))
    meeting = db.session.get_one(Meeting, a_called_meeting(inside)[0])
    of_poll, of_meeting = ([m] for m in messages() if m.channel == MessageChannel.ROBOT)
    assert (of_poll[0].template, of_meeting[0].template) == ("poll_announced", "meeting_called")
    assert not message_sense.judge(of_poll, NOW).dropped and not message_sense.judge(of_meeting, NOW).dropped

    meeting.starts_at += timedelta(days=1)
    assert message_sense.judge(of_meeting, NOW).dropped == {of_meeting[0].id: Unsent.MOVED}
    meeting.cancelled_at = NOW
    assert message_sense.judge(of_meeting, NOW).dropped == {of_meeting[0].id: Unsent.CALLED_OFF}

    later = poll.closes_at + timedelta(days=7)
    poll.closes_at = later
    judged = message_sense.judge(of_poll, NOW)
    assert judged.facts["closes_at"] == later.isoformat() and not judged.dropped
    poll.cancelled_at = NOW
    assert message_sense.judge(of_poll, NOW).dropped == {of_poll[0].id: Unsent.CALLED_OFF}


def test_each_rule_of_sense_is_of_a_message_that_is_sent(inside):
    assert set(rules.SENSE) <= set(robot_words.SENTENCES) | {event.value for event in BY_SMS}
    of_groups = {name: one for name, one in rules.SENSE.items() if name in robot_words.SENTENCES}
    assert {one.ends_at for one in of_groups.values()} <= {"", "closes_at"}, "a fact that no such message has"
    told = {name for name, words in robot_words.SENTENCES.items() if "%(when)s" in words}
    assert {name for name in told if not rules.sense_of(name).ends_at} == {"log_head"}, "the day of the log is no end"


def test_one_message_that_cannot_be_made_does_not_hold_up_the_others(inside):
    tell(inside, inside.ah_fong, inside.ah_kwok)
    db.session.get(Person, inside.ah_fong.id).phone_cipher = "sealed with another key"
    db.session.commit()
    sent: list[OutgoingMessage] = []
    assert outbox.sweep(sent.append, now=NOW) == 1 and sent[0].recipient == inside.ah_kwok.phone
    (stuck,) = [m for m in messages() if m.sent_at is None]
    assert stuck.tries == 1 and stuck.due_at == NOW + rules.WAITS[0]


def test_a_runner_whose_claim_ran_out_does_not_write_over_the_next_ones(inside):
    tell(inside, inside.ah_fong)
    (message,) = messages()
    message_id, later = message.id, NOW + rules.LEASE * 2
    assert outbox._claim(message_id, NOW) and outbox._claim(message_id, later)
    outbox._note(message_id, NOW, sent_at=NOW, last_error="")
    assert messages()[0].sent_at is None and messages()[0].claimed_until == later + rules.LEASE
