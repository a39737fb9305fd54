"""Who a file that was taken out concerns."""

import pytest

from consult.domain import readings
from consult.domain.readings import Whereabouts

ME = Whereabouts(person_id=7, group_id=3, meetings=frozenset({11}), polls=frozenset({21}))


@pytest.mark.parametrize(
    ("kind", "of", "taken_by", "mine"),
    [
        ("rolls.export", "", 1, True),
        ("cli.roll_export", "", None, True),
        ("cli.plain_backup", "", None, True),
        ("cli.sealed_backup", "", None, False),
        ("prints.sign_in_sheet", "meeting:11", 1, True),
        ("prints.sign_in_sheet", "meeting:12", 1, False),
        ("prints.minutes_file", "meeting:11", 1, True),
        ("archives.meeting", "meeting:12", 1, False),
        ("bundles.full_bundle", "poll:21", 1, True),
        ("cli.full_bundle", "poll:22", None, False),
        ("prints.household_cards", "group:3", 1, True),
        ("prints.household_cards", "group:4", 1, False),
        ("own_data.export", "", 7, True),
        ("own_data.export", "", 8, False),
        ("case_papers.volume", "", 1, False),
    ],
)
def test_a_file_concerns_those_who_are_in_it(kind, of, taken_by, mine):
    assert readings.concerns(kind, of, taken_by, ME) is mine


def test_an_entry_of_an_earlier_version_that_names_no_meeting_concerns_everybody():
    assert readings.concerns("prints.sign_in_sheet", "", 1, ME)


def test_a_kind_that_is_not_known_any_more_concerns_everybody():
    assert readings.concerns("rolls.old_export", "", 1, ME)
