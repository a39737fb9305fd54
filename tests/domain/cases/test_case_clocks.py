"""The clocks of a case: counted from the day after, moved on from holidays, never moved where people agreed on a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.cases import clocks
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.clocks import Clock
from consult.domain.cases.situation import Agreement, Situation
from consult.domain.cases.states import ENDED, IN_WORK, NEW, CaseState
from consult.domain.working_days import statutory

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def agreement(*due: str, done: tuple[str, ...] = (), **changes) -> Agreement:
    rows = tuple(
        Obligation(
            number=n,
            by=2,
            what="赔",
            amount_fen=10_000,
            due_on=day(on),
            done_on=day(done[n - 1]) if n <= len(done) else None,
        )
        for n, on in enumerate(due, 1)
    )
    return Agreement(
        **{"written": True, "agreed_on": day("2026-07-01"), "facts": "", "terms": "", "rows": rows} | changes
    )


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-06-09", 3, "2026-06-12"),  # Tuesday: Wednesday is the first day
        ("2026-06-10", 3, "2026-06-15"),  # the last day is a Saturday
        ("2026-06-11", 3, "2026-06-15"),  # the last day is a Sunday
        ("2026-01-31", 30, "2026-03-02"),  # no 31st of February
        ("2025-12-30", 3, "2026-01-04"),  # 2 January is off; the 4th, a Sunday, is worked
        ("2026-08-11", 30, "2026-09-10"),
        ("2024-01-30", 30, "2024-02-29"),  # a leap year, and a year without data
        ("2024-01-31", 30, "2024-03-01"),
        ("2028-01-30", 30, "2028-02-29"),
        ("2027-01-31", 30, "2027-03-02"),  # not a leap year
    ],
)
def test_days_are_counted_from_the_day_after(start, days, last):
    assert clocks.period_end(day(start), days) == day(last)


@pytest.mark.parametrize("nth", range(15, 24))
def test_a_last_day_in_the_spring_festival_of_2026_moves_to_the_day_work_begins_again(nth):
    assert clocks.period_end(day(f"2026-02-{nth}") - timedelta(30), 30) == day("2026-02-24")


@pytest.mark.parametrize(
    ("last", "moved"),
    [
        ("2026-05-01", "2026-05-06"),
        ("2026-04-04", "2026-04-07"),
        ("2026-06-19", "2026-06-22"),
        ("2026-10-01", "2026-10-08"),
        ("2026-10-07", "2026-10-08"),
        ("2026-09-26", "2026-09-28"),
    ],
)
def test_a_holiday_on_the_last_day_moves_it_and_holidays_before_do_not(last, moved):
    assert clocks.period_end(day(last) - timedelta(3), 3) == day(moved)
    assert clocks.period_end(day(moved) - timedelta(7), 7) == day(moved)


@pytest.mark.parametrize("worked", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_weekend_day_worked_in_place_of_a_holiday_is_a_last_day_like_any_other(worked):
    assert day(worked).weekday() >= 5
    assert not clocks.is_day_off(day(worked))
    assert clocks.period_end(day(worked) - timedelta(30), 30) == day(worked)


def test_a_year_without_arrangement_knows_weekends_and_statutory_days():
    for year in (2025, 2027):
        off = [date(year, 1, 1) + timedelta(n) for n in range(365)]
        expected = [one for one in off if one.weekday() in (5, 6) or one in statutory(year)]
        assert [one for one in off if clocks.is_day_off(one)] == expected


def test_thirty_days_for_the_court_never_end_on_new_years_day():
    """In effect on 2 December 2026: 1 January is off, the 2nd and 3rd are a weekend."""
    s = Situation(agreement=agreement("2026-12-02", effective_on=day("2026-12-02")))
    assert clocks.confirm_by(s) == day("2027-01-04")


@pytest.mark.parametrize(
    ("plain", "moved"),
    [
        ("2027-01-01", "2027-01-04"),
        ("2027-02-05", "2027-02-09"),
        ("2027-04-05", "2027-04-06"),
        ("2027-05-01", "2027-05-03"),
        ("2027-06-09", "2027-06-10"),
        ("2027-09-15", "2027-09-16"),
        ("2027-10-01", "2027-10-04"),
        ("2028-01-25", "2028-01-31"),
        ("2028-04-04", "2028-04-05"),
        ("2028-10-01", "2028-10-04"),
        ("2029-02-12", "2029-02-16"),
        ("2029-04-04", "2029-04-05"),
        ("2030-02-01", "2030-02-01"),
        ("2030-02-02", "2030-02-06"),
        ("2030-10-01", "2030-10-04"),
    ],
)
def test_a_last_day_moves_from_the_statutory_days_of_years_to_come(plain, moved):
    assert clocks.period_end(day(plain) - timedelta(30), 30) == day(moved)


def test_every_day_of_2026_is_off_just_as_the_state_council_says():
    """Written out again from the notice of 2025-11-04, not read from the table."""
    off = {
        *range(1, 4),
        *range(46, 55),
        *range(94, 97),
        *range(121, 126),
        *range(170, 173),
        *range(268, 271),
        *range(274, 281),
    }
    work = {4, 45, 59, 129, 263, 283}
    for n in range(1, 366):
        one = date(2026, 1, 1) + timedelta(n - 1)
        assert clocks.is_day_off(one) == (n in off or (one.weekday() > 4 and n not in work)), one


@given(DAYS, st.integers(1, 400))
def test_a_period_never_ends_on_a_day_off_nor_earlier_than_its_plain_day(start, days):
    end = clocks.period_end(start, days)
    assert not clocks.is_day_off(end)
    assert end >= start + timedelta(days)
    assert all(clocks.is_day_off(start + timedelta(days + n)) for n in range((end - start).days - days))


@given(DAYS, st.integers(1, 60))
def test_one_more_day_never_ends_earlier(start, days):
    assert clocks.period_end(start, days) <= clocks.period_end(start, days + 1)
    assert clocks.period_end(start, days) <= clocks.period_end(start + timedelta(1), days)


@given(DAYS)
def test_clocks_are_days_of_a_calendar_and_know_no_summer_time(start):
    """China had summer time from 1986 to 1991. Days are counted, not hours: no zone and no hour is in them."""
    assert type(clocks.period_end(start, 30)) is date
    old = datetime(1986, 5, 3, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")).date()
    assert clocks.period_end(old, 3) == date(1986, 5, 6)


@pytest.mark.parametrize("state", sorted(NEW))
def test_a_case_is_taken_or_not_within_three_days(state):
    assert clocks.due(state, Situation(filed_on=day("2026-06-09"))) == (Clock.ACCEPT, day("2026-06-12"))


@pytest.mark.parametrize("state", sorted(IN_WORK))
def test_mediation_has_thirty_days_from_acceptance_and_not_from_filing(state):
    s = Situation(filed_on=day("2026-08-01"), accepted_on=day("2026-08-11"), clock_from=day("2026-08-11"))
    assert clocks.due(state, s) == (Clock.SETTLE, day("2026-09-10"))


def test_an_extension_lasts_until_the_very_day_both_agreed_on():
    s = Situation(clock_from=day("2026-08-11"), extended_to=day("2026-10-03"))  # a Saturday and a holiday
    assert clocks.settle_by(s) == day("2026-10-03")
    assert clocks.due(CaseState.MEDIATING, s) == (Clock.SETTLE, day("2026-10-03"))
    assert clocks.due(CaseState.AGREED_IN_WRITING, s) == (Clock.SIGN, day("2026-10-03"))


def test_before_acceptance_no_time_for_mediation_runs():
    with pytest.raises(ValueError):
        clocks.settle_by(Situation(filed_on=day("2026-08-01")))


def test_a_session_that_is_called_is_what_comes_next():
    s = Situation(clock_from=day("2026-08-11"), session=(day("2026-08-16"), "19:30", "榕树头"))  # a Sunday evening
    assert clocks.due(CaseState.MEDIATING, s) == (Clock.SESSION, day("2026-08-16"))


@pytest.mark.parametrize("due", ["2026-10-01", "2026-07-18", "2026-02-17"])
def test_a_day_of_performance_stays_what_people_agreed_on_even_if_it_is_a_holiday(due):
    assert clocks.is_day_off(day(due))
    s = Situation(agreement=agreement(due))
    assert clocks.due(CaseState.PERFORMING, s) == (Clock.PERFORM, day(due))
    assert clocks.due(CaseState.AGREED_ORALLY, s) == (Clock.PERFORM, day(due))
    assert clocks.due(CaseState.BREACHED, s) == (Clock.URGE, day(due))


def test_of_several_points_the_first_that_is_not_done_is_next():
    rows = ("2026-07-10", "2026-09-10", "2026-08-10")
    assert clocks.due(CaseState.PERFORMING, Situation(agreement=agreement(*rows))) == (Clock.PERFORM, day("2026-07-10"))
    s = Situation(agreement=agreement(*rows, done=("2026-07-09",)))
    assert clocks.due(CaseState.PERFORMING, s) == (Clock.PERFORM, day("2026-08-10"))


def test_a_visit_is_due_seven_days_after_the_last_due_day_though_all_was_done_early():
    rows = agreement("2026-09-10", "2026-07-10", done=("2026-07-01", "2026-07-02"))
    s = Situation(agreement=rows, performed_on=day("2026-07-02"))
    assert clocks.due(CaseState.PERFORMED, s) == (Clock.FOLLOW_UP, day("2026-09-17"))
    holiday = Situation(agreement=agreement("2026-09-25", done=("2026-09-25",)), performed_on=day("2026-09-25"))
    assert clocks.due(CaseState.PERFORMED, holiday) == (Clock.FOLLOW_UP, day("2026-10-08"))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_ended_is_closed_within_seven_days(state):
    assert clocks.due(state, Situation(ended_on=day("2026-08-11"))) == (Clock.CLOSE, day("2026-08-18"))


def test_after_the_newest_visit_a_case_is_closed_within_seven_days():
    s = Situation(performed_on=day("2026-08-01"), followed_up=(day("2026-08-05"), day("2026-08-11")))
    assert clocks.due(CaseState.FOLLOWED_UP, s) == (Clock.CLOSE, day("2026-08-18"))


@pytest.mark.parametrize(
    ("visits", "due"),
    [
        ((), "2026-09-10"),
        (("2026-08-05",), "2026-09-10"),
        (("2026-08-11",), "2026-09-10"),  # the visit before it was closed, on that very day
        (("2026-08-05", "2026-08-12"), None),
        (("2026-09-20",), None),
    ],
)
def test_a_settled_case_is_visited_once_more_thirty_days_after_closing(visits, due):
    s = Situation(performed_on=day("2026-08-01"), closed_on=day("2026-08-11"), followed_up=tuple(map(day, visits)))
    assert clocks.due(CaseState.CLOSED, s) == (due and (Clock.SECOND_FOLLOW_UP, day(due)))


def test_a_case_that_was_never_performed_is_not_visited_after_closing():
    assert clocks.due(CaseState.CLOSED, Situation(closed_on=day("2026-08-11"), ended_on=day("2026-08-05"))) is None


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.DISCARDED, CaseState.ARCHIVED])
def test_nothing_is_due_of_a_draft_nor_in_the_archive(state):
    s = Situation(filed_on=day("2026-06-09"), clock_from=day("2026-06-09"), ended_on=day("2026-06-09"))
    assert clocks.due(state, s) is None


@pytest.mark.parametrize(
    ("effective", "last"), [("2026-08-11", "2026-09-10"), ("2026-09-01", "2026-10-08"), ("2026-01-31", "2026-03-02")]
)
def test_both_have_thirty_days_for_the_court_from_the_day_the_agreement_takes_effect(effective, last):
    assert clocks.confirm_by(Situation(agreement=agreement("2026-12-01", effective_on=day(effective)))) == day(last)


def test_nothing_else_than_a_written_agreement_in_effect_goes_to_the_court():
    assert clocks.confirm_by(Situation()) is None
    assert clocks.confirm_by(Situation(agreement=agreement("2026-12-01"))) is None
    oral = agreement("2026-07-01", written=False, effective_on=day("2026-07-01"))
    assert clocks.confirm_by(Situation(agreement=oral)) is None


def test_of_thirty_days_people_are_warned_on_the_20th_the_25th_and_the_last():
    assert [clocks.SETTLE_DAYS - left for left in clocks.WARNED_BEFORE[Clock.SETTLE]] == [20, 25, 30]
    accepted = day("2026-08-11")
    warned = [
        clocks.settle_by(Situation(clock_from=accepted)) - timedelta(n) for n in clocks.WARNED_BEFORE[Clock.SETTLE]
    ]
    assert [(one - accepted).days for one in warned] == [20, 25, 30]


def test_every_clock_warns_on_its_last_day_or_before_it():
    assert set(clocks.WARNED_BEFORE) == set(Clock)
    assert all(
        days and min(days) >= 0 and list(days) == sorted(days, reverse=True) for days in clocks.WARNED_BEFORE.values()
    )
    assert {clock for clock, days in clocks.WARNED_BEFORE.items() if 0 not in days} == set()
