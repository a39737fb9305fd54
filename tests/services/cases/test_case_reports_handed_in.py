"""Reports by month, quarter, half-year and year with the office's own closing day; what was handed in stays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.office import periods
from consult.domain.cases.states import CaseState
from consult.domain.refusals import Reason, Refused
from consult.models import Village, db
from consult.services.cases import figures
from consult.services.people import villages
from tests.cases import a_case, act


@pytest.mark.parametrize(
    ("name", "closing", "first", "last"),
    [
        ("2026-11", None, "2026-11-01", "2026-11-30"),
        ("2026-11", 25, "2026-10-26", "2026-11-25"),
        ("2026-01", 25, "2025-12-26", "2026-01-25"),
        ("2026-Q1", 25, "2025-12-26", "2026-03-25"),
        ("2026-H2", None, "2026-07-01", "2026-12-31"),
        ("2026-H2", 20, "2026-06-21", "2026-12-20"),
        ("2026", 25, "2025-12-26", "2026-12-25"),
        ("2028-02", 28, "2028-01-29", "2028-02-28"),
    ],
)
def test_a_period_begins_after_the_closing_day_before_it(name, closing, first, last):
    found = periods.read(name, closing)
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize("name", ["", "2026-13", "2026-00", "2026-Q5", "2026-H3", "26", "2026-1", "9999"])
def test_what_is_no_period_has_no_report(name):
    assert periods.read(name, None) is None


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from([None, *periods.CLOSING_DAYS]))
def test_each_day_is_counted_to_one_month_and_its_quarter_half_and_year(day, closing):
    name = periods.month_of(day, closing)
    year, month = name.split("-")
    of = [name, f"{year}-Q{(int(month) + 2) // 3}", f"{year}-H{1 if int(month) < 7 else 2}", year]
    for one in of:
        found = periods.read(one, closing)
        assert found.first <= day <= found.last
    assert set(of) <= set(periods.offered(day, closing))


@pytest.mark.both_databases
def test_what_was_handed_in_stays_whatever_comes_later(inside):
    a_case(inside, CaseState.PERFORMING)
    today = villages.local_day(inside.row(), clock.now())
    village = db.session.get_one(Village, inside.id)
    figures.set_closing_day(min(max(today.day, 20), 28), inside.aunt_leung.act(key="day"))
    period = figures.period_of(village, periods.month_of(today, village.report_closing_day))
    with pytest.raises(Refused) as refusal:
        figures.hand_in(period, inside.aunt_leung.act(key="early"), today=period.first)
    assert refusal.value.reason is Reason.CASE_REPORT_RUNS
    over = period.last + timedelta(1)
    kept = figures.hand_in(period, inside.aunt_leung.act(key="in"), today=over)
    assert figures.hand_in(period, inside.aunt_leung.act(key="again"), today=over).id == kept.id
    before = figures.of_period(inside.id, period, today=period.last)
    assert (before.parties, before.succeeded, before.amount_fen) == (2, 1, 120_000) and before.reconciles
    a_case(inside, key="later")
    assert vars(figures.of_period(inside.id, period, today=period.last)) == vars(before)
    figures.set_closing_day(None, inside.aunt_leung.act(key="back"))
    year, month = divmod(int(period.name[:4]) * 12 + int(period.name[5:]), 12)
    following = figures.period_of(village, f"{year}-{month + 1:02d}")
    assert (following.first - period.last).days == 1, "no day is counted twice or never"


@pytest.mark.both_databases
def test_difficult_cases_and_rounds_are_lines_of_their_own(inside):
    address = a_case(inside, CaseState.MEDIATING)
    hard = {"difficulty": "difficult", "reason": "牵涉三代人"}
    act(inside, address, inside.aunt_leung, CaseAct.NOTE_DIFFICULTY, hard)
    today = villages.local_day(inside.row(), clock.now())
    figures.note_screening(today, 3, inside.aunt_leung.act(key="round"))
    found = figures.of_period(inside.id, periods.read(f"{today.year}", None), today=today)
    assert (found.difficult, found.sweeps, found.found, found.parties) == (1, 1, 3, 2)
