"""When a task is late, what a form may get wrong, when a rating needs a word."""

from datetime import UTC, date, datetime

import pytest

from consult.domain.form_errors import FormError
from consult.domain.talk import tasks
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan, TaskState

DUE = date(2026, 7, 11)
DONE = datetime(2026, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "accepted", "today", "state"),
    [
        (None, None, DUE, TaskState.UNDER_WAY),
        (None, None, date(2026, 7, 12), TaskState.LATE),
        (DONE, None, date(2026, 7, 30), TaskState.DONE),
        (DONE, DONE, date(2026, 7, 30), TaskState.ACCEPTED),
    ],
)
def test_the_day_itself_is_not_late_and_done_is_never_late(done, accepted, today, state):
    assert tasks.state_of(DUE, done, accepted, today=today) is state


def test_days_late_are_counted_from_the_day_after():
    assert [tasks.days_late(DUE, date(2026, 7, d)) for d in (10, 11, 13)] == [0, 0, 2]


def test_a_task_needs_words_and_a_day_to_come():
    plan, mistakes = tasks.read_task_plan({"due_on": "2026-07-10", "budget": "三千左右"}, today=DUE)
    assert plan is None
    assert mistakes == {"title": FormError.EMPTY, "due_on": FormError.DAY_PAST, "budget": FormError.NOT_MONEY}
    assert tasks.read_task_plan({"title": "砌墙", "due_on": "2026-07-11", "budget": "5,000"}, today=DUE) == (
        TaskPlan("砌墙", DUE, 500_000),
        {},
    )


def test_progress_needs_a_stage_and_words_and_no_phone_number():
    assert tasks.read_progress_note({"stage": "done", "text": "砌好了", "spent": "3200"}) == (
        ProgressNote(Stage.DONE, "砌好了", 320_000),
        {},
    )
    assert tasks.read_progress_note({"text": "打 13800000001"})[1] == {
        "text": FormError.PRIVATE_NUMBER,
        "stage": FormError.NOT_OFFERED,
    }


def test_a_yes_to_work_may_stand_alone_but_a_no_and_every_rating_need_a_word():
    assert tasks.read_yes_or_no({"accepted": "yes"}, "accepted") == ((True, ""), {})
    assert tasks.read_yes_or_no({"accepted": "no"}, "accepted")[1] == {"accepted_words": FormError.EMPTY}
    assert tasks.read_yes_or_no({"satisfied": "yes"}, "satisfied")[1] == {"satisfied_words": FormError.EMPTY}
    assert tasks.read_yes_or_no({}, "satisfied")[1]["satisfied"] is FormError.NOT_OFFERED
