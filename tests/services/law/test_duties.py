"""Reminders of what the law asks for again and again: until it is on record."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, update

from consult import clock
from consult.domain.people.roles import HeldOffice, Role
from consult.models import Meeting, Notice, Poll, db
from consult.services.law import duties, four_deliberations
from consult.services.polls import closing
from tests.village import a_poll

DECEMBER = datetime(2026, 12, 10, 4, tzinfo=UTC)
HELD = {HeldOffice(Role.COMMITTEE_MEMBER, None)}


def reminded(cast) -> set[str]:
    return {one.duty.code for one in duties.of_officer(cast.row(), HELD, on=DECEMBER.date())}


@pytest.mark.both_databases
def test_what_is_on_record_in_its_time_is_not_reminded_of(inside):
    cast = inside
    assert {"representatives_meet", "assembly_meets", "affairs_posted"} <= reminded(cast)
    whom = {"drafted_by": cast.ms_yip.id, "drafted_at": DECEMBER, "starts_at": DECEMBER, "speech_minutes": 3}
    texts = {"title": "t", "language": "zh-Hans-CN", "place": "p", "request_key": "k"}
    held = Meeting(village_id=cast.id, year=2026, number=1, body="VRA", opened_at=DECEMBER, **texts, **whom)
    db.session.add(held)
    db.session.commit()
    assert "representatives_meet" not in reminded(cast) and "assembly_meets" in reminded(cast)
    held.opened_at = DECEMBER - timedelta(days=90)  # in the quarter before
    db.session.commit()
    assert "representatives_meet" in reminded(cast)


def test_they_take_one_statement(inside):
    village, asked = inside.row(), []
    assert village.name
    watch = lambda *given: asked.append(given[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", watch)
    duties.of_officer(village, HELD, on=DECEMBER.date())
    event.remove(db.engine, "before_cursor_execute", watch)
    assert len(asked) == 1, asked


def test_a_notice_that_only_announces_discloses_nothing(inside):
    cast = inside
    a_poll(cast)
    assert db.session.query(Notice).count() == 1
    db.session.execute(update(Notice).values(posted_at=DECEMBER))
    db.session.commit()
    assert "affairs_posted" in reminded(cast)


def test_opinions_on_the_committee_are_no_appraisal_of_it(inside):
    cast = inside
    poll_id = a_poll(cast, closes_at=clock.now() + timedelta(minutes=5))
    poll = db.session.get_one(Poll, poll_id)
    four_deliberations.choose_matter(poll.consultation, "committee_appraisal", cast.old_chan.act())
    closing.declare(poll, cast.old_chan.act(now=DECEMBER))
    assert "committee_appraised" in reminded(cast)
    assert "affairs_posted" not in reminded(cast)  # the answers hang on the board


def test_a_township_has_no_representatives_to_call(inside):
    village = inside.row()
    village.is_township = True
    held = {HeldOffice(Role.COMMITTEE_MEMBER), HeldOffice(Role.CLERK), HeldOffice(Role.COLLECTIVE_DIRECTOR)}
    assert {one.duty.code for one in duties.of_officer(village, held, on=DECEMBER.date())} == {"members_meet"}
