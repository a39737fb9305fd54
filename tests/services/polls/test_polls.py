"""Announcing freezes; closing counts; declaring signs and posts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.audit import canonical, head_digits, sha256
from consult.domain.polls.polls import PollKind, Standing
from consult.domain.refusals import Reason, Refused
from consult.models import Declaration, Notice, Poll, PollTally, RollEntry, db
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.people import villages
from consult.services.polls import closing, polls
from consult.services.site.verification import verify
from tests.meetings import a_formal_poll, studied
from tests.tampering import tampering, without_triggers
from tests.village import a_draft, a_poll, close, formal_by_phone, vote

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def announce(cast, poll_id: int) -> Poll:
    poll = db.session.get(Poll, poll_id)
    polls.announce(poll, cast.sister_chow.act())
    return poll


def refused(cast, **plan) -> Reason:
    draft = a_draft(cast, **plan)
    with pytest.raises(Refused) as refusal:
        announce(cast, draft)
    db.session.rollback()
    return refusal.value.reason


def declare(cast, poll_id: int, *, at: timedelta = LATER) -> Declaration:
    return closing.declare(db.session.get(Poll, poll_id), cast.old_chan.act(now=clock.now() + at))


def test_announcing_numbers_the_adults_of_the_village(inside):
    poll = announce(inside, a_draft(inside))
    entries = db.session.scalars(select(RollEntry).where(RollEntry.poll_id == poll.id)).all()
    assert len(entries) == poll.roll_people == 8
    assert inside.siu_ming.id not in {e.person_id for e in entries}


def test_announcing_numbers_the_households_where_households_vote(inside):
    assert announce(inside, a_draft(inside, body="VA_house")).roll_households == 7


def test_a_group_meeting_is_of_its_group(inside):
    poll = announce(inside, a_draft(inside, body="VG_people", group_id=inside.upper_group))
    assert poll.roll_people == 4


def test_the_fingerprint_is_the_hash_of_everything_frozen(inside):
    poll = announce(inside, a_draft(inside))
    assert poll.fingerprint == sha256(canonical(poll.frozen))
    assert {"question", "options", "rule", "standing", "opens_at", "closes_at", "roll", "tie", "secret"} <= set(
        poll.frozen
    )


def test_announcing_twice_changes_nothing(inside):
    poll = announce(inside, a_draft(inside))
    before = poll.fingerprint
    announce(inside, poll.id)
    assert poll.fingerprint == before
    assert len(db.session.scalars(select(Notice)).all()) == 1


def test_a_poll_that_closes_before_it_opens_or_in_the_past_is_refused(inside):
    past = clock.now() - timedelta(hours=1)
    assert refused(inside, opens_at=past - timedelta(hours=1), closes_at=past) is Reason.OPENS_IN_THE_PAST


def test_a_group_meeting_needs_its_group_and_an_assembly_has_none(inside):
    assert refused(inside, body="VG_house") is Reason.BODY_NEEDS_GROUP
    assert refused(inside, key="b", group_id=inside.upper_group) is Reason.BODY_IS_VILLAGE_WIDE


def announce_formally(cast, poll_id: int) -> Poll:
    poll = db.session.get_one(Poll, poll_id)
    polls.announce(poll, cast.old_chan.act())
    return poll


def why_not_formally(cast, poll_id: int) -> Reason:
    with pytest.raises(Refused) as refusal:
        announce_formally(cast, poll_id)
    db.session.rollback()
    return refusal.value.reason


def in_two_weeks() -> dict[str, Any]:
    return {"opens_at": clock.now() + timedelta(days=14), "closes_at": clock.now() + timedelta(days=16)}


def test_a_formal_vote_needs_a_basis_and_ten_full_days_of_notice(inside):
    draft = a_formal_poll(inside)
    assert why_not_formally(inside, draft) is Reason.NO_FORMAL_BASIS
    formal_by_phone(inside, "VA_people")
    assert why_not_formally(inside, draft) is Reason.NOTICE_TOO_SHORT
    times = {"opens_at": clock.now() + timedelta(days=11), "closes_at": clock.now() + timedelta(days=13)}
    poll = announce_formally(inside, a_formal_poll(inside, key="c", **times))
    assert poll.standing_source == "村民自治章程 12"


def test_short_notice_is_possible_for_a_written_reason_that_is_frozen_too(inside):
    formal_by_phone(inside, "VA_people")
    poll = announce_formally(inside, a_formal_poll(inside, short_notice_reason="台风抢修"))
    assert poll.frozen["short_notice_reason"] == "台风抢修"


def test_a_formal_vote_is_announced_by_those_who_may_call_its_body(inside):
    formal_by_phone(inside, "VA_people")
    draft = a_formal_poll(inside, **in_two_weeks())
    with pytest.raises(Refused) as refusal:
        polls.announce(db.session.get_one(Poll, draft), inside.sister_chow.act())
    assert refusal.value.reason is Reason.NOT_CONVENER


def test_a_formal_vote_by_phone_asks_for_matter_study_and_check_like_a_meeting(inside):
    formal_by_phone(inside, "VA_people")
    draft = a_draft(inside, standing=Standing.FORMAL, **in_two_weeks())
    consultation = db.session.get_one(Poll, draft).consultation
    assert why_not_formally(inside, draft) is Reason.MOTION_WITHOUT_MATTER
    four_deliberations.choose_matter(consultation, "public_works", inside.old_chan.act())
    assert why_not_formally(inside, draft) is Reason.NO_PARTY_STUDY
    studied(inside, consultation.id)
    assert why_not_formally(inside, draft) is Reason.MOTION_UNCHECKED
    four_deliberations.choose_matter(consultation, "land_and_shares", inside.old_chan.act())
    assert why_not_formally(inside, draft) is Reason.OTHER_BODY_DECIDES


def test_the_notice_of_the_collectives_assembly_is_never_shortened(inside):
    formal_by_phone(inside, "CM")
    draft = a_formal_poll(inside, matter="collective_budget", body="CM", short_notice_reason="急")
    assert why_not_formally(inside, draft) is Reason.PLAN_NOT_OPEN_LONG_ENOUGH
    other = a_formal_poll(inside, key="land", matter="land_and_shares", body="CM", short_notice_reason="急")
    assert why_not_formally(inside, other) is Reason.NOTICE_CANNOT_BE_SHORT


def test_a_law_for_meetings_online_makes_no_days_of_voting_by_phone_formal(inside):
    draft = a_formal_poll(inside, matter="land_and_shares", body="CM", **in_two_weeks())
    assert why_not_formally(inside, draft) is Reason.NO_FORMAL_BASIS


def test_the_council_never_votes_formally(inside):
    formal_by_phone(inside, "COUNCIL")
    assert refused(inside, body="COUNCIL", standing=Standing.FORMAL) is Reason.NO_FORMAL_BASIS


def test_a_body_in_which_nobody_sits_cannot_vote(inside):
    assert refused(inside, body="BOARD") is Reason.ROLL_IS_EMPTY


def test_nothing_closes_before_its_time(inside):
    poll = a_poll(inside)
    with pytest.raises(Refused) as refusal:
        declare(inside, poll, at=timedelta(0))
    assert refusal.value.reason is Reason.NOT_CLOSED_YET


def test_what_is_due_is_closed_once_and_counted(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    vote(inside, poll, inside.old_chan, 2)
    assert close(at=clock.now() + LATER) == [poll]
    assert close(at=clock.now() + LATER) == []
    assert db.session.get(PollTally, poll).counts["counts"] == [1, 1, 0]


def test_after_closing_a_clock_that_steps_back_lets_nobody_vote(inside):
    poll = a_poll(inside)
    close(at=clock.now() + LATER)
    with pytest.raises(Refused) as refusal:
        vote(inside, poll, inside.ah_fong, 1, at=clock.now())
    assert refusal.value.reason is Reason.POLL_CLOSED


def test_a_closed_poll_holds_back_the_clock_for_every_other_poll_of_the_village(inside):
    early, late = a_poll(inside), a_poll(inside, key="b", closes_at=clock.now() + timedelta(days=3, hours=1))
    close(at=clock.now() + LATER)
    with pytest.raises(Refused) as refusal:
        vote(inside, late, inside.ah_fong, 1, at=clock.now())
    assert refusal.value.reason is Reason.POLL_CLOSED
    assert early != late


def test_a_declaration_carries_both_sides_of_every_comparison(inside):
    poll = a_poll(inside)
    for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho, inside.ms_yip):
        vote(inside, poll, who, 1)
    found = declare(inside, poll)
    verdict = found.facts["verdict"]
    assert found.outcome == "carried"
    assert (verdict["quorum"]["part"], verdict["quorum"]["whole"], verdict["quorum"]["needed"]) == (5, 8, 5)
    assert (verdict["majority"]["part"], verdict["majority"]["needed"]) == (5, 3)


def test_half_of_the_villagers_are_no_quorum(inside):
    poll = a_poll(inside)
    for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.uncle_ho):
        vote(inside, poll, who, 1)
    assert declare(inside, poll).outcome == "inquorate"


def test_declaring_twice_gives_the_first_declaration_and_one_notice(inside):
    poll = a_poll(inside)
    first = declare(inside, poll).declared_at
    assert declare(inside, poll, at=LATER + timedelta(days=1)).declared_at == first
    notices = db.session.scalars(select(Notice).where(Notice.tag == "poll_declared")).all()
    assert len(notices) == 1


def test_a_notice_hangs_for_fifteen_days_and_prints_a_head_that_stands_in_the_log(inside):
    poll = a_poll(inside)
    declare(inside, poll)
    notice = db.session.scalar(select(Notice).where(Notice.tag == "poll_declared"))
    assert (notice.posted_until - villages.local_day(inside.row(), notice.posted_at)).days == 15
    assert list(verify(inside.row(), printed_head=head_digits(notice.audit_head))) == []
    assert len(list(verify(inside.row(), printed_head="0000 " * 8))) == 1


TAMPERINGS = [
    ("UPDATE ballot_event SET choice = '[2]' WHERE rev = 1", "the choice is not the one that was cast"),
    ("DELETE FROM ballot_event WHERE rev = 1", "the ballot is gone"),
    ("UPDATE roll_entry SET unit = 'person:999' WHERE number = 1", "the roll was changed"),
    ("DELETE FROM roll_entry WHERE channel IS NULL", "the roll was changed"),
    ("UPDATE roll_entry SET rev = 0, channel = NULL", "does not fit its ballots"),
    ("UPDATE poll SET question = 'x'", "differ from what was frozen"),
    ("UPDATE poll SET fingerprint = 'x'", "do not give the fingerprint"),
    ("UPDATE poll_option SET label = 'x' WHERE number = 1", "the answers differ"),
    ("UPDATE audit_entry SET facts = '{}' WHERE number = 2", "entry 2 was changed"),
    ("UPDATE audit_entry SET hash = 'x' WHERE number = 2", "entry 2 was changed"),
    ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is missing"),
    ("DELETE FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)", "cut off the end"),
]
"""What somebody writes to the database, and words of the fault that names it."""


def test_whoever_changes_the_database_is_found_out_and_the_place_is_named(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    unseen = {}
    with tampering() as tamper:
        for statement, named in TAMPERINGS:
            with tamper(statement):
                found = list(verify(inside.row()))
            if not any(named in fault for fault in found):
                unseen[statement] = found
    assert unseen == {}
    assert list(verify(inside.row())) == [], "the next one was tried on what was left of the one before"


def test_a_changed_tally_or_declaration_is_found_out(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    declare(inside, poll)
    without_triggers("UPDATE declaration SET outcome = 'carried'")
    assert any("declared outcome" in fault for fault in verify(inside.row()))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE poll SET frozen = '{}'",
        "UPDATE poll SET frozen = replace(CAST(frozen AS TEXT), 'person', 'village')",
        "UPDATE roll_entry SET channel = 'pigeon'",
        "UPDATE ballot_event SET channel = 'pigeon'",
    ],
)
def test_what_is_of_no_known_form_is_a_fault_and_stops_no_verification(inside, statement):
    other = a_poll(inside, key="other")
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    if db.engine.dialect.name == "postgresql":
        statement = statement.replace(
            "replace(CAST(frozen AS TEXT), 'person', 'village')",
            "CAST(replace(CAST(frozen AS TEXT), 'person', 'village') AS json)",
        )
    without_triggers(f"{statement} WHERE {'id' if ' poll ' in statement else 'poll_id'} = {poll}")
    found = list(verify(inside.row()))
    assert any(f"poll {poll}" in fault for fault in found) and not any(f"poll {other}" in fault for fault in found)


def test_when_ballots_and_roll_disagree_nothing_is_closed(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    without_triggers("UPDATE roll_entry SET rev = 0, channel = NULL")
    with pytest.raises(closing.CountsDiffer):
        closing.close(db.session.get_one(Poll, poll), Act.by_system(inside.id, now=clock.now() + LATER))
    db.session.rollback()
    assert close(at=clock.now() + LATER) == []
    assert db.session.get(PollTally, poll) is None


def test_a_damaged_poll_is_logged_and_the_next_is_closed(inside, caplog):
    damaged, sound = a_poll(inside), a_poll(inside, key="sound")
    vote(inside, damaged, inside.ah_fong, 1)
    without_triggers("UPDATE roll_entry SET rev = 0, channel = NULL")
    vote(inside, sound, inside.ah_fong, 1)
    assert close(at=clock.now() + LATER) == [sound]
    assert db.session.get(PollTally, damaged) is None and db.session.get(PollTally, sound) is not None
    assert f"closing poll {damaged} failed" in caplog.text
    assert "CountsDiffer" in caplog.text and "Traceback" in caplog.text


@pytest.mark.parametrize("kind", list(PollKind))
def test_every_kind_of_poll_can_be_announced_and_declared(inside, kind):
    poll = a_poll(inside, kind=kind, options=() if kind is PollKind.MOTION else ("甲", "乙"))
    vote(inside, poll, inside.ah_fong, 1)
    assert declare(inside, poll).outcome == "inquorate"


def test_the_close_of_a_poll_is_noted_on_that_poll_and_on_no_other(inside):
    """What a later act of an officer, or another poll's close, does not move."""
    poll, other = a_poll(inside), a_poll(inside, key="other", closes_at=clock.now() + 2 * LATER)
    closed_at = clock.now() + LATER
    assert close(at=closed_at) == [poll]
    declare(inside, poll, at=2 * LATER)
    assert db.session.get(Poll, poll).closing_seen_at == closed_at
    assert db.session.get(Poll, other).closing_seen_at is None
