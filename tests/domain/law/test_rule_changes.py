"""The charter as data: it asks for as much as the law or more, never for less, and two persons settle it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from consult.domain.form_errors import FormError
from consult.domain.law import bodies, compositions, rule_changes
from consult.domain.law.bodies import Share
from consult.domain.law.compositions import Member
from consult.domain.law.rule_changes import CharterRule
from consult.domain.people.roles import Role

TODAY = date(2026, 12, 1)


def body(code: str, province: str = "") -> bodies.Body:
    return bodies.find(code, province=province, on=TODAY)


def typed(code: str, province: str = "", **fields: str):
    form = {"source": "本村自治章程第十二条", "valid_from": "2026-12-01"} | fields
    return rule_changes.read_charter_form(form, body(code, province), today=TODAY)


@pytest.mark.parametrize("row", bodies.all_rows(), ids=lambda row: f"{row.code}{row.province}")
@pytest.mark.parametrize("chosen", sorted(rule_changes.SHARES))
def test_no_share_of_a_charter_is_below_the_law(row, chosen):
    share = rule_changes.SHARES[chosen]
    for part, law in (("quorum", row.quorum), ("majority", row.majority)):
        form = {part: chosen, "source": "章程第三条", "valid_from": "2026-12-01"}
        read, mistakes = rule_changes.read_charter_form(form, row, today=TODAY)
        if read is None:
            assert mistakes[part] in (FormError.BELOW_THE_LAW, FormError.NOT_OFFERED)
            continue
        after = rule_changes.applied(row, read[0])
        asked = after.quorum if part == "quorum" else after.majority
        for whole in range(1, 200):
            assert law is None or asked.needed(whole) >= law.needed(whole)
            assert asked.needed(whole) == share.needed(whole)


@pytest.mark.parametrize(
    ("code", "fields", "mistake"),
    [
        ("VRA", {"quorum": "half"}, {"quorum": FormError.BELOW_THE_LAW}),
        ("VRA", {"majority": "two_thirds"}, {"majority": FormError.NOT_OFFERED}),
        ("VA_house", {"notice_days": "9"}, {"notice_days": FormError.BELOW_THE_LAW}),
        ("VRA", {"notice_days": "-1"}, {"notice_days": FormError.NOT_A_NUMBER}),
        ("VRA", {"source": ""}, {"source": FormError.EMPTY}),
        ("VRA", {"valid_from": "2026-11-30"}, {"valid_from": FormError.DAY_PAST}),
        ("PARTY", {"quorum": "all"}, {"quorum": FormError.NOT_OFFERED}),
    ],
)
def test_what_a_charter_cannot_set_is_refused(code, fields, mistake):
    assert typed(code, **fields) == (None, mistake)


def test_the_charter_sets_the_quorum_that_the_law_leaves_to_it_and_is_cited():
    read, mistakes = typed("CRA", quorum="two_thirds", notice_days="5")
    assert read is not None and not mistakes
    after = rule_changes.applied(body("CRA"), read[0])
    assert after.quorum is not None and after.quorum.needed(30) == 20 and after.notice_days == 5
    assert after.source == "《农村集体经济组织法》第二十八条；章程；本村自治章程第十二条"


def test_where_the_law_became_stricter_than_the_charter_the_law_holds():
    old = CharterRule(
        quorum=Share(Fraction(1, 2)), majority=Share(Fraction(1, 2), strict=True), notice_days=2, source="章"
    )
    after = rule_changes.applied(body("CM"), old)
    assert (after.quorum, after.majority, after.notice_days) == (body("CM").quorum, body("CM").majority, 10)


def members(men: int, women: int, *, committee: int = 0) -> list[Member]:
    seat = frozenset({Role.REPRESENTATIVE})
    own = [Member(False, frozenset({Role.COMMITTEE_MEMBER})) for _ in range(committee)]
    return own + [Member(False, seat) for _ in range(men)] + [Member(True, seat) for _ in range(women)]


@pytest.mark.parametrize(
    ("code", "made_of", "wrong"),
    [
        ("VRA", members(16, 12, committee=7), []),
        ("VRA", members(16, 11, committee=7), ["representatives", "women_representatives"]),
        ("VRA", members(17, 12, committee=7), []),
        ("VC", members(2, 1), []),
        ("VC", members(3, 0), ["women"]),
        ("VC", members(1, 1), ["all"]),
        ("VC", members(7, 1), ["all"]),
        ("CRA", members(20, 1), []),
        ("CRA", members(19, 1), ["all"]),
        ("CRA", members(21, 0), ["women"]),
        ("BOARD", members(3, 0), []),
        ("BOARD", members(4, 0), ["all"]),
        ("BOARD", members(9, 0), ["all"]),
        ("CRA", [], []),
    ],
)
def test_how_a_body_is_made_up_is_held_against_the_law(code, made_of, wrong):
    found = compositions.warnings(code, made_of, on=TODAY)
    assert [one.rule.counts.value for one in found] == wrong


def test_before_its_day_no_composition_is_asked():
    assert compositions.warnings("VC", members(1, 0), on=date(2026, 1, 1) - timedelta(days=1)) == []
