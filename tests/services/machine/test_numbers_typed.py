"""Numbers as they are typed after a command: what no row can have is refused with a sentence."""

import pytest


@pytest.mark.parametrize(
    "words",
    [
        ("outbox", "retry", "9" * 20),
        ("outbox", "drop", "9" * 20, "--reason", "不要了"),
        ("polls", "bundle", "9" * 20),
        ("outbox", "list", "--most", "9" * 20),
    ],
)
def test_a_number_that_no_row_has_is_refused_with_a_sentence(app, village, words):
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit), done.exception
    assert "--most" in words or "没有这个号" in done.output
