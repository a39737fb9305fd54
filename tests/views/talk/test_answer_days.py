"""The council's answer is late by the village's day and by no other."""

from datetime import UTC, datetime, timedelta

import pytest

from consult import clock
from consult.models import Consultation, db
from tests import hours
from tests.village import a_matter

pytestmark = pytest.mark.both_databases


def half_past_seven_in_the_village() -> datetime:
    """A morning on which UTC still has the day before."""
    now = clock.now()
    return datetime(now.year, now.month, now.day, 23, 30, tzinfo=UTC) + timedelta(days=1)


@pytest.mark.parametrize(("due_in_days", "late"), [(0, True), (1, False)])
def test_an_answer_is_late_from_the_morning_after_its_last_day_on(app, client, village, monkeypatch, due_in_days, late):
    morning = half_past_seven_in_the_village()
    with app.app_context():
        matter = a_matter(village)
        db.session.get_one(Consultation, matter).answer_due_on = morning.date() + timedelta(days=due_in_days)
        db.session.commit()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(morning - clock.now()))
    client.get(f"/rongxi/consultations/{matter}")
    assert bool(client.page.select(".due.late")) is late
