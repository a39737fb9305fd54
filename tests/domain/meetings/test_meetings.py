"""The call of a meeting: full days of notice, quorum by route, what a plan must say."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from consult.domain.form_errors import FormError
from consult.domain.law import bodies, vote_gates
from consult.domain.law.bodies import Share
from consult.domain.meetings import meetings
from consult.domain.meetings.meetings import MeetingState, Quorum
from consult.domain.refusals import Reason

CALLED = date(2026, 11, 1)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)


def body(code: str, province: str = ""):
    return bodies.find(code, province=province, on=CALLED)


def test_neither_the_day_of_the_notice_nor_that_of_the_meeting_is_a_full_day():
    assert meetings.full_days_between(CALLED, date(2026, 11, 12)) == 10
    assert meetings.full_days_between(CALLED, date(2026, 11, 2)) == 0
    assert meetings.full_days_between(CALLED, CALLED) == 0


@pytest.mark.parametrize(
    ("code", "province", "first_day"),
    [
        ("VA_people", "", date(2026, 11, 12)),
        ("VA_house", "", date(2026, 11, 12)),
        ("CM", "", date(2026, 11, 12)),
        ("VRA", "", date(2026, 11, 1)),
        ("VRA", "海南", date(2026, 11, 5)),
        ("VRA", "浙江", date(2026, 11, 5)),
        ("VG_house", "", date(2026, 11, 1)),
        ("COUNCIL", "", date(2026, 11, 1)),
    ],
)
def test_a_meeting_is_called_in_time_from_its_first_day_on(code, province, first_day):
    found = body(code, province)
    if first_day > CALLED:
        assert vote_gates.notice_is_short(found.notice_days, called_on=CALLED, starts_on=first_day - timedelta(days=1))
    assert not vote_gates.notice_is_short(found.notice_days, called_on=CALLED, starts_on=first_day)


@pytest.mark.parametrize(
    ("code", "roll", "enough"),
    [
        ("VA_people", 8, 5),  # more than half of the people
        ("VA_people", 9, 5),
        ("VA_house", 412, 275),  # two thirds of the households or more
        ("VA_house", 3, 2),
        ("VRA", 43, 29),
        ("VG_people", 7, 5),
        ("CM", 300, 200),
        ("PARTY", 35, 24),
    ],
)
def test_a_quorum_is_reached_at_its_number_and_not_one_below(code, roll, enough):
    share = body(code).quorum
    assert not Quorum(enough - 1, roll, share).reached
    assert Quorum(enough - 1, roll, share).missing == 1
    assert Quorum(enough, roll, share).reached
    assert Quorum(enough, roll, share).missing == 0
    assert Quorum(0, roll, share).needed == enough


def test_where_the_charter_sets_the_quorum_the_app_claims_no_number():
    share = body("CRA").quorum
    assert share is None
    assert Quorum(1, 40, share).reached and Quorum(1, 40, share).needed == 0


def test_nobody_is_no_quorum_of_an_empty_roll():
    assert not Quorum(0, 0, Share(Fraction(1, 2), strict=True)).reached


def plan(**changes: str):
    form = {"body": "VA_people", "title": "村民会议", "place": "榕树头", "starts_at": "2026-11-20T19:30"} | changes
    return meetings.read_meeting_form(form, bodies={"VA_people"}, groups={3}, zone=ZONE, now=NOW)


def test_the_hour_is_that_of_the_village():
    found, mistakes = plan()
    assert not mistakes and found is not None
    assert found.starts_at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert found.speech_minutes == 3


@pytest.mark.parametrize(
    ("field", "typed", "mistake"),
    [
        ("body", "KING", FormError.NOT_OFFERED),
        ("group_id", "9", FormError.NOT_OFFERED),
        ("title", " ", FormError.EMPTY),
        ("title", "长" * 61, FormError.TOO_LONG),
        ("place", "", FormError.EMPTY),
        ("starts_at", "2026-10-20T19:30", FormError.DAY_PAST),
        ("starts_at", "tomorrow", FormError.NOT_A_TIME),
        ("speech_minutes", "0", FormError.OUT_OF_BOUNDS),
        ("speech_minutes", "三", FormError.OUT_OF_BOUNDS),
    ],
)
def test_each_mistake_in_a_call_is_told_at_its_field(field, typed, mistake):
    found, mistakes = plan(**{field: typed})
    assert found is None and mistakes == {field: mistake}


def test_a_groups_meeting_names_its_group_and_any_other_none():
    assert vote_gates.why_not_scope(body("VG_house"), None, has_collective=False) is Reason.BODY_NEEDS_GROUP
    assert vote_gates.why_not_scope(body("VG_house"), 3, has_collective=False) is None
    assert vote_gates.why_not_scope(body("VRA"), 3, has_collective=False) is Reason.BODY_IS_VILLAGE_WIDE
    assert vote_gates.why_not_scope(body("VRA"), None, has_collective=False) is None


def test_a_meeting_called_off_is_called_off_whatever_else_happened():
    assert meetings.state_of(called=True, opened=False, closed=False, cancelled=True) is MeetingState.CANCELLED
    states = [meetings.state_of(called=n > 0, opened=n > 1, closed=n > 2, cancelled=False) for n in range(4)]
    assert states == [MeetingState.DRAFTED, MeetingState.CALLED, MeetingState.OPEN, MeetingState.CLOSED]


def test_minutes_written_long_after_the_hour_say_so():
    assert not meetings.recorded_afterwards(starts_at=NOW, opened_at=NOW + timedelta(hours=12))
    assert meetings.recorded_afterwards(starts_at=NOW, opened_at=NOW + timedelta(hours=13))


@pytest.mark.parametrize(
    ("gap", "wrong"),
    [
        (timedelta(hours=3), FormError.DAY_PAST),
        (timedelta(days=1), None),
        (timedelta(days=30), None),
        (timedelta(days=31), FormError.DAY_TOO_FAR),
    ],
)
def test_a_meeting_that_is_broken_off_goes_on_another_day_within_thirty_days(gap, wrong):
    assert meetings.why_not_resumed_at(NOW + gap, now=NOW, zone=ZONE) is wrong
