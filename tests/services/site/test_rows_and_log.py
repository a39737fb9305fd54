"""What somebody changes by SQL while every trigger stays where it is: the verification names it, by the log."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from consult import clock
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.models import ClockTick, Poll, db
from consult.services.people import representatives
from consult.services.polls import closing
from consult.services.site import trigger_verification
from consult.services.site.verification import verify
from tests.hours import today
from tests.rights import by_two, end, give
from tests.tampering import without_triggers
from tests.village import a_poll, vote

pytestmark = pytest.mark.both_databases
GIVEN = (
    "INSERT INTO role_grant (village_id, person_id, role, title, since, source_words, granted_at) "
    "SELECT village_id, person_id, 'head_of_mediation', '', '2026-01-01', '', granted_at FROM role_grant ORDER BY id LIMIT 1"
)
NOBODY = (
    "UPDATE role_grant SET ended_at = granted_at WHERE id = (SELECT min(id) FROM role_grant WHERE role = 'supervisor')"
)
BACK = "UPDATE role_grant SET ended_at = NULL"
OFFICES = {
    "nobody gave it": (GIVEN,),
    "holder, office or term": (
        "UPDATE role_grant SET since = '2020-01-01'",
        "UPDATE role_grant SET until = '2039-01-01'",
        "UPDATE role_grant SET title = 'x'",
        "UPDATE role_grant SET granted_at = '2026-01-01 00:00:00+00'",
    ),
    "it was ended here and not in the log": (NOBODY, BACK),
    "but the office is gone": ("DELETE FROM role_grant WHERE role = 'clerk'",),
}
NOTICES = {
    "it is not as it was posted": (
        "UPDATE notice SET facts = '{}'",
        "UPDATE notice SET posted_until = '2026-01-01'",
        "UPDATE notice SET number = number + 70",
        "UPDATE notice SET change_id = 7 WHERE tag = 'poll_declared'",
    ),
    "the head printed on it": (f"UPDATE notice SET audit_head = '{'7' * 64}'",),
    "but not on the board": ("DELETE FROM notice WHERE tag = 'poll_declared'",),
    "nobody posted it": (
        "INSERT INTO notice (village_id, year, number, tag, poll_id, change_id, facts, posted_by, posted_at, posted_until, "
        "audit_head, assets) SELECT village_id, year, 99, tag, poll_id, 9, facts, posted_by, posted_at, posted_until, "
        "audit_head, assets FROM notice WHERE tag = 'poll_declared'",
    ),
}
"""By words of the fault that names it: what the triggers let pass."""


def named(inside, words: str, *statements: str) -> list[str]:
    """Run statements with all triggers on. Return those after which no fault with these words is found."""
    unseen = []
    for statement in statements:
        db.session.execute(text(statement))
        db.session.expire_all()
        found = list(verify(inside.row()))
        if not any(words in fault for fault in found):
            unseen.append(f"{statement}: {found}")
        db.session.rollback()
    assert list(verify(inside.row())) == [] and list(trigger_verification.faults()) == []
    return unseen


def test_an_office_given_moved_or_ended_by_sql_is_named(inside):
    given = give(inside, inside.ah_fong, Role.COUNCIL_MEMBER)
    end(inside, give(inside, inside.ah_kwok, Role.COUNCIL_MEMBER))
    assert given and list(verify(inside.row())) == []
    for words, statements in OFFICES.items():
        assert named(inside, words, *statements) == []


def test_a_notice_that_says_something_else_by_sql_is_named(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    declare(inside, poll)
    for words, statements in NOTICES.items():
        assert named(inside, words, *statements) == []
    outcome = db.session.scalar(text("SELECT outcome FROM declaration"))
    other = f"replace(CAST(facts AS TEXT), '{outcome}', 'withdrawn')"
    other = f"CAST({other} AS json)" if db.engine.dialect.name == "postgresql" else other
    changed = f"UPDATE notice SET facts = {other} WHERE tag = 'poll_declared'"
    assert named(inside, "the result on it is not the one that was declared", changed) == []


def declare(inside, poll: int) -> None:
    db.session.expire_all()
    closing.declare(poll_row(poll), inside.old_chan.act(now=clock.now() + timedelta(days=4)))
    db.session.expire_all()


def poll_row(poll: int):
    return db.session.get_one(Poll, poll)


def test_who_stands_on_the_roll_of_a_vote_in_the_place_of_another_is_named(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_keung, 1)
    exchanged = (
        f"UPDATE roll_entry SET person_id = {inside.old_chan.id} WHERE poll_id = {poll} AND unit = 'person:{{}}'"
    )
    assert named(inside, "somebody else stands there", exchanged.format(inside.ah_fong.id)) == []
    house = (
        f"UPDATE roll_entry SET household_id = {inside.old_chan.household_id} WHERE unit = 'person:{inside.ah_fong.id}'"
    )
    assert named(inside, "who stands on its roll is not who was announced", house) == []


def test_somebody_who_voted_in_the_place_of_another_is_named_though_the_row_was_put_back(inside):
    poll = a_poll(inside)
    row = f"UPDATE roll_entry SET person_id = {{}} WHERE poll_id = {poll} AND unit = 'person:{inside.ah_fong.id}'"
    mine = f"UPDATE roll_entry SET person_id = {inside.ah_fong.id} WHERE poll_id = {poll} AND person_id = {inside.ah_keung.id}"
    db.session.execute(text(mine))
    db.session.execute(text(row.format(inside.ah_keung.id)))
    db.session.commit()
    vote(inside, poll, inside.ah_keung, 1)
    db.session.execute(text(row.format(inside.ah_fong.id)))
    db.session.execute(text(mine.replace("AND person_id", "AND unit <> 'x' AND person_id")))
    db.session.commit()
    assert any("somebody else voted than who stands there" in fault for fault in verify(inside.row()))


def test_a_speaker_of_a_household_whom_the_log_does_not_know_is_named(inside):
    poll, house = a_poll(inside, body="VA_house"), inside.ah_fong.household_id
    chosen = f"UPDATE household SET representative_id = {inside.ah_kwok.id} WHERE id = {house}"
    assert named(inside, "who speaks for it is not whom the log has", chosen) == []
    assert named(inside, "somebody else speaks for the household", chosen) == []
    head = f"UPDATE person SET relation = CASE WHEN id = {inside.ah_kwok.id} THEN '户主' ELSE '' END WHERE household_id = {house}"
    assert named(inside, "somebody else speaks for the household", head) == []
    for statement in (head, f"UPDATE household SET representative_id = {inside.ah_kwok.id} WHERE id = {house}"):
        db.session.execute(text(statement))
    db.session.commit()
    vote(inside, poll, inside.ah_kwok, 1)
    db.session.execute(text(f"UPDATE household SET representative_id = NULL WHERE id = {house}"))
    db.session.commit()
    assert any("somebody voted for the household whom the log does not name" in fault for fault in verify(inside.row()))


def test_a_speaker_whom_the_house_chose_or_two_officers_named_is_no_fault(inside):
    poll = a_poll(inside, body="VA_house")
    representatives.choose(inside.ah_kwok.id, inside.ah_fong.act(), on=today())
    vote(inside, poll, inside.ah_kwok, 1)
    assert list(verify(inside.row())) == []
    there = inside.ah_keung.household_id
    by_two(inside, kind=RightKind.HOUSE_CHANGED, person_id=inside.ah_kwok.id, household_id=there)
    assert list(verify(inside.row())) == []


def test_who_left_the_roll_or_is_back_on_it_by_sql_is_named(inside):
    a_poll(inside)
    left = (
        "INSERT INTO departure (person_id, village_id, kind, noted_at) "
        f"SELECT {inside.ah_fong.id}, id, '{{}}', founded_at FROM village WHERE id = {inside.id}"
    )
    assert named(inside, "left the roll here and not in the log", left.format("moved")) == []
    assert named(inside, "is awaited on the roll, though", left.format("awaited")) == []
    by_two(inside, kind=RightKind.DEPARTURE, person_id=inside.ah_fong.id, departure="moved")
    gone = f"DELETE FROM departure WHERE person_id = {inside.ah_fong.id}"
    assert named(inside, "left the roll here and not in the log", gone) == []


def test_a_vote_that_ends_before_its_time_by_sql_is_named(inside):
    poll = a_poll(inside)
    for at in ("opens_at", "closes_at"):
        seen = f"UPDATE poll SET closing_seen_at = {at} WHERE id = {poll}"
        assert named(inside, "it was closed before its time", seen) == []
    tally = (
        "INSERT INTO poll_tally (poll_id, village_id, counts, counted_at) "
        f"SELECT id, village_id, '{{}}', opens_at FROM poll WHERE id = {poll}"
    ).replace(":", "\\:")
    assert named(inside, "it is counted here and not in the log", tally) == []


def test_a_vote_seen_closed_before_the_clock_was_set_back_is_no_fault(inside):
    poll = a_poll(inside)
    db.session.execute(text(f"UPDATE poll SET closing_seen_at = closes_at WHERE id = {poll}"))
    db.session.commit()
    assert any("it was closed before its time" in fault for fault in verify(inside.row()))
    closes_at = db.session.get_one(Poll, poll).closes_at
    db.session.add(ClockTick(boot=clock.boot(), running_us=clock.running_us(), seen_at=closes_at))
    db.session.commit()
    assert list(verify(inside.row())) == []


def test_a_reading_of_another_machine_excuses_no_vote_that_was_closed_too_early(inside):
    poll = a_poll(inside)
    db.session.execute(text(f"UPDATE poll SET closing_seen_at = closes_at WHERE id = {poll}"))
    here = ClockTick(boot=clock.boot(), running_us=clock.running_us(), seen_at=clock.now())
    ahead = ClockTick(boot="another", running_us=1, seen_at=db.session.get_one(Poll, poll).closes_at)
    db.session.add_all([here, ahead])
    db.session.commit()
    assert any("it was closed before its time" in fault for fault in verify(inside.row()))


OTHERWISE = [
    ("UPDATE poll SET standing = 'formal'", "body, group, standing"),
    ("UPDATE poll SET roll_people = 1", "body, group, standing"),
    ("UPDATE poll SET max_choices = 2", "body, group, standing"),
    ("UPDATE poll SET closes_at = '2099-01-01 00:00:00.000000'", "question, kind or times"),
    ("UPDATE declaration SET declared_by = declared_by + 1", "what was declared is not"),
    ("UPDATE declaration SET declared_at = '2026-01-01 00:00:00.000000'", "what was declared is not"),
    ("UPDATE declaration SET facts = '{}'", "what was declared is not"),
    ("UPDATE declaration SET outcome = 'carried'", "what was declared is not"),
    ("DELETE FROM declaration", "it is declared here and not in the log"),
    ("DELETE FROM poll_tally", "it is counted here and not in the log"),
    ("UPDATE poll_tally SET counts = '{}'", "the stored tally is not the one"),
    ("UPDATE poll_tally SET counted_at = '2026-01-01 00:00:00.000000'", "the stored tally is not the one"),
]


@pytest.mark.parametrize(("statement", "words"), OTHERWISE)
def test_what_a_replica_role_lets_pass_is_named(inside, statement, words):
    """On PostgreSQL session_replication_role lets all pass in one transaction, and leaves every trigger as it is."""
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    declare(inside, poll)
    assert list(verify(inside.row())) == []
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        db.session.execute(text(statement))
        db.session.commit()
        db.session.expire_all()
        assert list(trigger_verification.faults()) == []
    else:
        without_triggers(statement)
    assert any(words in fault for fault in verify(inside.row()))
