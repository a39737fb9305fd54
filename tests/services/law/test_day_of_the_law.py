"""The rule is that of the day of the meeting or of the opening, not of the day on which somebody called it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.law import bodies
from consult.models import Meeting, Poll, db
from consult.services.meetings import meeting_states
from consult.services.people import villages
from tests.meetings import a_called_meeting
from tests.village import a_poll

pytestmark = pytest.mark.both_databases
STARTS = timedelta(days=20)


@pytest.fixture
def a_rule_of_tomorrow(inside, monkeypatch):
    """The village's province makes rules of its own, in force from tomorrow on."""
    tomorrow = villages.local_day(inside.row(), clock.now()) + timedelta(days=1)
    rows = bodies.all_rows()
    own = [replace(row, province="广东", valid_from=tomorrow, source="of tomorrow") for row in rows if not row.province]
    monkeypatch.setattr(bodies, "all_rows", lambda: (*rows, *own))
    return tomorrow


def test_a_poll_that_opens_under_a_new_rule_is_judged_by_it(inside, a_rule_of_tomorrow):
    now = clock.now()
    later = a_poll(inside, opens_at=now + STARTS, closes_at=now + 2 * STARTS)
    at_once = a_poll(inside, key="today", closes_at=now + STARTS)
    assert db.session.get(Poll, later).frozen_poll.rule.source == "of tomorrow"
    assert db.session.get(Poll, at_once).frozen_poll.rule.source != "of tomorrow"


def test_a_meeting_that_is_held_under_a_new_rule_is_called_by_it(inside, a_rule_of_tomorrow):
    meeting_id, _ = a_called_meeting(inside, starts_at=clock.now() + STARTS)
    meeting = db.session.get(Meeting, meeting_id)
    assert meeting.call.rule.source == meeting_states.body_of(meeting).source == "of tomorrow"
