"""The month in figures: what was there and what came is what went and what is there. And what the public page hides."""

import itertools
import json
from collections import Counter
from datetime import date, timedelta
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.cases import reports
from consult.domain.cases.reports import MonthlyReport, ReportEvent, report

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 31)
SHUT = ("closed", "archived")
OUTCOMES = ("succeeded", "failed", "declined", "withdrawn", "self_settled", "handed_on")

# The ways of a case, written down once more: from a state, the acts with their code and the state afterwards.
WAYS: dict[str, list[tuple[str, str, str]]] = {
    "applied": [
        ("accept", "family", "accepted"),
        ("accept", "other", "accepted"),
        ("decline", "crime", "declined"),
        ("escalate", "town", "escalated"),
        ("statement", "", "applied"),
    ],
    "accepted": [("take_on", "", "assigned"), ("consent", "no", "terminated"), ("consent", "yes", "accepted")],
    "assigned": [
        ("hold_session", "again", "mediating"),
        ("withdraw", "", "withdrawn"),
        ("consent", "no", "terminated"),
    ],
    "mediating": [
        ("agree", "oral", "agreed_orally"),
        ("agree", "written", "agreed_in_writing"),
        ("terminate", "impossible", "terminated"),
        ("hold_session", "again", "mediating"),
    ],
    "agreed_orally": [("perform", "", "performed"), ("note", "", "agreed_orally")],
    "agreed_in_writing": [("sign", "", "agreed_in_writing"), ("sign", "", "performing")],
    "performing": [
        ("perform", "", "performing"),
        ("perform", "", "performed"),
        ("breach", "", "breached"),
        ("apply_confirmation", "", "performing"),
        ("confirmation", "confirmed", "performing"),
        ("confirmation", "not_confirmed", "performing"),
        ("follow_up", "", "performing"),
    ],
    "breached": [("urge", "", "performing"), ("sue", "", "terminated"), ("mediate_again", "", "mediating")],
    "performed": [("follow_up", "", "followed_up"), ("note", "", "performed"), ("take_back", "", "performing")],
    "followed_up": [
        ("take_back", "", "performing"),
        ("close", "", "closed"),
        ("close", "fight:12", "closed"),
        ("close", "suicide:1", "closed"),
    ],
    "declined": [("close", "", "closed")],
    "withdrawn": [("close", "petition:30", "closed")],
    "terminated": [
        ("reopen", "wrongly_ended", "mediating"),
        ("close", "", "closed"),
        ("court_result", "maintained", "terminated"),
        ("escalate", "county", "escalated"),
    ],
    "escalated": [("receipt", "", "escalated"), ("close", "", "closed")],
    "closed": [("archive", "", "archived"), ("follow_up", "", "closed"), ("court_result", "changed", "closed")],
    "archived": [
        ("note", "", "archived"),
        ("follow_up", "", "archived"),
        ("reopen", "new_breach", "performing"),
        ("reopen", "wrongly_ended", "mediating"),
    ],
}


def event(case: int, number: int, act: str, state: str, on: date, *, code: str = "", **changes) -> ReportEvent:
    return ReportEvent(
        **{
            "case_id": case,
            "number": number,
            "act": act,
            "code": code,
            "state": state,
            "on": on,
            "due_on": None,
            "source": "application",
        }
        | changes
    )


@st.composite
def histories(draw) -> list[ReportEvent]:
    """Some cases from May to September, each from its filing on, with days that never go back."""
    found = []
    for case in range(draw(st.integers(0, 6))):
        source = draw(st.sampled_from(["grid", "police"]))
        on, state = date(2026, 5, 25) + timedelta(draw(st.integers(0, 70))), "applied"
        found.append(event(case, 1, "file", state, on, source=source))
        for number in range(2, 2 + draw(st.integers(0, 14))):
            on += timedelta(draw(st.sampled_from([0, 0, 1, 2, 5, 11, 30])))
            act, code, state = draw(st.sampled_from(WAYS[state]))
            due = draw(st.sampled_from([None, on, on + timedelta(3), LAST, LAST - timedelta(1)]))
            found.append(event(case, number, act, state, on, code=code, source=source, due_on=due))
    return found


def until(events: list[ReportEvent], last: date) -> list[ReportEvent]:
    return [one for one in events if one.on <= last]


def stands(events: list[ReportEvent], case: int, on: date) -> ReportEvent | None:
    """The newest entry of a case on the evening of a day."""
    return max(
        (one for one in events if one.case_id == case and one.on <= on), key=lambda one: one.number, default=None
    )


def prevented(month: list[ReportEvent]) -> dict[str, Counter[str]]:
    codes = [one.code.split(":") for one in month if one.act == "close" and one.code]
    people = sum((Counter({kind: int(people)}) for kind, people in codes), Counter())
    return {"prevented": Counter(kind for kind, _ in codes), "people": people}


def settlements(events: list[ReportEvent]) -> list[ReportEvent]:
    """Of each case that was ever settled, the first time."""
    ways = {("sign", "performing"), ("agree", "agreed_orally")}
    there = [one for one in events if (one.act, one.state) in ways]
    return list({one.case_id: one for one in sorted(there, key=lambda one: -one.number)}.values())


def carried_out(events: list[ReportEvent], month: list[ReportEvent]) -> int:
    """What came to be performed, less what turned out not to be."""
    stood = {(one.case_id, one.number + 1): one.state for one in events}
    back = [stood[one.case_id, one.number] for one in month if one.act == "take_back"]
    done = Counter((one.act, one.state) for one in month)
    return done["perform", "performed"] - sum(state in ("performed", "followed_up") for state in back)


def outcomes(events: list[ReportEvent], first: date, last: date) -> dict[str, int]:
    """Of each case that was not settled, where it came to its end last, if nothing was taken up again since."""
    names = {
        "terminated": "failed",
        "declined": "declined",
        "withdrawn": "withdrawn",
        "self_settled": "self_settled",
        "escalated": "handed_on",
    }
    known = until(events, last)
    found = dict.fromkeys(names.values(), 0)
    for case in {one.case_id for one in known} - {one.case_id for one in settlements(known)}:
        rows = sorted((one for one in known if one.case_id == case), key=lambda one: one.number)
        while rows and rows[-1].state in SHUT:
            rows.pop()
        if not rows or rows[-1].state not in names:
            continue
        ended = list(itertools.takewhile(lambda one, end=rows[-1].state: one.state == end, reversed(rows)))[-1]
        found[names[ended.state]] += ended.on >= first and ended.act != "sue"
    return found


def counted(events: list[ReportEvent], first: date, last: date) -> dict:
    """The same figures, found by asking for each case where it stood on which evening."""
    cases = {one.case_id for one in events}
    month = [one for one in events if first <= one.on <= last]
    eve, end = [
        [here for case in cases if (here := stands(events, case, day)) is not None]
        for day in (first - timedelta(1), last)
    ]
    stood = {(one.case_id, one.number): one.state for one in events}
    before = {one: stood.get((one.case_id, one.number - 1), "") for one in month}
    acts = Counter((one.act, one.code) for one in month)
    named = Counter(one.act for one in month)
    settled = [one for one in settlements(events) if one in month]
    forms = Counter(one.act for one in settled)
    filed = {one.case_id: one.on for one in events if one.number == 1}
    accepted = [one for one in month if one.act == "accept"]
    return {
        "before": len([one for one in eve if one.state not in SHUT]),
        "filed": named["file"],
        "closed": sum(one.state in SHUT and before[one] not in SHUT for one in month),
        "in_hand": len([one for one in end if one.state not in SHUT]),
        "overdue": len([one for one in end if one.state not in SHUT and one.due_on and one.due_on < last]),
        "accepted": len(accepted),
        "by_kind": Counter(one.code for one in accepted),
        "by_source": Counter(one.source for one in accepted),
        "succeeded": len(settled),
        "written": forms["sign"],
        "oral": forms["agree"],
        **outcomes(events, first, last),
        "reopened": sum(before[one] in SHUT and one.state not in SHUT for one in month),
        "performed": carried_out(events, month),
        "followed_up": named["follow_up"],
        "court_applied": len([one for one in first_applications(events) if one in month]),
        "court_confirmed": acts["confirmation", "confirmed"],
        "court": Counter(one.code for one in month if one.act == "court_result"),
        **prevented(month),
        "days": sorted((one.on - filed[one.case_id]).days for one in settled),
    }


def first_applications(events):
    """The first application to the court of each case: one that the court did not take may be made again."""
    applied = [one for one in events if one.act == "apply_confirmation"]
    return [one for one in applied if one == next(first for first in applied if first.case_id == one.case_id)]


@given(histories())
def test_the_figures_are_what_another_way_of_counting_finds(events):
    found = report(until(events, LAST), FIRST, LAST)
    expected = counted(events, FIRST, LAST)
    assert {name: getattr(found, name) for name in expected if name != "days"} | {
        "days": sorted(found.days)
    } == expected
    assert found.reconciles and found.ended == sum(getattr(found, name) for name in OUTCOMES)
    assert found.ended <= len({one.case_id for one in until(events, LAST)})
    assert vars(reports.from_facts(json.loads(json.dumps(reports.as_facts(found))))) == vars(found) | {
        "settled": {},
        "taken": [],
    }


@given(histories(), st.integers(0, 40))
def test_whatever_the_span_of_days_the_figures_reconcile_and_spans_add_up(events, n):
    """Two spans that touch: what is in hand at the end of one is there before the other, and flows add up."""
    middle = date(2026, 6, 20) + timedelta(n)
    start, end = date(2026, 6, 1), date(2026, 9, 1)
    one = report(until(events, middle), start, middle)
    two = report(until(events, end), middle + timedelta(1), end)
    both = report(until(events, end), start, end)
    assert one.reconciles and two.reconciles and both.reconciles
    assert one.in_hand == two.before and one.before == both.before and two.in_hand == both.in_hand
    for name in (
        "filed",
        "closed",
        "accepted",
        "succeeded",
        "reopened",
        "performed",
        "followed_up",
        "by_kind",
        "people",
    ):
        assert getattr(one, name) + getattr(two, name) == getattr(both, name), name
    assert sorted(one.days + two.days) == sorted(both.days)


def _sorted(found: MonthlyReport) -> dict:
    return vars(found) | {"days": sorted(found.days), "taken": sorted(found.taken)}


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_cases_changes_nothing(events, random):
    cases = [list(rows) for _, rows in itertools.groupby(until(events, LAST), key=lambda one: one.case_id)]
    random.shuffle(cases)
    shuffled = report(itertools.chain.from_iterable(cases), FIRST, LAST)
    plain = report(until(events, LAST), FIRST, LAST)
    assert _sorted(shuffled) == _sorted(plain)


@pytest.mark.parametrize(
    ("day", "before", "filed"),
    [("2026-06-30", 1, 0), ("2026-07-01", 0, 1), ("2026-07-31", 0, 1)],
)
def test_the_first_and_the_last_day_belong_to_the_month(day, before, filed):
    on = date.fromisoformat(day)
    found = report([event(1, 1, "file", "applied", on)], FIRST, LAST)
    assert (found.before, found.filed, found.closed, found.in_hand) == (before, filed, 0, 1)
    shut = report([event(1, 1, "file", "applied", date(2026, 6, 1)), event(1, 2, "close", "closed", on)], FIRST, LAST)
    assert (shut.before, shut.closed, shut.in_hand) == (filed, filed, 0)


def test_a_month_in_which_nothing_happened_is_a_report_too():
    found = report([], FIRST, LAST, sweeps=2)
    assert found == MonthlyReport(sweeps=2) and found.reconciles and found.median_days is None


def test_sweeps_and_money_are_given_from_elsewhere():
    found = report([], FIRST, LAST, sweeps=4, amount_fen=123_400)
    assert (found.sweeps, found.amount_fen) == (4, 123_400)


def test_archiving_visits_and_notes_do_not_close_a_case_a_second_time():
    rows = [
        ("file", "applied"),
        ("decline", "declined"),
        ("close", "closed"),
        ("follow_up", "closed"),
        ("archive", "archived"),
    ]
    events = [event(1, n, act, state, FIRST + timedelta(n)) for n, (act, state) in enumerate(rows)]
    assert report(events, FIRST, LAST).closed == 1
    later = [event(1, n, act, state, FIRST + timedelta(n - 3)) for n, (act, state) in enumerate(rows)]
    found = report(later, FIRST, LAST)
    assert (found.before, found.closed, found.in_hand, found.followed_up) == (0, 0, 0, 1) and found.reconciles


@pytest.mark.parametrize(("due", "overdue"), [("2026-07-30", 1), ("2026-07-31", 0), ("2026-08-01", 0), (None, 0)])
def test_a_case_is_overdue_when_its_last_day_is_over_and_a_closed_one_never(due, overdue):
    due_on = date.fromisoformat(due) if due else None
    assert report([event(1, 1, "file", "applied", FIRST, due_on=due_on)], FIRST, LAST).overdue == overdue
    assert report([event(1, 1, "close", "closed", FIRST, due_on=due_on)], FIRST, LAST).overdue == 0


BROKEN = [
    ("file", "", "applied"),
    ("accept", "", "accepted"),
    ("sign", "", "performing"),
    ("breach", "", "breached"),
    ("mediate_again", "", "mediating"),
]


@pytest.mark.parametrize(("act", "code", "state"), [("sign", "", "performing"), ("agree", "oral", "agreed_orally")])
def test_a_promise_broken_and_made_anew_in_another_month_is_one_matter_settled(act, code, state):
    june = [event(1, n, what, stood, date(2026, 6, n), code=how) for n, (what, how, stood) in enumerate(BROKEN, 1)]
    events = [*june, event(1, 9, act, state, date(2026, 7, 9), code=code)]
    months = [report(june, date(2026, 6, 1), date(2026, 6, 30)), report(events, FIRST, LAST)]
    assert [found.succeeded for found in months] == [1, 0]
    both = report(events, date(2026, 6, 1), LAST)
    assert (both.succeeded, both.written, both.days) == (1, 1, [2])


def test_suing_or_enforcing_is_no_mediation_that_failed():
    for act in ("sue", "enforce"):
        rows = [event(1, 1, "file", "applied", FIRST), event(1, 2, act, "terminated", LAST)]
        assert report(rows, FIRST, LAST).failed == 0


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([7], 7), ([1, 30], 15), ([1, 2], 1), ([3, 1, 90], 3), ([0, 0, 5, 9], 2)]
)
def test_the_median_of_days_is_the_middle_one_and_between_two_rounded_down(days, middle):
    events = []
    for case, n in enumerate(days):
        filed = LAST - timedelta(n)
        events += [event(case, 1, "file", "applied", filed), event(case, 2, "sign", "performing", LAST)]
    found = report(events, FIRST, LAST)
    assert found.median_days == middle and sorted(found.days) == sorted(days)
    assert not days or median_low(days) <= found.median_days


def test_small_counts_are_hidden_and_none_is_said_to_be_none():
    assert [reports.shown(n) for n in (0, 1, 4, 5, 17)] == ["0", "1–4", "1–4", "5", "17"]


CELLS = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@given(CELLS)
def test_no_hidden_cell_can_be_worked_out_from_what_is_shown_and_its_sum(cells):
    """Whoever sees the page cannot tell any hidden count from another: all of them make the same page."""
    hidden = [n for n, count in enumerate(cells) if 0 < count < reports.HIDDEN_BELOW]
    page = ([reports.shown(count) for count in cells], reports.at_least(cells))
    for guess in itertools.product(range(1, reports.HIDDEN_BELOW), repeat=len(hidden)):
        other = list(cells)
        for n, count in zip(hidden, guess, strict=True):
            other[n] = count
        assert ([reports.shown(count) for count in other], reports.at_least(other)) == page
    assert reports.at_least(cells) <= sum(cells)


def test_a_sum_leaves_the_hidden_cells_out():
    """Even rounded it would tell one: 6 and a hidden one make ten only with 4."""
    assert reports.at_least([6, 4]) == 6 and reports.at_least([8, 1]) == 8


def test_categories_in_which_nothing_happened_are_left_out_and_the_others_keep_their_order():
    counts = {("family", "2026-07"): 6, ("other", "2026-06"): 2, ("medical", "2026-05"): 9, ("land", "2026-06"): 0}
    kinds, months = ["other", "neighbours", "land", "medical", "family"], ["2026-06", "2026-07"]
    assert reports.table(counts, kinds, months) == [("other", ["1–4", "0"]), ("family", ["0", "6"])]
    assert reports.table({}, kinds, months) == []


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 9)))
def test_a_table_shows_no_count_below_five(counts):
    for _, row in reports.table(counts, "abc", "xyz"):
        assert len(row) == 3 and all(cell in ("0", "1–4") or int(cell) >= 5 for cell in row)
