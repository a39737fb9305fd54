"""Which body decides what, in which order, after which questions; who may make the committee call a meeting."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consult.domain.form_errors import FormError
from consult.domain.law import bodies, four_deliberations, matters, motion_checks
from consult.domain.law.four_deliberations import ORDER, DeliberationStage
from consult.domain.law.motion_checks import LawQuestion
from consult.domain.law.motions import Motion
from consult.domain.meetings import agendas, petitions, retention
from consult.domain.refusals import Reason, Refused

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def test_every_matter_names_bodies_that_there_are_and_a_source():
    for row in matters.all_rows():
        assert row.bodies and set(row.bodies) <= set(bodies.codes()), row.code
        assert row.authorised <= set(row.bodies), row.code
        assert row.source, row.code


@pytest.mark.parametrize(
    ("matter", "body", "authorisation", "reason"),
    [
        ("public_works", "VA_house", "", None),
        ("public_works", "VRA", "", Reason.NEEDS_AUTHORISATION),
        ("public_works", "VRA", "2026年3月1日村民会议授权", None),
        ("public_works", "COUNCIL", "", None),  # it only talks: it may always be called
        ("public_works", "VG_house", "", Reason.OTHER_BODY_DECIDES),
        ("village_rules", "VRA", "授权", Reason.OTHER_BODY_DECIDES),  # not one of the five that can be handed on
        ("land_and_shares", "CRA", "", Reason.OTHER_BODY_DECIDES),
        ("collective_budget", "CRA", "", None),
        ("contracting_plan", "CM", "", None),
        ("contracting_plan", "VRA", "授权", Reason.OTHER_BODY_DECIDES),  # the stricter law
        ("group_matter", "VG_people", "", None),
        ("nonmember_rights", "CM", "", Reason.OTHER_BODY_DECIDES),
    ],
)
def test_each_matter_goes_to_its_body(matter, body, authorisation, reason):
    assert matters.why_not_body(matters.find(matter), body, authorisation=authorisation) is reason


def test_where_laws_differ_the_app_says_what_the_other_one_asks():
    assert {row.code for row in matters.all_rows() if row.differs} == {
        "contracting_plan",
        "land_to_outsiders",
        "forest_land",
    }


def test_the_party_organisation_studies_before_the_village_decides_and_not_before_a_preparing_body():
    assert matters.needs_study(matters.find("public_works"), "VA_house")
    assert not matters.needs_study(matters.find("public_works"), "PARTY")
    assert not matters.needs_study(matters.find("group_matter"), "VG_house")


def test_the_four_deliberations_and_two_disclosures_come_in_their_order():
    done: list[DeliberationStage] = []
    for step in ORDER:
        assert four_deliberations.why_not_step(step, done, exception="") is None
        assert four_deliberations.next_step(done) is step
        done.append(step)
    assert four_deliberations.next_step(done) is None


def test_a_step_out_of_its_order_needs_a_written_exception():
    step = DeliberationStage.PARTY_REVIEWS
    assert (
        four_deliberations.why_not_step(step, {DeliberationStage.PARTY_PROPOSES}, exception="")
        is Reason.STEP_OUT_OF_ORDER
    )
    assert four_deliberations.why_not_step(step, {DeliberationStage.PARTY_PROPOSES}, exception="汛期，先修后补") is None
    assert four_deliberations.missing_before(step, {DeliberationStage.PARTY_PROPOSES}) == [
        DeliberationStage.COMMITTEES_DISCUSS
    ]


@pytest.mark.parametrize(
    ("body", "step"),
    [
        ("PARTY", DeliberationStage.PARTY_REVIEWS),
        ("TWO_COMMITTEES", DeliberationStage.COMMITTEES_DISCUSS),
        ("VRA", DeliberationStage.VILLAGERS_RESOLVE),
        ("VG_house", DeliberationStage.VILLAGERS_RESOLVE),
        ("COUNCIL", None),
    ],
)
def test_a_meeting_is_the_step_of_its_body(body, step):
    assert four_deliberations.step_of_body(body) is step


def record(**changes: str):
    usual = {
        "step": "party_proposes",
        "held_on": "2026-11-01",
        "place": "党群服务中心",
        "words": "同意提议",
        "expected": "9",
        "present": "8",
        "support": "8",
        "oppose": "0",
        "abstain": "0",
    }
    return four_deliberations.read_stage_form(usual | changes, today=TODAY)


def test_a_step_on_paper_is_written_down_with_its_counts():
    found, mistakes = record()
    assert not mistakes and found is not None and (found.expected, found.present, found.support) == (9, 8, 8)


@pytest.mark.parametrize(
    ("field", "typed", "mistake"),
    [
        ("step", "villagers_resolve", FormError.NOT_OFFERED),  # only a vote gives it
        ("held_on", "2026-11-21", FormError.DAY_TO_COME),
        ("held_on", "昨天", FormError.NOT_A_DAY),
        ("present", "10", FormError.MORE_THAN_EXPECTED),
        ("support", "9", FormError.MORE_THAN_PRESENT),
        ("oppose", "一", FormError.NOT_A_COUNT),
        ("words", "", FormError.EMPTY),
    ],
)
def test_counts_that_cannot_be_are_refused(field, typed, mistake):
    found, mistakes = record(**{field: typed})
    assert found is None and mistakes == {field: mistake}


@pytest.mark.parametrize(
    ("step", "figures", "passes"),
    [
        ("party_proposes", {"support": "0", "oppose": "5", "expected": "5", "present": "5"}, False),
        ("party_proposes", {"support": "5", "expected": "9", "present": "8"}, True),
        ("party_proposes", {"support": "4", "expected": "9", "present": "8"}, False),
        ("committees_discuss", {"expected": "7", "present": "1", "support": "1"}, False),
        ("party_reviews", {"expected": "30", "present": "20", "support": "11"}, False),
        ("party_reviews", {"expected": "30", "present": "20", "support": "16"}, True),
        ("party_reviews", {"expected": "30", "present": "19", "support": "19"}, False),
    ],
)
def test_a_step_on_paper_passes_by_the_rule_of_its_body(step, figures, passes):
    found, mistakes = record(step=step, exception="先议", **figures)
    assert (found is not None) is passes and ("support" in mistakes) is not passes


def ticked(**changes: str):
    return motion_checks.read_check_form({q.value: "yes" for q in LawQuestion} | changes)


def test_a_motion_that_cuts_a_womans_rights_is_not_put_to_the_vote():
    found, _ = ticked(women="no", note="外嫁女不分红")
    assert found is not None and motion_checks.why_not(found.answers) is Reason.MOTION_UNLAWFUL


def test_a_motion_that_nobody_checked_is_not_put_to_the_vote():
    assert motion_checks.why_not(None) is Reason.MOTION_UNCHECKED


def test_a_doubt_is_noted_and_does_not_stop_a_motion():
    found, mistakes = ticked(money="unsure", note="等镇里答复")
    assert not mistakes and found is not None and found.doubts == [LawQuestion.MONEY]
    assert motion_checks.why_not(found.answers) is None


def test_a_doubt_without_a_note_is_refused():
    assert ticked(money="unsure")[1] == {"note": FormError.EMPTY}


def test_a_question_left_open_is_refused():
    assert ticked(lawful="")[1] == {"lawful": FormError.NOT_OFFERED, "note": FormError.EMPTY}


def test_every_question_has_its_article():
    assert set(motion_checks.sources()) == set(LawQuestion) and all(motion_checks.sources().values())


def rule_of(kind: str) -> petitions.PetitionRule:
    rule = petitions.rule_on(petitions.PetitionKind(kind), date(2026, 12, 1))
    assert rule is not None
    return rule


@pytest.mark.parametrize("kind", list(petitions.PetitionKind))
def test_nobody_petitions_by_a_law_before_it_holds_or_after_it_has_ended(kind):
    rule = rule_of(kind)
    assert petitions.rule_on(kind, rule.valid_from - DAY) is None
    ended = replace(rule, valid_until=date(2027, 6, 30))
    assert ended.holds_on(date(2027, 6, 30)) and not ended.holds_on(date(2027, 7, 1))


@pytest.mark.parametrize("matter", matters.all_rows(), ids=lambda one: one.code)
def test_a_kind_of_matter_is_offered_on_the_days_on_which_it_holds(matter):
    assert matter in matters.offered(matter.valid_from) and matter not in matters.offered(matter.valid_from - DAY)
    ended = replace(matter, valid_until=date(2027, 6, 30))
    assert ended.holds_on(date(2027, 6, 30)) and not ended.holds_on(date(2027, 7, 1))


def test_no_vote_is_held_on_a_kind_of_matter_that_does_not_hold_on_its_day():
    found = matters.find("consultation")
    motion = Motion(matter_code=found.code)
    with pytest.raises(Refused) as refused:
        motion.refuse_unless_ripe("修路", "VA_people", None, authorisation="", on=found.valid_from - DAY)
    assert refused.value.reason is Reason.MATTER_NOT_IN_FORCE


@pytest.mark.parametrize(
    ("kind", "of", "needed"),
    [
        ("assembly_by_villagers", 1000, 100),
        ("assembly_by_villagers", 1001, 101),
        ("assembly_by_villagers", 8, 1),
        ("assembly_by_representatives", 43, 15),
        ("assembly_by_representatives", 42, 14),
        ("representatives", 43, 9),
    ],
)
def test_a_tenth_of_the_villagers_or_a_third_or_a_fifth_of_the_representatives_is_enough(kind, of, needed):
    assert rule_of(kind).share.needed(of) == needed


def test_a_petition_obliges_to_call_the_body_it_names():
    assert rule_of("representatives").bodies == ("VRA",)
    assert set(rule_of("assembly_by_villagers").bodies) == {"VA_people", "VA_house"}


def test_every_body_has_a_retention_and_assemblies_are_kept_for_good():
    for code in bodies.codes():
        assert retention.of_body(code)
    assert retention.of_body("VRA") is retention.Retention.PERMANENT
    assert retention.of_body("COUNCIL") is retention.Retention.TEN_YEARS


def test_after_the_call_a_further_item_says_why():
    form = {"title": "临时修桥", "kind": "discussion"}
    assert agendas.read_item_form(form, proposals=set(), called=True)[1] == {"reason": FormError.EMPTY}
    assert agendas.read_item_form(form, proposals=set(), called=False)[1] == {}


def test_a_motion_is_about_a_proposal_or_says_in_words_what_is_proposed():
    form = {"title": "修桥", "kind": "motion"}
    assert agendas.read_item_form(form, proposals={5}, called=False)[1] == {"summary": FormError.EMPTY}
    assert agendas.read_item_form(form | {"consultation_id": "5"}, proposals={5}, called=False)[1] == {}
    assert agendas.read_item_form(form | {"consultation_id": "6"}, proposals={5}, called=False)[1] == {
        "consultation_id": FormError.NOT_OFFERED
    }


MOTION = {"title": "修上圳", "kind": "motion", "summary": "三处。", "matter": "public_works", "secrecy": "named"}


def test_what_the_form_of_an_item_leaves_empty_is_none_and_stays_as_it_is_on_record():
    plan, mistakes = agendas.read_item_form(MOTION | {"matter": ""}, proposals=set(), called=False, groups=[])
    assert mistakes == {} and plan.motion == agendas.MotionPlan()


def test_who_may_only_put_items_on_the_agenda_says_nothing_of_matter_check_vote_or_exception():
    form = MOTION | {"question": "修吗？", "authorisation": "授权", "short_notice": "急", "power": "yes"}
    plan, mistakes = agendas.read_item_form(form, proposals=set(), called=False)
    assert mistakes == {} and plan.motion is None and plan.authorisation == plan.short_notice == ""


def test_half_a_check_and_a_vote_without_a_method_are_mistakes_of_their_fields():
    form = MOTION | {"power": "yes", "question": "修吗？", "method": "ballot-box"}
    plan, mistakes = agendas.read_item_form(form, proposals=set(), called=False, groups=[])
    assert plan is None and set(mistakes) == {"lawful", "rights", "women", "money", "note", "method"}


def test_a_groups_matter_says_whose_on_the_form_of_the_item_too():
    form = MOTION | {"matter": "group_matter"}
    assert agendas.read_item_form(form, proposals=set(), called=False, groups=[3])[1] == {
        "whose": FormError.NOT_OFFERED
    }
    plan, _ = agendas.read_item_form(form | {"whose": "3"}, proposals=set(), called=False, groups=[3])
    assert (plan.motion.matter, plan.motion.group_id) == ("group_matter", 3)


def test_an_urgent_reason_belongs_to_what_is_added_after_the_call_alone():
    form = MOTION | {"short_notice": "桥断了", "reason": "昨晚"}
    before, _ = agendas.read_item_form(form, proposals=set(), called=False, groups=[])
    after, _ = agendas.read_item_form(form, proposals=set(), called=True, groups=[])
    assert (before.short_notice, after.short_notice) == ("", "桥断了")


def test_items_that_are_only_heard_stand_one_on_each_line():
    mistakes: dict[str, FormError] = {}
    assert agendas.read_titles({"reports": "收支账\n\n  工程  进度 "}, mistakes) == ["收支账", "工程 进度"]
    assert mistakes == {}
    agendas.read_titles({"reports": "很" * 61}, mistakes)
    assert mistakes == {"reports": FormError.LINES_TOO_LONG}
