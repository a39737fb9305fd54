"""flask outbox: an operator sees what waits, tries it again or drops it with a reason, and reads no number."""

from consult import clock
from consult.domain.messages.outbox import Unsent
from tests.services.messages.test_outbox import messages, tell


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
