"""A group's land goes to that group's collective organisation: its directors call, its members decide, two thirds of all."""

from datetime import date, timedelta

import pytest

from consult import clock
from consult.domain.law import vote_gates, voting_rolls
from consult.domain.law.rule_changes import VoterFacts
from consult.domain.law.vote_gates import Exceptions
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.polls.polls import Outcome
from consult.domain.refusals import Reason
from consult.models import Consultation, Group, MeetingRollEntry, Person, RollEntry, db
from consult.services.law import four_deliberations, rule_changes
from consult.services.meetings import meetings
from consult.services.people import villages
from consult.services.polls import polls
from tests.bundle_cases import check, files_of
from tests.hours import today
from tests.meetings import (
    a_formal_poll,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    count_hands,
    declare,
    end_vote,
    meeting,
    open_it,
    poll,
    refused,
    ripe,
    seat,
    studied,
)
from tests.rights import SINCE, give
from tests.village import Cast, Who, a_consultation, formal_by_phone

pytestmark = pytest.mark.both_databases


def settle(cast: Cast, wanted: rule_changes.WantedRule, *, key: str) -> int:
    """The clerk asks, the supervisor confirms."""
    change = rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key=key))
    rule_changes.confirm(change.id, "supervisor", cast.uncle_ho.act())
    return change.id


def organised(cast: Cast) -> None:
    """The upper group's collective organisation is noted, with Ah Fong as one of its directors."""
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证第3号", on=today())
    settle(cast, wanted, key="collective")
    give(cast, cast.ah_fong, Role.COLLECTIVE_DIRECTOR, Term(SINCE, group_id=cast.upper_group))


def a_motion(cast: Cast, *, matter: str = "land_compensation", group: int | None, key: str = "land") -> int:
    """A proposal, its kind and owner said, studied and checked."""
    consultation = a_consultation(cast, key=key)
    ripe(cast, consultation, matter, group_id=group)
    studied(cast, consultation)
    return consultation


def a_draft_on(cast: Cast, consultation: int, body: str, group: int | None, *, key: str) -> int:
    meeting_id = a_meeting_draft(cast, body=body, group_id=group, key=key)
    an_item(cast, meeting_id, consultation_id=consultation)
    return meeting_id


def called(cast: Cast, meeting_id: int, by: Who) -> None:
    """Called eleven full days before."""
    meetings.call(meeting(meeting_id), Exceptions(), by.act(now=clock.now() - timedelta(days=12)))


def seats(cast: Cast, body: str, group: int | None) -> set[int]:
    """Who would be called."""
    village = cast.row()
    rule = rule_changes.body_in_force(village, body, group, on=today())
    there = polls.villagers(village, on=today())
    return {u.person_id for u in voting_rolls.freeze(there, rule, group_id=group, on=today())}


def test_the_land_of_a_group_is_decided_by_its_collective_from_matter_to_bundle(inside, tmp_path):
    cast = inside
    organised(cast)
    consultation = a_motion(cast, group=cast.upper_group)
    meeting_id = a_meeting_draft(cast, body="CM", group_id=cast.upper_group, key="cm")
    item = an_item(cast, meeting_id, consultation_id=consultation)
    poll_id = a_vote(cast, item, key="cm-vote")
    called(cast, meeting_id, cast.ah_fong)
    four = {cast.ah_fong.id, cast.ah_kwok.id, cast.old_chan.id, cast.ah_keung.id}
    assert {e.person_id for e in db.session.query(MeetingRollEntry).filter_by(meeting_id=meeting_id)} == four
    seat(cast, meeting_id, cast.ah_fong, cast.ah_kwok, cast.old_chan, cast.ah_keung)
    open_it(cast, meeting_id)
    begin_vote(cast, meeting_id, poll_id)
    end_vote(cast, meeting_id, poll_id)
    count_hands(cast, poll_id, 3, 1, 0)
    declare(cast, poll_id)
    row = poll(poll_id)
    assert row.frozen["group"] == cast.upper_group and row.frozen["rule"]["base"] == "all"
    assert row.frozen["rule"]["source"].startswith("《农村集体经济组织法》第二十六条")
    assert row.declaration.outcome is Outcome.CARRIED
    assert db.session.query(RollEntry).filter_by(poll_id=poll_id).count() == 4
    for full in (False, True):
        folder = tmp_path / str(full)
        folder.mkdir()
        code, failed, said = check(files_of(poll_id, full=full), folder)
        assert code == 0 and not failed, said


@pytest.mark.parametrize(
    ("body", "group", "owner", "reason"),
    [
        ("CM", None, "upper", Reason.OTHER_ORGANISATION_DECIDES),
        ("CM", "lower", "upper", Reason.OTHER_ORGANISATION_DECIDES),
        ("CM", "upper", None, Reason.OTHER_ORGANISATION_DECIDES),
        ("VG_people", "upper", "upper", Reason.OTHER_BODY_DECIDES),
        ("VRA", None, None, Reason.OTHER_BODY_DECIDES),
    ],
)
def test_no_other_body_decides_on_a_groups_land(inside, body, group, owner, reason):
    cast = inside
    organised(cast)
    groups = {"upper": cast.upper_group, "lower": cast.lower_group, None: None}
    consultation = a_motion(cast, group=groups[owner])
    meeting_id = a_draft_on(cast, consultation, body, groups[group], key="other")
    assert refused(lambda: called(cast, meeting_id, cast.old_chan)) is reason


def test_the_directors_of_the_groups_collective_call_it_and_others_do_not(inside):
    cast = inside
    on = today()
    rule = rule_changes.body_in_force(cast.row(), "CM", cast.upper_group, on=on)

    def convenes(who: Who, group: int | None) -> bool:
        held = villages.offices_of(who.row(), on=on)
        there = villages.has_collective(cast.id, group)
        return vote_gates.why_not_convener(rule, group, held=held, has_collective=there) is None

    assert convenes(cast.ah_keung, cast.upper_group) and convenes(cast.old_chan, cast.upper_group)
    assert not convenes(cast.ah_keung, cast.lower_group)
    organised(cast)
    assert convenes(cast.ah_fong, cast.upper_group)
    assert not convenes(cast.ah_fong, None) and not convenes(cast.ah_fong, cast.lower_group)
    assert not convenes(cast.ah_keung, cast.upper_group) and not convenes(cast.old_chan, cast.upper_group)
    assert not convenes(cast.old_chan, None)  # the village has a collective organisation too


def test_where_no_collective_is_the_groups_members_decide_by_the_collectives_rule(inside):
    cast = inside
    assert seats(cast, "CM", cast.lower_group) == {
        cast.aunt_leung.id,
        cast.uncle_ho.id,
        cast.ms_yip.id,
        cast.sister_chow.id,
    }
    assert refused(lambda: a_meeting_draft(cast, body="CRA", group_id=cast.lower_group)) is Reason.NO_COLLECTIVE


def test_representatives_and_directors_are_those_of_the_organisation_whose_vote_it_is(inside):
    cast = inside
    organised(cast)
    give(cast, cast.aunt_leung, Role.COLLECTIVE_DIRECTOR)
    assert seats(cast, "BOARD", cast.upper_group) == {cast.ah_fong.id}
    assert seats(cast, "BOARD", None) == {cast.aunt_leung.id}


def test_a_member_of_another_groups_collective_votes_there_and_not_where_the_house_stands(inside):
    cast = inside
    organised(cast)
    facts = VoterFacts(cast.upper_group, lives_by_own_labour=False, lacks_capacity=False)
    wanted = rule_changes.wanted_voter(cast.aunt_leung.id, facts, "成员名册第12页", on=today())
    settle(cast, wanted, key="aunt")
    assert cast.aunt_leung.id in seats(cast, "CM", cast.upper_group)
    assert cast.aunt_leung.id not in seats(cast, "CM", cast.lower_group)


def test_sixteen_by_own_labour_votes_in_the_collective_and_who_lacks_capacity_does_not(inside):
    cast = inside
    young = db.session.get_one(Person, cast.siu_ming.id)
    young.born = date(clock.now().year - 17, 1, 1)
    db.session.commit()
    assert cast.siu_ming.id not in seats(cast, "CM", None)
    settle(
        cast, rule_changes.wanted_voter(young.id, VoterFacts(None, True, False), "劳动合同", on=today()), key="young"
    )
    assert cast.siu_ming.id in seats(cast, "CM", None)
    assert cast.siu_ming.id not in seats(cast, "VA_people", None)  # VCL 25: villagers of 18
    wanted = rule_changes.wanted_voter(cast.ah_kwok.id, VoterFacts(None, False, True), "法院判决", on=today())
    settle(cast, wanted, key="kwok")
    assert cast.ah_kwok.id not in seats(cast, "CM", None)
    assert cast.ah_kwok.id in seats(cast, "VA_people", None)


def test_a_township_is_a_collective_organisation_and_has_no_other_body(inside):
    cast = inside
    village = cast.row()
    village.is_township = True
    db.session.commit()
    assert refused(lambda: a_meeting_draft(cast, body="VRA", key="vra")) is Reason.NOT_OF_A_TOWNSHIP
    assert a_meeting_draft(cast, body="CM", key="cm")
    formal_by_phone(cast, "VA_people")
    poll_id = a_formal_poll(cast, body="VA_people", key="p")
    assert refused(lambda: polls.announce(poll(poll_id), cast.old_chan.act())) is Reason.NOT_OF_A_TOWNSHIP


@pytest.mark.parametrize(
    ("second", "office", "reason"),
    [
        ("ms_yip", "clerk", Reason.SAME_PERSON),
        ("sister_chow", "council_member", Reason.NO_SUCH_OFFICE),
        ("old_chan", "clerk", Reason.SAME_OFFICE),
    ],
)
def test_one_person_settles_no_rule(inside, second, office, reason):
    cast = inside
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证", on=today())
    change = rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key="one")).id
    who: Who = getattr(cast, second)
    assert refused(lambda: rule_changes.confirm(change, office, who.act())) is reason
    assert db.session.get_one(Group, cast.upper_group).collective == ""


def test_a_wish_that_nobody_confirmed_in_time_is_confirmed_and_shown_no_more(inside):
    cast = inside
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证", on=today())
    change = rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key="one")).id
    late = clock.now() + numbers().lapse
    assert [one.id for one in rule_changes.waiting(cast.id, now=clock.now())] == [change]
    assert not rule_changes.waiting(cast.id, now=late)
    assert (
        refused(lambda: rule_changes.confirm(change, "supervisor", cast.uncle_ho.act(now=late)))
        is Reason.REQUEST_LAPSED
    )


def test_two_officers_of_one_house_settle_no_rule(inside):
    cast = inside
    cast.uncle_ho.row().household_id = cast.ms_yip.household_id
    db.session.commit()
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证", on=today())
    change = rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key="one")).id
    assert refused(lambda: rule_changes.confirm(change, "supervisor", cast.uncle_ho.act())) is Reason.SAME_HOUSE


def test_nobody_asks_or_confirms_for_themselves(inside):
    cast = inside
    wanted = rule_changes.wanted_voter(cast.ms_yip.id, VoterFacts(cast.lower_group, False, False), "名册", on=today())
    assert refused(lambda: rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key="self"))) is Reason.OWN_RIGHT
    change = rule_changes.ask(wanted, "supervisor", cast.uncle_ho.act(key="other")).id
    assert refused(lambda: rule_changes.confirm(change, "clerk", cast.ms_yip.act())) is Reason.OWN_RIGHT


def test_the_kind_of_matter_stays_once_it_is_put_to_a_vote_that_decides(inside):
    cast = inside
    organised(cast)
    formal_by_phone(cast, "VRA")
    give(cast, cast.sister_chow, Role.REPRESENTATIVE)
    poll_id = a_formal_poll(cast, body="VRA", matter="committee_appraisal", key="appraisal")
    polls.announce(poll(poll_id), cast.old_chan.act())
    consultation = db.session.get_one(Consultation, poll(poll_id).consultation_id)
    act = cast.old_chan.act()
    assert refused(lambda: four_deliberations.choose_matter(consultation, "consultation", act)) is Reason.MATTER_DECIDED


def test_what_is_only_talked_over_gets_no_vote_that_decides(inside):
    cast = inside
    formal_by_phone(cast, "VRA")
    give(cast, cast.sister_chow, Role.REPRESENTATIVE)
    poll_id = a_formal_poll(cast, body="VRA", matter="consultation", key="talk")
    assert refused(lambda: polls.announce(poll(poll_id), cast.old_chan.act())) is Reason.ONLY_TALKED_OVER
    meeting_id = a_meeting_draft(cast, body="VRA", key="vra")
    item = an_item(cast, meeting_id, consultation_id=a_motion(cast, matter="consultation", group=None, key="m"))
    assert poll(a_vote(cast, item)).standing.value == "advisory"
