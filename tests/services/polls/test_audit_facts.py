"""What the log says of polls is what domain/polls/audit_facts.py describes, entry by entry."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.people.roles import Role
from consult.domain.polls.audit_facts import FACTS, ConfirmedChange
from consult.models import AuditEntry, db
from consult.services.polls import formal_basis, vote_disputes
from tests.bundle_cases import declared
from tests.village import a_poll, vote
from tests.ways import poll_of

RARE = {
    Tag.POLL_SET_ASIDE,
    Tag.TICKER_ASSIGNED,
    Tag.TICKER_ENDED,
    Tag.STANDING_ASKED,
    Tag.STANDING_DROPPED,
    Tag.STANDING_SET,
    Tag.VOTE_CONTESTED,
    Tag.BOX_VISITED,
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
    vote_disputes.dispute(poll_of(poll), "没商量", act, on=act.now.date())
    entries = dict(logged())
    for tag in (Tag.STANDING_ASKED, Tag.STANDING_SET):
        assert not unlike(FACTS[tag], entries[tag])
    assert not unlike(FACTS[Tag.VOTE_CONTESTED], entries[Tag.VOTE_CONTESTED])
