"""flask outbox: an operator sees what waits, tries it again or drops it with a reason, and reads no number."""

from datetime import timedelta

from consult import clock
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import Unsent
from consult.models import Poll, db
from consult.services.messages import dispatch, outbox
from consult.services.polls import poll_messages
from consult.services.site import message_sense
from tests.services.messages.test_outbox import messages, tell
from tests.services.polls.test_poll_changes import ask, confirm, longer
from tests.village import a_poll, vote


def test_the_list_shows_state_and_masked_numbers(app, inside):
    tell(inside, inside.ah_fong)
    shown = app.test_cli_runner().invoke(args=["outbox", "list"]).output
    assert "该办的事（duty）" in shown and "等着 / waiting" in shown and inside.ah_fong.phone not in shown


def test_what_was_only_written_to_a_file_is_not_called_sent(app, inside):
    """DELIVERY=file is that of a trial, or of a village without a provider: nobody was reached."""
    tell(inside, inside.ah_fong)
    outbox.Sweeper(dispatch.sender(lambda *_: "")).sweep_all(now=clock.now())
    run = app.test_cli_runner()
    assert "已写入文件，没有发到手机（to_file）" in run.invoke(args=["outbox", "list", "--all"]).output
    assert "没有 / none" in run.invoke(args=["outbox", "list"]).output
    tell(inside, inside.old_chan)
    outbox.Sweeper(lambda _parcel: None).sweep_all(now=clock.now())
    shown = run.invoke(args=["outbox", "list", "--all"]).output.splitlines()
    assert "已交给服务商 / sent" in shown[0] and "to_file" in shown[1]


def test_what_is_dropped_is_given_up_with_a_reason_in_the_log_and_can_be_tried_again(app, inside, caplog):
    tell(inside, inside.ah_fong)
    (message,) = messages()
    run = app.test_cli_runner()
    assert run.invoke(args=["outbox", "drop", str(message.id)]).exit_code != 0, "a reason is asked for"
    assert run.invoke(args=["outbox", "drop", str(message.id), "--reason", "13800000001 疯了"]).exit_code != 0
    run.invoke(args=["outbox", "drop", str(message.id), "--reason", "写错了"])
    assert messages()[0].last_error == Unsent.DROPPED and "写错了" in caplog.text
    run.invoke(args=["outbox", "retry", str(message.id)])
    (message,) = messages()
    assert message.given_up_at is None and message.due_at <= clock.now()


def test_messages_with_which_nothing_was_done_are_named(app, inside):
    tell(inside, inside.ah_fong)
    (message,) = messages()
    run = app.test_cli_runner()
    for line in (["outbox", "drop", "999", "--reason", "写错了"], ["outbox", "retry", "999"]):
        done = run.invoke(args=line)
        assert done.exit_code == 1 and "没有这些消息 / there are no such messages：999" in done.output
    done = run.invoke(args=["outbox", "retry", str(message.id)])
    assert done.exit_code == 1 and "没有放弃过" in done.output
    done = run.invoke(args=["outbox", "drop", str(message.id), "999", "--reason", "写错了"])
    assert done.exit_code == 0 and "999" in done.output and f"不再发 / dropped: {message.id}" in done.output
    done = run.invoke(args=["outbox", "drop", str(message.id), "--reason", "写错了"])
    assert done.exit_code == 1 and "没有在等" in done.output


def test_a_reminder_of_an_extended_poll_is_tried_again_by_its_end_as_it_is_now(inside):
    poll_id = a_poll(inside)
    poll = db.session.get_one(Poll, poll_id)
    end = poll.closes_at
    written, later = end - timedelta(hours=1), end + timedelta(hours=1)
    people = {inside.ah_fong.id, inside.old_chan.id}
    poll_messages.tell_of_poll(poll, people, NotificationEvent.VOTE_REMINDER, now=written)
    db.session.commit()
    ids = [one.id for one in messages()]
    outbox.drop(ids, now=written)
    assert outbox.retry(ids, now=later, judge=message_sense.judge) == [], "the vote is over"
    change = ask(inside, poll_id, longer(poll_id))
    confirm(inside, change)
    vote(inside, poll_id, inside.old_chan, 1)
    again = outbox.retry(ids, now=later, judge=message_sense.judge)
    assert [one.person_id for one in messages() if one.id in again] == [inside.ah_fong.id], "the other one has voted"
    sent = []
    outbox.Sweeper(lambda parcel: sent.append(parcel.facts["closes_at"]), judge=message_sense.judge).sweep_all(
        now=later
    )
    assert sent == [(end + timedelta(days=2)).isoformat()]
