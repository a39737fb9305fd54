"""Who may do what waits: the offices of the table, another person, another office, another house."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consult.domain.people import waiting as rules
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import OF_OWN_HOUSE, OF_TWO_OFFICES, TWO_PERSONS, WHO, Officer, Pending, Wait

NOW = datetime(2026, 7, 13, 9, tzinfo=UTC)
ASKED = Asked(1, "committee_member", NOW)
ANOTHER = Officer(2, 20, frozenset({Role.SUPERVISOR}))


def pending(**changes) -> Pending:
    return Pending(**({"kind": Wait.POLL_CHANGE, "asked": ASKED, "asker_house": 10} | changes))


def test_every_kind_has_offices_and_what_takes_two_offices_takes_two_persons():
    assert set(WHO) == set(Wait) and all(WHO.values()) and OF_TWO_OFFICES <= TWO_PERSONS


def test_another_person_of_another_office_and_house_may():
    assert rules.may_do(pending(), ANOTHER, now=NOW)


@pytest.mark.parametrize(
    ("officer", "waits"),
    [
        (Officer(1, 20, frozenset({Role.SUPERVISOR})), pending()),
        (Officer(2, 10, frozenset({Role.SUPERVISOR})), pending()),
        (Officer(2, 20, frozenset({Role.COMMITTEE_MEMBER})), pending()),
        (Officer(2, 20, frozenset({Role.MEDIATOR})), pending()),
        (Officer(2, 20, frozenset()), pending()),
        (ANOTHER, pending(about=2)),
        (ANOTHER, pending(homes=frozenset({20}))),
        (ANOTHER, pending(asked=Asked(1, "committee_member", NOW - numbers().lapse))),
    ],
)
def test_the_asker_the_house_the_office_the_person_concerned_and_who_comes_late_may_not(officer, waits):
    assert not rules.may_do(waits, officer, now=NOW)


def test_who_signs_in_by_the_number_of_the_asker_is_of_one_house_and_confirms_nothing_that_takes_two_offices():
    of_the_asker = Officer(2, 20, frozenset({Role.SUPERVISOR}), frozenset({1}))
    of_another = Officer(2, 20, frozenset({Role.SUPERVISOR}), frozenset({3}))
    for kind in sorted(OF_TWO_OFFICES):
        asked = Asked(1, next(office.value for office in sorted(WHO[kind]) if office is not Role.SUPERVISOR), NOW)
        waits, held = pending(kind=kind, asked=asked), WHO[kind] - {Role(asked.office)}
        assert rules.may_do(waits, replace(of_another, held=held), now=NOW), kind
        assert not rules.may_do(waits, replace(of_the_asker, held=held), now=NOW), kind


@pytest.mark.parametrize("kind", sorted(OF_OWN_HOUSE))
@pytest.mark.parametrize("concerned", [{"about": 4}, {"people": frozenset({4})}])
def test_an_act_on_the_vote_of_who_signs_in_by_the_same_number_waits_for_others(kind, concerned):
    asked = Asked(1, sorted(WHO[kind])[0].value, NOW)
    waits = pending(kind=kind, asked=asked, **concerned)
    held = WHO[kind]
    assert rules.may_do(waits, Officer(2, 20, held), now=NOW)
    assert not rules.may_do(waits, Officer(2, 20, held, frozenset({4})), now=NOW)
    assert not rules.may_do(waits, Officer(2, None, held, frozenset({4})), now=NOW), "they stand on no roll"


def test_a_shared_number_keeps_nobody_from_what_concerns_another():
    shares = Officer(2, 20, frozenset({Role.SUPERVISOR}), frozenset({9}))
    assert rules.may_do(pending(), shares, now=NOW)
    assert rules.may_do(pending(kind=Wait.OVERDUE, asked=None), shares, now=NOW)


def test_a_second_office_counts():
    both = Officer(2, 20, frozenset({Role.COMMITTEE_MEMBER, Role.SUPERVISOR}))
    assert rules.may_do(pending(), both, now=NOW)


def test_of_the_clock_the_house_does_not_count_and_the_office_does():
    waits = pending(kind=Wait.CLOCK)
    assert rules.may_do(waits, Officer(2, 10, frozenset({Role.CLERK})), now=NOW)
    assert not rules.may_do(waits, Officer(2, 20, frozenset({Role.COMMITTEE_MEMBER})), now=NOW)


def test_what_holds_others_up_and_has_a_day_comes_first():
    today = date(2026, 7, 13)
    later = today + timedelta(days=9)
    order = [(Wait.RIGHT, later), (Wait.SHEET, None), (Wait.ANSWER, today), (Wait.OBJECTION, None)]
    keys = [rules.urgency(kind, due, today=today) for kind, due in order]
    assert keys == sorted(keys)
