"""The second form of a log entry: every field goes into its hash, and each can be shown without the others."""

from datetime import UTC, datetime, timedelta

import pytest

from consult.domain import audit_forms
from consult.domain.audit import GENESIS, Tag
from consult.domain.audit_forms import SealedLink, body_digest, field_commitment, link_of, pseudonym
from consult.domain.polls.bundle_entries import opened_fields

LINK = SealedLink(
    village_id=1,
    number=1,
    recorded_at=datetime(2026, 12, 1, tzinfo=UTC),
    actor_id=7,
    tag="ballot:cast",
    subject="poll:1",
    facts='{"number":3,"rev":1}',
    prev_hash=GENESIS,
    salt="5a" * 16,
    by=pseudonym("key", "poll:1", 7),
)


@pytest.mark.parametrize(
    "change",
    [
        {"village_id": 2},
        {"number": 2},
        {"recorded_at": LINK.recorded_at + timedelta(microseconds=1)},
        {"actor_id": 8},
        {"actor_id": None},
        {"tag": "poll:closed"},
        {"subject": "poll:2"},
        {"facts": '{"number":4,"rev":1}'},
        {"facts": '{"number":3,"rev":1,"more":null}'},
        {"prev_hash": "1" * 64},
        {"salt": "5b" * 16},
        {"by": ""},
    ],
)
def test_changing_any_part_of_an_entry_changes_its_hash(change):
    assert SealedLink(**{**LINK.__dict__, **change}).digest() != LINK.digest()


def test_an_entry_can_be_recomputed_with_any_of_its_fields_open():
    for names in (frozenset(), frozenset(("tag",)), frozenset(LINK.fields())):
        shown = LINK.opened(names)
        again = {name: field_commitment(salt, name, value) for name, (salt, value) in shown["open"].items()}
        assert set(shown["open"]) == names
        assert body_digest({**again, **shown["sealed"]}) == LINK.body()


def test_the_salt_of_one_field_tells_nothing_of_another():
    shown = LINK.opened(frozenset(("tag", "facts.rev")))
    for name in shown["sealed"]:
        guesses = {field_commitment(salt, name, LINK.fields()[name]) for salt, _ in shown["open"].values()}
        assert shown["sealed"][name] not in guesses | {field_commitment(LINK.salt, name, LINK.fields()[name])}


def test_two_entries_that_say_the_same_look_different():
    other = SealedLink(**{**LINK.__dict__, "salt": audit_forms.new_salt()})
    assert not set(other.commitments().values()) & set(LINK.commitments().values())


def test_a_pseudonym_is_of_one_person_in_one_subject_of_one_village():
    mine = pseudonym("key", "poll:1", 7)
    assert mine == pseudonym("key", "poll:1", 7)
    others = {pseudonym("key", "poll:1", 8), pseudonym("key", "poll:2", 7), pseudonym("yek", "poll:1", 7)}
    assert mine not in others and len(others) == 3
    assert pseudonym("key", "poll:1", None) == ""


def test_an_entry_of_no_known_form_is_refused():
    with pytest.raises(ValueError, match="form"):
        link_of(3, "key", LINK)


def test_no_bundle_opens_an_actor_or_what_is_said_of_other_matters():
    for tag in Tag:
        for full in (True, False):
            for secret in (True, False):
                names = opened_fields(tag.value, full=full, secret=secret)
                assert not names & {"actor", "facts.numbers", "facts.persons", "facts.workers"}
                assert not names or tag.value.startswith(
                    ("poll:", "sheet:", "change:", "meeting:", "notice:", "ballot:", "late_marks:", "contest:")
                )
    assert "facts.present" not in opened_fields(
        "poll:ended", full=True, secret=False
    )  # roll numbers; of others a count
    assert not opened_fields("ballot:cast", full=True, secret=True)
    assert not opened_fields("ballot:cast", full=False, secret=False)
