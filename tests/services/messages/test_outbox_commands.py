"""flask outbox: an operator sees what waits, tries it again or drops it with a reason, and reads no number."""

from datetime import timedelta

from consult import clock
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import Unsent
from consult.models import Poll, db
from consult.services.messages import outbox
from consult.services.polls import poll_messages
from consult.services.site import message_sense
from tests.services.messages.test_outbox import messages, tell
from tests.services.polls.test_poll_changes import ask, confirm, longer
from tests.village import a_poll, vote


def test_the_list_shows_state_and_masked_numbers(app, inside):
    tell(inside, inside.ah_fong)
    shown = app.test_cli_runner().invoke(args=["outbox", "list"]).output
    assert "duty" in shown and "waiting" in shown and inside.ah_fong.phone not in shown


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
