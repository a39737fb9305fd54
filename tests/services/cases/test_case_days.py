"""Days of a case at their edges: midnight in the village and in UTC, the end of a year, 29 February."""

from datetime import UTC, datetime

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.refusals import Reason
from consult.services.cases import filing, membership
from consult.services.cases.filing import Application
from tests.cases import WORDS, a_case, act, opened, refused, row_of


def filed_at(cast, instant: datetime, key: str) -> str:
    sides: list[Side] = [
        membership.party_of(cast.ah_fong.row(), CaseRole.APPLICANT),
        membership.party_of(cast.old_chan.row(), CaseRole.RESPONDENT),
    ]
    told = Application(topic="neighbours", source=Source.APPLICATION, sides=sides, words=WORDS, way="come", phone="")
    return filing.file_for(told, cast.aunt_leung.act(key=key, now=instant)).address


@pytest.mark.both_databases
def test_a_case_has_the_year_and_the_day_of_the_village_and_not_of_utc(inside):
    before = filed_at(inside, datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "old")
    after = filed_at(inside, datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "new")
    found = [row_of(inside, one) for one in (before, after)]
    assert [(row.year, row.number) for row in found] == [(2026, 1), (2027, 1)]
    days = [opened(inside, inside.aunt_leung, one).entries[0].on.isoformat() for one in (before, after)]
    assert days == ["2026-12-31", "2027-01-01"]
    assert [row.due_on.isoformat() for row in found] == ["2027-01-04", "2027-01-04"], (
        "three days, and a Sunday moves it"
    )


@pytest.mark.both_databases
def test_thirty_days_may_end_on_the_29th_of_february(inside):
    address = a_case(inside, CaseState.APPLIED)
    told = {"title": "水", "kind": "neighbours", "tag": "irrigation", "rights_told": True}
    now = datetime(2028, 1, 30, 16, 30, tzinfo=UTC)
    act(inside, address, inside.aunt_leung, CaseAct.ACCEPT, told, at=now)
    assert row_of(inside, address).due_on.isoformat() == "2028-03-01", "the 31st in the village"
    again = a_case(inside, CaseState.APPLIED, key="again")
    act(inside, again, inside.aunt_leung, CaseAct.ACCEPT, {**told, "on": "2028-01-30"}, at=now, key="late")
    assert row_of(inside, again).due_on.isoformat() == "2028-02-29", "it was taken on the 30th, and entered later"
    early = {**told, "on": "2026-01-04"}
    third = a_case(inside, CaseState.APPLIED, key="third")
    assert refused(inside, third, inside.aunt_leung, CaseAct.ACCEPT, **early) is Reason.CASE_BEFORE_STEP
