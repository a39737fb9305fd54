"""The course of a meeting: everything follows from its entries, and none is overwritten."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.meetings import proceedings
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.minutes import Present, write
from consult.domain.meetings.proceedings import ProceedingEntry
from consult.domain.refusals import Reason

BEGAN = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def entries(*rows: tuple[Any, ...]) -> list[ProceedingEntry]:
    """(step, item, facts) from number 1 on, a minute each."""
    return [
        ProceedingEntry(number=n, step=step, item=item, facts=facts, actor_id=1, at=BEGAN + timedelta(minutes=n))
        for n, (step, item, facts) in enumerate(rows, 1)
    ]


OPENED = (ProceedingStep.OPENED, None, {"began_at": BEGAN.isoformat(), "chair": 1, "recorder": 2})
ITEM_1, ITEM_2 = (ProceedingStep.ITEM_CALLED, 1, {}), (ProceedingStep.ITEM_CALLED, 2, {})
CLOSE_1 = (ProceedingStep.ITEM_CLOSED, 1, {"result": "heard"})
NOTE = (ProceedingStep.SPEECH_NOTED, 1, {"name": "甲", "text": "先讲"})


def undone(number: int, item: int | None = 1):
    return (ProceedingStep.UNDONE, item, {"of": number})


def test_the_item_that_is_on_is_the_one_turned_to_last():
    course = proceedings.course_of(entries(OPENED, ITEM_1, ITEM_2))
    assert course.current == 2 and course.results == {}


def test_a_closed_item_is_not_on_and_has_its_result():
    course = proceedings.course_of(entries(OPENED, ITEM_1, CLOSE_1))
    assert course.current is None and course.results == {1: Result.HEARD}


def test_speakers_come_in_the_order_they_asked_and_leave_the_list_when_they_begin():
    course = proceedings.course_of(
        entries(
            OPENED,
            ITEM_1,
            (ProceedingStep.SPEECH_ASKED, 1, {"name": "甲"}),
            (ProceedingStep.SPEECH_ASKED, 1, {"name": "乙"}),
            (ProceedingStep.SPEECH_BEGUN, 1, {"name": "甲", "of": 3}),
        )
    )
    assert [e.facts["name"] for e in course.queue] == ["乙"]
    assert course.speaking is not None and course.speaking.facts["name"] == "甲"


def test_turning_to_another_item_clears_the_list():
    course = proceedings.course_of(entries(OPENED, ITEM_1, (ProceedingStep.SPEECH_ASKED, 1, {"name": "甲"}), ITEM_2))
    assert course.queue == [] and course.speaking is None


def test_what_is_undone_leaves_no_trace_in_what_screens_show():
    course = proceedings.course_of(entries(OPENED, ITEM_1, NOTE, undone(3)))
    assert 3 not in course.standing


def test_words_can_be_undone_until_their_item_is_closed_and_corrected_after_that():
    before = proceedings.course_of(entries(OPENED, ITEM_1, NOTE))
    assert proceedings.why_not_undo(before, 3) is None
    after = proceedings.course_of(entries(OPENED, ITEM_1, NOTE, CLOSE_1))
    assert proceedings.why_not_undo(after, 3) is Reason.ITEM_CLOSED
    assert proceedings.why_not_correct(after, 3) is None


@pytest.mark.parametrize(
    "step",
    [ProceedingStep.OPENED, ProceedingStep.ITEM_CALLED, ProceedingStep.VOTE_OPENED, ProceedingStep.VOTE_DECLARED],
)
def test_a_vote_and_the_opening_cannot_be_undone(step):
    course = proceedings.course_of(entries(OPENED, (step, 1, OPENED[2])))
    assert proceedings.why_not_undo(course, 2) is Reason.NOTHING_TO_UNDO


def test_nothing_can_be_undone_twice():
    course = proceedings.course_of(entries(OPENED, ITEM_1, NOTE, undone(3)))
    assert proceedings.why_not_undo(course, 3) is Reason.NOTHING_TO_UNDO


def test_a_correction_keeps_the_words_before_it():
    course = proceedings.course_of(
        entries(OPENED, ITEM_1, NOTE, CLOSE_1, (ProceedingStep.CORRECTED, 1, {"of": 3, "text": "后讲"}))
    )
    assert proceedings.words_of(course, 3) == ["先讲", "后讲"]


def test_what_comes_after_its_item_or_the_meeting_is_closed_is_late():
    course = proceedings.course_of(
        entries(OPENED, ITEM_1, CLOSE_1, NOTE, (ProceedingStep.CLOSED, None, {"ended_at": BEGAN.isoformat()}), NOTE)
    )
    assert course.late == {4, 6}


def test_the_chair_and_the_recorder_can_be_replaced():
    course = proceedings.course_of(
        entries(
            OPENED,
            (ProceedingStep.CHAIR_CHANGED, None, {"person": 7, "name": "甲", "reason": "有利害关系"}),
            (ProceedingStep.RECORDER_CHANGED, None, {"person": 8, "name": "乙", "reason": ""}),
        )
    )
    assert (course.chair_id, course.recorder_id) == (7, 8)


@given(st.permutations(entries(OPENED, ITEM_1, NOTE, CLOSE_1, ITEM_2, undone(5, 2))))
def test_the_order_in_which_entries_are_read_does_not_matter(shuffled):
    assert proceedings.course_of(shuffled) == proceedings.course_of(sorted(shuffled, key=lambda e: e.number))


PRESENT = Present(
    expected=8, came=6, by_way={"scan": 6}, late=0, left=0, excused=1, absent=1, typed_in=0, sitting_in=()
)


def minutes(*rows: tuple[Any, ...]):
    return write(proceedings.course_of(entries(*rows)), PRESENT, [(1, "修水圳", ""), (2, "其他", "临时有事")])


def test_the_minutes_have_every_item_with_what_was_said_of_it():
    text = minutes(OPENED, ITEM_1, NOTE, CLOSE_1)
    assert [(i.number, i.result, len(i.lines)) for i in text.items] == [(1, Result.HEARD, 1), (2, None, 0)]
    assert text.items[1].added_reason == "临时有事"


def test_the_speakers_list_is_not_in_the_minutes():
    text = minutes(OPENED, ITEM_1, (ProceedingStep.SPEECH_ASKED, 1, {"name": "甲"}), CLOSE_1)
    assert text.items[0].lines == ()


def test_a_correction_shows_in_the_minutes_and_changes_what_was_confirmed():
    before = minutes(OPENED, ITEM_1, NOTE, CLOSE_1)
    after = minutes(OPENED, ITEM_1, NOTE, CLOSE_1, (ProceedingStep.CORRECTED, 1, {"of": 3, "text": "后讲"}))
    assert after.items[0].lines[0].words == ("先讲", "后讲")
    assert before.digest() != after.digest()


@pytest.mark.parametrize("facts", [{"name": "乙", "text": "先讲"}, {"name": "甲", "text": "另讲"}])
def test_the_digest_that_the_chair_confirms_covers_names_and_words(facts):
    changed = minutes(OPENED, ITEM_1, (ProceedingStep.SPEECH_NOTED, 1, facts), CLOSE_1)
    assert changed.digest() != minutes(OPENED, ITEM_1, NOTE, CLOSE_1).digest()


DUE = BEGAN + timedelta(minutes=30)
OPENED_EARLY = (ProceedingStep.OPENED, None, {**OPENED[2], "due_at": DUE.isoformat()})
ADJOURNED = (
    ProceedingStep.ADJOURNED,
    None,
    {
        "ended_at": (BEGAN + timedelta(hours=2)).isoformat(),
        "resumes_at": (BEGAN + timedelta(days=1)).isoformat(),
        "place": "祠堂",
        "reason": "天黑",
    },
)
RESUMED = (
    ProceedingStep.RESUMED,
    None,
    {
        "began_at": (BEGAN + timedelta(days=1)).isoformat(),
        "due_at": (BEGAN + timedelta(days=1)).isoformat(),
        "place": "祠堂",
    },
)


def test_late_is_who_came_after_both_the_hour_and_the_opening():
    (early,) = proceedings.course_of(entries(OPENED_EARLY)).sittings
    assert early.late_after == DUE
    opened_late = [
        ProceedingEntry(
            number=1, step=OPENED_EARLY[0], item=None, facts=OPENED_EARLY[2], actor_id=1, at=DUE + timedelta(hours=1)
        )
    ]
    assert proceedings.course_of(opened_late).sittings[0].late_after == DUE + timedelta(hours=1)


def test_a_record_from_before_the_hour_was_kept_counts_from_its_opening():
    (old,) = proceedings.course_of(entries(OPENED)).sittings
    assert old.late_after == BEGAN + timedelta(minutes=1)


def test_a_meeting_that_was_broken_off_is_at_no_item_and_goes_on_with_all_that_have_no_result():
    course = proceedings.course_of(entries(OPENED, ITEM_1, CLOSE_1, ITEM_2, ADJOURNED))
    assert course.current is None and proceedings.is_adjourned(course)
    assert proceedings.why_not_call(course, 2, vote_open=False) is Reason.MEETING_ADJOURNED
    course = proceedings.course_of(entries(OPENED, ITEM_1, CLOSE_1, ITEM_2, ADJOURNED, RESUMED))
    assert not proceedings.is_adjourned(course) and len(course.sittings) == 2
    assert proceedings.next_item(course, [1, 2, 3]) == 2
    assert proceedings.why_not_call(course, 2, vote_open=False) is None


@pytest.mark.parametrize("result", list(Result))
def test_only_what_was_put_off_comes_again(result):
    closed = (ProceedingStep.ITEM_CLOSED, 1, {"result": result.value})
    course = proceedings.course_of(entries(OPENED, ITEM_1, closed))
    again = result in (Result.POSTPONED, Result.INQUORATE)
    assert (proceedings.why_not_call(course, 1, vote_open=False) is None) is again
    if again:
        course = proceedings.course_of(entries(OPENED, ITEM_1, closed, ITEM_1))
        assert (course.current, course.results, course.late) == (1, {}, set())
