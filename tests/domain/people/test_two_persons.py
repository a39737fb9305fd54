"""The second half of an act of two persons."""

from datetime import UTC, datetime, timedelta

import pytest

from consult.domain.people import right_changes
from consult.domain.people.roles import SETTLES_RIGHTS, Role
from consult.domain.people.two_persons import Asked, Second, different_offices, why_not_second
from consult.domain.refusals import Reason

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
HELD = {Role.SUPERVISOR, Role.CLERK}


@pytest.mark.parametrize(
    ("by", "office", "still", "reason"),
    [
        (2, "supervisor", {Role.CLERK}, None),
        (1, "supervisor", {Role.CLERK}, Reason.SAME_PERSON),
        (2, "clerk", {Role.CLERK}, Reason.SAME_OFFICE),
        (2, "council_member", {Role.CLERK}, Reason.NO_SUCH_OFFICE),
        (2, "supervisor", set(), Reason.ASKER_LEFT_OFFICE),
    ],
)
def test_it_takes_another_person_of_another_office_and_the_asker_still_in_office(by, office, still, reason):
    second = Second(by, office, HELD, SETTLES_RIGHTS)
    assert why_not_second(Asked(1, "clerk", AT), still, second, now=AT) is reason


def test_two_of_one_house_are_not_two():
    second = Second(2, "supervisor", HELD, SETTLES_RIGHTS, of_one_house=True)
    assert why_not_second(Asked(1, "clerk", AT), {Role.CLERK}, second, now=AT) is Reason.SAME_HOUSE


def test_a_request_lapses_when_nobody_confirms_it_in_time():
    second, lapse = Second(2, "supervisor", HELD, SETTLES_RIGHTS), right_changes.numbers().lapse
    before = AT + lapse - timedelta(seconds=1)
    assert why_not_second(Asked(1, "clerk", AT), {Role.CLERK}, second, now=before) is None
    assert why_not_second(Asked(1, "clerk", AT), {Role.CLERK}, second, now=AT + lapse) is Reason.REQUEST_LAPSED


@pytest.mark.parametrize(
    ("held", "chosen"),
    [
        ([{Role.CLERK}, {Role.SUPERVISOR}], [Role.CLERK, Role.SUPERVISOR]),
        ([{Role.CLERK, Role.SUPERVISOR}, {Role.CLERK}], [Role.SUPERVISOR, Role.CLERK]),
        ([{Role.CLERK}, {Role.CLERK, Role.SUPERVISOR}], [Role.CLERK, Role.SUPERVISOR]),
        ([{Role.CLERK}, {Role.CLERK}], None),
        ([{Role.CLERK}, {Role.MEDIATOR}], None),
        ([{Role.CLERK}, set()], None),
    ],
)
def test_somebody_with_two_offices_leaves_the_other_person_theirs(held, chosen):
    assert different_offices(held, SETTLES_RIGHTS) == chosen
