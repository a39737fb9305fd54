"""What was frozen reads back the same: fingerprints and bundles that are out in the world depend on it."""

import json
from pathlib import Path

import pytest

from consult.domain.audit import canonical, sha256
from consult.domain.law.bodies import UnitKind
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import HELPER_CAP, Channel

STORED = json.loads((Path(__file__).parents[2] / "data" / "frozen_polls.json").read_text(encoding="utf-8"))
"""Of each format, as releases wrote it: the first format, that of version 0.1, two of the second, a meeting's vote."""


@pytest.mark.parametrize("stored", STORED, ids=["first", "version 0.1", "by household", "secret", "of a meeting"])
def test_a_stored_document_comes_back_byte_for_byte_with_its_fingerprint(stored):
    again = canonical(FrozenPoll.from_facts(stored["frozen"]).to_facts())
    assert again == canonical(stored["frozen"])
    assert sha256(again) == stored["fingerprint"]


def test_the_first_format_knew_the_phone_only_and_the_same_limit_for_helpers():
    first = FrozenPoll.from_facts(STORED[0]["frozen"])
    assert first.format == 1
    assert first.channels == (Channel.PHONE,)
    assert first.helper_cap == HELPER_CAP


def test_a_poll_of_version_0_1_was_about_the_only_text_its_proposal_had():
    oldest = FrozenPoll.from_facts(STORED[1]["frozen"])
    assert oldest.proposal_revision == 1 and oldest.proposal_digest is None


def test_a_meetings_vote_names_its_meeting_and_no_other_does():
    meetings = [FrozenPoll.from_facts(stored["frozen"]).meeting_id for stored in STORED]
    assert meetings == [None, None, None, None, 1]


def test_the_unit_of_the_rule_is_a_household_or_a_person():
    first, *_, last = (FrozenPoll.from_facts(stored["frozen"]) for stored in STORED)
    assert first.by_household and first.rule.unit is UnitKind.HOUSEHOLD
    assert not last.by_household and last.rule.unit is UnitKind.PERSON


@pytest.mark.parametrize("missing", ["rule", "options", "roll", "opens_at"])
def test_a_damaged_document_is_not_read(missing):
    damaged = {key: value for key, value in STORED[2]["frozen"].items() if key != missing}
    with pytest.raises(KeyError):
        FrozenPoll.from_facts(damaged)
