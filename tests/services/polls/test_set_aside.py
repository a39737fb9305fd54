"""A poll that does not add up is named, alarmed and set aside; all others close, and its pages explain."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason
from consult.models import AuditEntry, Notification, Poll, PollFault, PollTally, db
from consult.services.polls import closing, poll_changes, poll_states, polls
from consult.services.polls.counting import due
from consult.services.site.verification import verify
from tests.tampering import without_triggers
from tests.village import a_plan, a_poll, close, vote, vote_in_secret
from tests.ways import refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)
DAMAGE = {
    "a mark is gone": "UPDATE roll_entry SET rev = 0, channel = NULL WHERE poll_id = {poll}",
    "a choice cannot be read": "UPDATE ballot_event SET choice = 'x' WHERE poll_id = {poll}",
    "a choice that is not offered": "UPDATE ballot_event SET choice = '[99]' WHERE poll_id = {poll}",
    "a choice of another form": "UPDATE ballot_event SET choice = '7' WHERE poll_id = {poll}",
}


def row(poll: int) -> Poll:
    return db.session.get_one(Poll, poll)


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE)
def test_a_poll_that_does_not_add_up_is_named_and_the_others_are_closed(inside, statement):
    damaged, sound = a_poll(inside), a_poll(inside, key="sound")
    for poll in (damaged, sound):
        vote(inside, poll, inside.ah_fong, 1)
    without_triggers(statement.format(poll=damaged))
    assert close(at=clock.now() + LATER) == [sound] and close(at=clock.now() + LATER) == []
    assert [fault.poll_id for fault in db.session.scalars(select(PollFault))] == [damaged]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "poll:set_aside")).all()
    assert [(e.subject, e.facts) for e in entries] == [(f"poll:{damaged}", '{"kind":"counts_differ"}')], "once"
    told = select(Notification.person_id).where(Notification.subject == f"fault:{damaged}")
    assert set(db.session.scalars(told)) == {inside.old_chan.id, inside.uncle_ho.id, inside.sister_chow.id}
    assert any(f"poll {damaged}: it does not add up" in fault for fault in verify(inside.row()))
    assert db.session.get(PollTally, damaged) is None
    late = inside.old_chan.act(now=clock.now() + LATER)
    assert refused(closing.declare, row(damaged), late) is Reason.POLL_SET_ASIDE


def cancelled(inside, poll: int, reason: str, *, after: timedelta = LATER) -> None:
    now = clock.now() + after
    asked = poll_changes.ask(
        row(poll),
        ChangeRequest(ChangeKind.CANCELLATION, reason),
        "committee_member",
        inside.old_chan.act(now=now, key="c"),
    )
    poll_changes.confirm(asked, "supervisor", inside.uncle_ho.act(now=now))


def test_two_officers_of_different_offices_cancel_a_poll_whose_key_is_lost_and_the_matter_is_free(app, inside):
    poll = a_poll(inside, secret=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    (path,) = app.config["CONSULT"].key_folder.glob("*.key")
    path.unlink()
    assert close(at=clock.now() + LATER) == []
    asked = ChangeRequest(ChangeKind.CANCELLATION, "开票的钥匙丢了")
    late = clock.now() + LATER
    change = poll_changes.ask(row(poll), asked, "committee_member", inside.old_chan.act(now=late, key="c"))
    alone = poll_changes.confirm
    assert refused(alone, change, "committee_member", inside.old_chan.act(now=late)) is Reason.SAME_PERSON
    assert refused(alone, change, "committee_member", inside.sister_chow.act(now=late)) is Reason.SAME_OFFICE
    poll_changes.confirm(change, "supervisor", inside.uncle_ho.act(now=late))
    assert poll_states.state_of(row(poll), late) is PollState.CANCELLED
    told = select(Notification.person_id).where(Notification.subject == f"change:{change.id}")
    assert inside.ah_fong.id in set(db.session.scalars(told))
    plan = a_plan(secret=True, opens_at=late, closes_at=late + timedelta(days=2))
    again = polls.draft(row(poll).consultation, plan, inside.sister_chow.act(now=late, key="again"))
    polls.announce(again, inside.sister_chow.act(now=late))
    assert poll_states.state_of(again, late) is PollState.OPEN


def test_the_key_of_a_cancelled_poll_is_destroyed(app, inside):
    poll = a_poll(inside, secret=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    cancelled(inside, poll, "议题撤回", after=timedelta())
    due.open_due(now=clock.now() + LATER)
    assert list(app.config["CONSULT"].key_folder.glob("*.key")) == []
    assert list(verify(inside.row())) == []
