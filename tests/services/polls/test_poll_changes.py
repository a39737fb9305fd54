"""An announced poll: extended once, added to by appeal, cancelled; each by two persons of different offices."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason, Refused
from consult.models import Notice, Notification, Person, Poll, PollChange, PollChangeConfirmation, RollEntry, db
from consult.services.polls import closing, poll_changes, poll_states
from consult.services.site.verification import verify
from tests.village import a_poll, close, vote

pytestmark = pytest.mark.both_databases
COUNCIL, COMMITTEE = "council_member", "committee_member"


def poll_of(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id, populate_existing=True)


def ask(cast, poll_id: int, wish: ChangeRequest, *, key: str = "k", at=None) -> int:
    return poll_changes.ask(poll_of(poll_id), wish, COUNCIL, cast.sister_chow.act(now=at, key=key)).id


def confirm(cast, change_id: int, who=None, office: str = COMMITTEE, *, at=None) -> None:
    change = db.session.get_one(PollChange, change_id)
    poll_changes.confirm(change, office, (who or cast.old_chan).act(now=at))


def refused(act, *arguments, **facts) -> Reason:
    with pytest.raises(Refused) as refusal:
        act(*arguments, **facts)
    db.session.rollback()
    return refusal.value.reason


def longer(poll_id: int, days: int = 2) -> ChangeRequest:
    return ChangeRequest(ChangeKind.EXTENSION, "大雨，路断了", poll_of(poll_id).closes_at + timedelta(days=days))


def test_an_extension_takes_two_persons_of_different_offices(inside):
    poll = a_poll(inside)
    before, fingerprint = poll_of(poll).closes_at, poll_of(poll).fingerprint
    change = ask(inside, poll, longer(poll))
    assert poll_of(poll).closes_at == before
    assert refused(confirm, inside, change, inside.sister_chow, "supervisor") is Reason.SAME_PERSON
    assert refused(confirm, inside, change, inside.old_chan, COUNCIL) is Reason.SAME_OFFICE
    confirm(inside, change)
    confirm(inside, change)
    row = poll_of(poll)
    assert row.closes_at == before + timedelta(days=2) and row.fingerprint == fingerprint
    assert poll_states.fingerprint_of(row) != fingerprint
    assert list(verify(inside.row())) == []


def test_everybody_hears_of_it_and_it_hangs_on_the_board(inside):
    poll = a_poll(inside)
    confirm(inside, ask(inside, poll, longer(poll)))
    assert db.session.scalars(select(Notice.tag).order_by(Notice.id)).all() == ["poll_announced", "poll_extended"]
    told = select(Notification.person_id).where(Notification.event == "vote_changed")
    assert inside.ah_fong.id in set(db.session.scalars(told))
    assert [c.kind for c in poll_changes.confirmed(poll)] == ["extension"]


def test_votes_come_in_until_the_new_closing_time_and_no_longer(inside):
    poll = a_poll(inside)
    old = poll_of(poll).closes_at
    confirm(inside, ask(inside, poll, longer(poll)))
    vote(inside, poll, inside.ah_fong, 1, at=old + timedelta(hours=1))
    assert close(at=old + timedelta(hours=1)) == []
    assert close(at=old + timedelta(days=3)) == [poll]


def test_it_is_extended_once_and_only_before_the_old_close(inside):
    poll = a_poll(inside)
    late = poll_of(poll).closes_at + timedelta(minutes=1)
    change = ask(inside, poll, longer(poll))
    assert refused(confirm, inside, change, at=late) is Reason.POLL_CLOSED
    confirm(inside, change)
    assert refused(ask, inside, poll, longer(poll), key="again") is Reason.EXTENDED_ALREADY
    assert (
        refused(ask, inside, a_poll(inside, key="b"), ChangeRequest(ChangeKind.EXTENSION, "x", clock.now()), key="c")
        is Reason.NOT_LATER
    )


def test_a_vote_is_extended_by_sixty_days_at_most(inside):
    poll = a_poll(inside)
    close = poll_of(poll).closes_at

    def by(days: timedelta) -> ChangeRequest:
        return ChangeRequest(ChangeKind.EXTENSION, "下雨", close + days)

    assert refused(ask, inside, poll, by(timedelta(days=60, minutes=1))) is Reason.EXTENDED_TOO_FAR
    confirm(inside, ask(inside, poll, by(timedelta(days=60)), key="again"))
    assert poll_of(poll).closes_at == close + timedelta(days=60)


def test_whoever_was_left_out_is_added_with_the_next_number(inside):
    poll = a_poll(inside)
    newcomer = Person(
        village_id=inside.id,
        household_id=inside.ah_fong.household_id,
        roll_position=500,
        name="陈阿妹",
        born=inside.ah_fong.row().born,
    )
    db.session.add(newcomer)
    db.session.commit()
    confirm(inside, ask(inside, poll, ChangeRequest(ChangeKind.ADDITION, "漏了", person_id=newcomer.id)))
    assert poll_states.roll_size(poll_of(poll)) == 9
    entry = db.session.scalars(select(RollEntry).where(RollEntry.person_id == newcomer.id)).one()
    assert entry.number == 9
    assert closing.count(poll_of(poll)).roll == 9
    assert list(verify(inside.row())) == []
    again = ChangeRequest(ChangeKind.ADDITION, "漏了", person_id=newcomer.id)
    assert refused(ask, inside, poll, again, key="again") is Reason.ON_ROLL_ALREADY


def test_nobody_without_a_seat_is_added(inside):
    poll = a_poll(inside)
    for who in (inside.siu_ming, inside.mr_wong):
        assert (
            refused(ask, inside, poll, ChangeRequest(ChangeKind.ADDITION, "x", person_id=who.id), key=who.name)
            is Reason.NO_SEAT
        )
    assert (
        refused(ask, inside, poll, ChangeRequest(ChangeKind.ADDITION, "x", person_id=inside.ah_fong.id))
        is Reason.ON_ROLL_ALREADY
    )


def test_a_cancelled_poll_takes_no_vote_and_is_never_counted(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    confirm(inside, ask(inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")))
    assert refused(vote, inside, poll, inside.old_chan, 1) is Reason.POLL_CANCELLED
    later = clock.now() + timedelta(days=9)
    assert close(at=later) == []
    assert refused(closing.declare, poll_of(poll), inside.old_chan.act(now=later)) is Reason.POLL_CANCELLED
    assert refused(ask, inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "x"), key="again") is Reason.POLL_CANCELLED
    assert list(verify(inside.row())) == []


def test_a_declared_outcome_is_not_cancelled_afterwards(inside):
    poll = a_poll(inside)
    closing.declare(poll_of(poll), inside.old_chan.act(now=clock.now() + timedelta(days=4)))
    at = clock.now() + timedelta(days=5)
    assert refused(ask, inside, poll, ChangeRequest(ChangeKind.CANCELLATION, "x"), at=at) is Reason.ONLY_ANNULLED_NOW


def test_asking_twice_with_one_key_asks_once(inside):
    poll = a_poll(inside)
    assert ask(inside, poll, longer(poll)) == ask(inside, poll, longer(poll))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE poll SET closes_at = '2099-01-01 00:00:00+00'",
        "UPDATE poll SET cancelled_at = '2026-01-01 00:00:00+00'",
        "UPDATE poll SET secret = NOT secret",
        "UPDATE poll SET paper = NOT paper",
        "UPDATE poll SET turnout_shown = NOT turnout_shown",
    ],
)
def test_the_database_itself_moves_nothing_without_a_confirmed_change(inside, statement):
    a_poll(inside)
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO roll_entry (poll_id, number, village_id, unit, household_id, person_id, rev, salt) "
        "SELECT poll_id, 9, village_id, 'person:999', household_id, person_id, 0, '' FROM roll_entry WHERE number = 1",
        "DELETE FROM roll_entry WHERE number = 8",
    ],
)
def test_the_database_itself_lets_no_roll_grow_or_shrink_by_itself(inside, statement):
    a_poll(inside)
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(("person", "office"), [("sister_chow", COMMITTEE), ("old_chan", COUNCIL)])
def test_the_database_itself_wants_two_persons_and_two_offices(inside, person, office):
    poll = a_poll(inside)
    change = ask(inside, poll, longer(poll))
    db.session.add(
        PollChangeConfirmation(
            change_id=change,
            village_id=inside.id,
            poll_id=poll,
            kind="extension",
            asked_by=inside.sister_chow.id,
            asked_office=COUNCIL,
            confirmed_by=getattr(inside, person).id,
            confirmed_office=office,
            confirmed_at=clock.now(),
            fingerprint="x",
        )
    )
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


def test_a_closing_time_moved_by_sql_is_found_out(inside):
    from tests.services.polls.test_polls import without_triggers

    poll = a_poll(inside)
    confirm(inside, ask(inside, poll, longer(poll)))
    without_triggers("UPDATE poll SET closes_at = '2099-01-01 00:00:00+00'")
    assert any("times differ" in fault for fault in verify(inside.row()))


def test_nobody_of_another_group_is_added_to_a_groups_vote(inside):
    """By the same rule as at the door of a meeting: a group's vote is its own."""
    for body in ("VG_people", "VG_house"):
        poll = a_poll(inside, key=body, body=body, group_id=inside.upper_group)
        stranger = ChangeRequest(ChangeKind.ADDITION, "漏了", person_id=inside.aunt_leung.id)
        assert refused(ask, inside, poll, stranger, key=f"of-{body}") is Reason.NO_SEAT
