"""What the log says of polls is what domain/polls/audit_facts.py describes, entry by entry."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.polls.audit_facts import FACTS, ConfirmedChange
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.models import AuditEntry, db
from consult.services.polls import closing, formal_basis, poll_changes
from consult.services.polls.channels import vote_disputes
from consult.services.polls.requests import further_votes, roll_appeals
from tests.bundle_cases import declared
from tests.hours import day_of
from tests.services.polls.test_further_votes import state
from tests.services.polls.test_roll_appeals import make
from tests.services.polls.test_same_words import say, the_same_again
from tests.village import a_poll, vote
from tests.ways import poll_of

RARE = {
    Tag.CONTEST_UNDECIDED,
    Tag.CHANGE_DROPPED,
    Tag.LATE_MARKS_DROPPED,
    Tag.POLL_SET_ASIDE,
    Tag.TICKER_ASSIGNED,
    Tag.TICKER_ENDED,
    Tag.STANDING_ASKED,
    Tag.STANDING_DROPPED,
    Tag.STANDING_SET,
    Tag.VOTE_CONTESTED,
    Tag.CONTEST_OPINION,
    Tag.CONTEST_RULED,
    Tag.LETTER_LOOKED_AT,
    Tag.HELP_ANSWERED,
    Tag.BALLOT_VOIDED,
    Tag.BOX_VISITED,
    Tag.POLL_TOUCHED,
    Tag.ROLL_APPEAL_MADE,
    Tag.ROLL_APPEAL_REFUSAL_ASKED,
    Tag.ROLL_APPEAL_ANSWERED,
    Tag.FURTHER_VOTE_ASKED,
    Tag.FURTHER_VOTE_CONFIRMED,
    Tag.FURTHER_VOTE_ENDED,
    Tag.MATTER_COMPARED,
}
"""Not in the polls that are made for the bundles."""


def unlike(described: Any, facts: dict[str, object]) -> set[str]:
    """Names that are missing, and names that are not described."""
    required: frozenset[str] = getattr(described, "__required_keys__")  # noqa: B009 - the checker knows no such attribute
    return (required - facts.keys()) | (facts.keys() - described.__annotations__.keys())


def logged() -> list[tuple[Tag, dict[str, object]]]:
    rows = db.session.execute(select(AuditEntry.tag, AuditEntry.facts).order_by(AuditEntry.number))
    return [(Tag(row.tag), json.loads(row.facts)) for row in rows if Tag(row.tag) in FACTS]


@pytest.mark.parametrize("secret", [False, True])
def test_each_entry_has_the_facts_of_its_tag_and_no_others(inside, secret):
    declared(inside, secret=secret)
    entries = logged()
    assert [(tag, unlike(FACTS[tag], facts)) for tag, facts in entries if unlike(FACTS[tag], facts)] == []
    changes = [facts["change"] for tag, facts in entries if tag is Tag.POLL_CHANGED]
    assert changes and not any(unlike(ConfirmedChange, change) for change in changes)
    assert set(FACTS) - {tag for tag, _ in entries} <= RARE


def test_a_dispute_and_a_village_rule_have_theirs(inside):
    asked = formal_basis.ask("VA_house", "村民自治章程 12", Role.COMMITTEE_MEMBER, inside.old_chan.act())
    formal_basis.confirm(asked.id, Role.SUPERVISOR, inside.uncle_ho.act())
    poll = a_poll(inside, body="VA_house")
    vote(inside, poll, inside.ah_fong, 1)
    act = inside.ah_kwok.act()
    vote_disputes.dispute(poll_of(poll), "没商量", act, on=day_of(act.now))
    entries = dict(logged())
    for tag in (Tag.STANDING_ASKED, Tag.STANDING_SET):
        assert not unlike(FACTS[tag], entries[tag])
    assert not unlike(FACTS[Tag.VOTE_CONTESTED], entries[Tag.VOTE_CONTESTED])


def test_an_appeal_against_the_roll_and_its_refusal_have_theirs(inside):
    appeal = make(inside, a_poll(inside))
    roll_appeals.propose_refusal(appeal, "不是本村人", Role.COUNCIL_MEMBER, inside.sister_chow.act())
    roll_appeals.confirm_refusal(appeal, Role.SUPERVISOR, inside.uncle_ho.act())
    entries = dict(logged())
    for tag in (Tag.ROLL_APPEAL_MADE, Tag.ROLL_APPEAL_REFUSAL_ASKED, Tag.ROLL_APPEAL_ANSWERED):
        assert not unlike(FACTS[tag], entries[tag])


def test_a_ground_for_voting_again_has_theirs(inside):
    poll, at = a_poll(inside), clock.now() + timedelta(days=4)
    closing.declare(poll_of(poll), inside.old_chan.act(now=at))
    further_votes.drop(state(inside, poll, at=at), Role.COMMITTEE_MEMBER, inside.old_chan.act(now=at))
    again = state(inside, poll, at=at, key="once more")
    further_votes.confirm(again, Role.COMMITTEE_MEMBER, inside.old_chan.act(now=at))
    entries = dict(logged())
    for tag in (Tag.FURTHER_VOTE_ASKED, Tag.FURTHER_VOTE_ENDED, Tag.FURTHER_VOTE_CONFIRMED):
        assert not unlike(FACTS[tag], entries[tag])


def test_a_word_on_two_matters_with_the_same_words_has_theirs(inside):
    poll, at = a_poll(inside), clock.now() + timedelta(days=4)
    closing.declare(poll_of(poll), inside.old_chan.act(now=at))
    matter, _ = the_same_again(inside)
    say(inside, matter, poll, same=False, words="上次是上圳，这次是下圳")
    entries = dict(logged())
    assert not unlike(FACTS[Tag.MATTER_COMPARED], entries[Tag.MATTER_COMPARED])


@pytest.mark.parametrize("lapsed", [False, True])
def test_a_change_that_was_dropped_or_lapsed_has_its_facts(inside, lapsed):
    poll = poll_of(a_poll(inside))
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(poll, wish, Role.COUNCIL_MEMBER, inside.sister_chow.act(key="c"))
    if lapsed:
        assert poll_changes.lapse_due(now=clock.now() + numbers().lapse) == [change.id]
    else:
        poll_changes.drop(change, Role.SUPERVISOR, inside.uncle_ho.act())
    facts = dict(logged())[Tag.CHANGE_DROPPED]
    assert not unlike(FACTS[Tag.CHANGE_DROPPED], facts)
    assert facts == {"change": change.id, "lapsed": lapsed}
