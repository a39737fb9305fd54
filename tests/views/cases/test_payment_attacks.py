"""Attacks on the table of payments: rows of others, rows forged, sums and days that cannot be, two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.cases.states import CaseState
from consult.services.people import villages
from tests.cases import a_case, opened
from tests.views.cases.test_payment_table import filled, paid, ticked, wages

WORKERS = 4


@pytest.fixture
def crew(app, village) -> str:
    with app.app_context():
        return wages(village, WORKERS)


def rows_paid(app, village, crew) -> list[tuple[int, int | None]]:
    with app.app_context():
        return [(one.facts["row"], one.facts["amount"]) for one in paid(village, crew)]


@pytest.mark.parametrize("amount", ["0", "-5", "1000.02", "1000.011", "99999999999999999999", "NaN"])
def test_no_sum_that_cannot_have_been_paid_is_entered(app, as_person, village, crew, amount):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    answer = leung.send(at, at=at, **ticked(filled(leung) | {"amount_1": amount}, 1, 2))
    assert answer.status_code == 422 and leung.page.select_one("#amount_1")["value"] == amount
    assert rows_paid(app, village, crew) == []


@pytest.mark.parametrize("days", [1, -400, -40000])
def test_no_day_to_come_and_none_before_the_agreement_is_entered(app, as_person, village, crew, days):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    with app.app_context():
        on = villages.local_day(village.row(), clock.now()) + timedelta(days)
    leung.get(at)
    answer = leung.send(at, at=at, **ticked(filled(leung) | {"on": on.isoformat()}, 1))
    assert answer.status_code in (409, 422)
    assert rows_paid(app, village, crew) == []


def test_a_row_that_is_none_is_not_passed_over_in_silence(app, as_person, village, crew):
    """Whoever ticks a row that is not theirs, or that is none, is told: the others are not entered as if it were all."""
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    forged = filled(leung) | {"paid_99": "1", "paid_-1": "1", "paid_0": "1", "paid_1e0": "1"}
    assert leung.send(at, at=at, **forged).status_code == 422
    assert rows_paid(app, village, crew) == []
    fong = as_person(village.ah_fong)
    fong.get(at)
    answer = fong.send(at, at=at, **ticked(filled(fong), 1, 2))
    assert answer.status_code == 422, "the second row is somebody else's"
    assert [one["id"] for one in fong.page.select("input[type=checkbox][checked]")] == ["paid_1"], (
        "what was ticked stays"
    )
    assert rows_paid(app, village, crew) == []


def test_the_debtor_and_strangers_enter_nothing(app, as_person, village, crew):
    at = f"/rongxi/cases/{crew}/payments"
    form = ticked({"on": "2026-01-01", "amount_1": "1", "key": "mine"}, 1)
    chan = as_person(village.old_chan)
    assert chan.send(at, at="/rongxi/me", **form).status_code in (403, 404, 409, 422)
    for who in (village.ah_kwok, village.ms_yip):
        assert as_person(who).send(at, at="/rongxi/me", **form).status_code == 404
    assert rows_paid(app, village, crew) == []


def test_a_form_of_one_case_does_nothing_in_another(app, as_person, village, crew):
    with app.app_context():
        other = a_case(village, CaseState.PERFORMING, key="second")
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    form = ticked(filled(leung), 1)
    assert leung.send(at, at=at, **form).status_code == 303
    assert leung.send(f"/rongxi/cases/{other}/payments", at=at, **form).status_code in (409, 422)
    assert rows_paid(app, village, other) == [] and len(rows_paid(app, village, crew)) == 1


@pytest.mark.both_databases
def test_two_who_tick_the_same_row_in_one_second_enter_it_once(app, as_person, village, crew):
    at = f"/rongxi/cases/{crew}/payments"
    forms = []
    for who in (village.aunt_leung, village.ah_fong):
        client = as_person(who)
        client.get(at)
        forms.append((client, ticked(filled(client), 1) | {"csrf_token": client.token(at)}))
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda one: one[0].post(at, data=one[1]).status_code, forms))
    assert sorted(answers)[0] == 303 and sorted(answers)[1] in (409, 422), answers
    assert [row for row, _ in rows_paid(app, village, crew)] == [1]
    with app.app_context():
        assert opened(village, village.aunt_leung, crew).situation.agreement.rows[0].done_on


def test_one_form_sent_twice_in_one_second_is_entered_once(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    form = ticked(filled(leung), 1, 2) | {"csrf_token": leung.token(at)}
    again = as_person(village.aunt_leung)
    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda one: one.post(at, data=form | {"csrf_token": one.token(at)}).status_code, (leung, again))
        )
    assert answers == [303, 303]
    assert [row for row, _ in rows_paid(app, village, crew)] == [1, 2]
