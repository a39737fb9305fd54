"""How a mediation case ends: the court, the offices above, the papers of its volume. And who may join, and who is close."""

from datetime import UTC, date, datetime

import pytest

from consult.domain.cases import act_checks, papers, rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.choices import choices, grounds, may_be_confirmed, topics
from consult.domain.cases.facts import fold
from consult.domain.cases.papers import IF_ANY, Paper
from consult.domain.cases.situation import ActEntry, Agreement, CaseActor, Party, PlannedAct, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

TODAY = date(2026, 8, 20)
SIDES = (Party(1, CaseRole.APPLICANT, "甲", 11), Party(2, CaseRole.RESPONDENT, "乙", 12))
ROW = Obligation(1, 2, "赔", 50_000, date(2026, 9, 1))
IN_EFFECT = Agreement(True, date(2026, 8, 11), "", "", (ROW,), effective_on=date(2026, 8, 11))
ORAL = Agreement(False, date(2026, 8, 11), "", "", (ROW,), effective_on=date(2026, 8, 11))
UNSIGNED = Agreement(True, date(2026, 8, 11), "", "", (ROW,))

FILED = (
    CaseAct.FILE,
    {
        "title": "",
        "kind": "other",
        "parties": [{"part": "applicant", "name": "甲"}, {"part": "respondent", "name": "乙"}],
    },
)
ACCEPTED = (CaseAct.ACCEPT, {"title": "水沟", "kind": "other", "tag": None})
SESSION = (CaseAct.HOLD_SESSION, {"on": "2026-08-11", "identity_seen": True})
AGREED = (
    CaseAct.AGREE,
    {
        "form": "written",
        "on": "2026-08-11",
        "facts": "",
        "terms": "",
        "rows": [{"by": 2, "what": "赔", "amount": 1, "due": "2026-09-01"}],
    },
)
SIGNED = (CaseAct.SIGN, {"on": "2026-08-12", "signed": [1, 2], "mediator_signed": True, "sealed": True, "files": 1})
DONE = (CaseAct.PERFORM, {"row": 1, "on": "2026-08-20"})
VISIT = (CaseAct.FOLLOW_UP, {"on": "2026-08-20"})
LETTER = {"part": "agent", "name": "丙", "for_party": 2, "may_agree": True}
KIN = {"part": "kin", "name": "婆", "person": 13}
WHOLE = (FILED, ACCEPTED, SESSION, AGREED, SIGNED, DONE, VISIT)


def entries(*rows) -> list[ActEntry]:
    at = datetime(2026, 8, 20, 3, tzinfo=UTC)
    return [
        ActEntry(number=n, act=act, state=CaseState.APPLIED, at=at, on=TODAY, audience="all", facts=facts)
        for n, (act, facts) in enumerate(rows, 1)
    ]


def refused(act: CaseAct, s: Situation, facts: dict, rows=()) -> Refused | None:
    try:
        rules.refuse(act, PlannedAct(facts, s, CaseActor(0, "", CaseRole.HEAD), TODAY, entries(*rows)))
    except Refused as refusal:
        return refusal
    return None


def why_not(act: CaseAct, s: Situation, facts: dict, rows=()) -> Reason | None:
    refusal = refused(act, s, facts, rows)
    return refusal and refusal.reason


def lacking(*rows) -> list[Paper]:
    return papers.missing(entries(*rows), fold(entries(*rows)))


@pytest.mark.parametrize(("day", "reason"), [("2026-09-10", None), ("2026-09-11", Reason.CASE_CONFIRMATION_LATE)])
def test_both_go_to_the_court_within_thirty_days_and_the_last_day_is_told(day, reason):
    refusal = refused(CaseAct.APPLY_CONFIRMATION, Situation(agreement=IN_EFFECT), {"on": day})
    assert (refusal and refusal.reason) is reason
    if refusal:
        assert refusal.facts["until"] == date(2026, 9, 10)
    accepted = {"on": day, "court_took_it": True}  # the court has it: recorded
    assert refused(CaseAct.APPLY_CONFIRMATION, Situation(agreement=IN_EFFECT), accepted) is None


@pytest.mark.parametrize("tag", ["", *choices("tag")])
def test_a_court_confirms_no_adoption_and_of_family_matters_what_the_desk_has_looked_at(tag):
    s = Situation(agreement=IN_EFFECT, kind="family", tag=tag)
    never, asked = tag == "adoption", tag in ("", "marriage", "married_out_women", "inheritance", "graves")
    assert may_be_confirmed("family", tag) is not never
    told = {"on": "2026-08-20"}
    expected = Reason.CASE_CANNOT_BE_CONFIRMED if never else Reason.CASE_SAY_WHETHER_CONFIRMABLE if asked else None
    assert why_not(CaseAct.APPLY_CONFIRMATION, s, told) is expected
    looked = {**told, "fits": "yes", "why": "只约定抚养费"}
    assert why_not(CaseAct.APPLY_CONFIRMATION, s, looked) is (Reason.CASE_CANNOT_BE_CONFIRMED if never else None)
    about_it = {**told, "fits": "no", "why": "约定离婚"}
    assert why_not(CaseAct.APPLY_CONFIRMATION, s, about_it) is Reason.CASE_CANNOT_BE_CONFIRMED
    assert why_not(CaseAct.APPLY_CONFIRMATION, s, {**about_it, "court_took_it": True}) is None


@pytest.mark.parametrize(
    "s",
    [
        Situation(),
        Situation(agreement=ORAL),
        Situation(agreement=UNSIGNED),
        Situation(agreement=IN_EFFECT, court_on=TODAY),
    ],
)
def test_the_court_confirms_written_agreements_in_effect_and_each_once(s):
    with pytest.raises(Refused) as refusal:
        rules.refuse_unless_offered(CaseAct.APPLY_CONFIRMATION, CaseState.PERFORMING, CaseRole.HEAD, s)
    assert refusal.value.reason is Reason.CASE_CANNOT_BE_CONFIRMED


@pytest.mark.parametrize(
    ("s", "reason"),
    [
        (Situation(), Reason.CASE_NOT_IN_COURT),
        (Situation(court_on=TODAY), None),
        (Situation(court_on=TODAY, confirmed=True), Reason.CASE_NOT_IN_COURT),
        (Situation(court_on=TODAY, confirmed=False), Reason.CASE_NOT_IN_COURT),
    ],
)
def test_a_court_answers_once_and_only_when_asked(s, reason):
    assert rules.offered(CaseAct.CONFIRMATION, CaseState.PERFORMING, CaseRole.HEAD, s) is (reason is None)
    if reason is not None:
        with pytest.raises(Refused) as refusal:
            rules.refuse_unless_offered(CaseAct.CONFIRMATION, CaseState.PERFORMING, CaseRole.HEAD, s)
        assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("stands", "level", "may"),
    [
        ("", "town", True),
        ("", "county", True),
        ("town", "town", False),
        ("town", "county", True),
        ("county", "town", False),
        ("county", "county", False),
    ],
)
def test_a_case_goes_only_upward(stands, level, may):
    assert act_checks.LEVELS.keys() == set(choices("level"))
    reason = why_not(CaseAct.ESCALATE, Situation(escalated_to=stands), {"level": level})
    assert reason is (None if may else Reason.CASE_SENT_ALREADY)


def test_a_case_that_went_up_is_closed_only_with_a_receipt_of_that_office():
    up, further, receipt = (
        (CaseAct.ESCALATE, {"level": "town"}),
        (CaseAct.ESCALATE, {"level": "county"}),
        (CaseAct.RECEIPT, {}),
    )
    for rows, may in (
        ((up,), False),
        ((up, receipt), True),
        ((up, receipt, further), False),
        ((up, receipt, further, receipt), True),
    ):
        whole = (FILED, *rows)
        assert why_not(CaseAct.CLOSE, fold(entries(*whole)), {}, whole) is (
            None if may else Reason.CASE_RECEIPT_MISSING
        )
        assert (
            rules.offered(CaseAct.RECEIPT, CaseState.ESCALATED, CaseRole.JUSTICE_OFFICE, fold(entries(*whole)))
            is not may
        )


@pytest.mark.parametrize(
    ("rows", "papers_missing"),
    [
        (WHOLE, []),
        (WHOLE[:-1], [Paper.FOLLOW_UP]),
        ((FILED, ACCEPTED, AGREED, SIGNED), [Paper.IDENTITY, Paper.RECORD]),
        ((FILED, ACCEPTED, (CaseAct.HOLD_SESSION, {"identity_seen": False})), []),  # nothing was agreed
        ((FILED, ACCEPTED, (CaseAct.HOLD_SESSION, {"identity_seen": False}), AGREED, SIGNED), [Paper.IDENTITY]),
        ((FILED, ACCEPTED, (CaseAct.HOLD_SESSION, {}), SESSION, AGREED, SIGNED), []),
        (
            (
                FILED,
                ACCEPTED,
                (CaseAct.HOLD_SESSION, {}),
                AGREED,
                SIGNED,
                (CaseAct.FOLLOW_UP, {"on": "2026-08-20", "identity_seen": True}),
            ),
            [],
        ),
        ((FILED, (CaseAct.ADD_PARTY, {"party": LETTER, "files": 0})), [Paper.AUTHORITY]),
        ((FILED, (CaseAct.ADD_PARTY, {"party": LETTER, "files": 1})), []),
        ((FILED, (CaseAct.ADD_PARTY, {"party": {"part": "kin", "name": "婆"}, "files": 0})), []),
        (
            (
                FILED,
                (CaseAct.ADD_PARTY, {"party": LETTER, "files": 1}),
                (CaseAct.ADD_PARTY, {"party": KIN, "files": 0}),
            ),
            [],
        ),
        ((FILED, (CaseAct.DECLINE, {})), []),
        ((FILED, ACCEPTED, SESSION, AGREED), []),  # it was never signed
        ((ACCEPTED,), [Paper.APPLICATION]),
    ],
)
def test_papers_that_lack_are_named_before_a_case_is_closed(rows, papers_missing):
    assert lacking(*rows) == papers_missing
    refusal = refused(CaseAct.CLOSE, fold(entries(*rows)), {}, rows)
    if papers_missing:
        assert refusal.reason is Reason.CASE_PAPERS_MISSING
        assert refusal.facts["papers"] == [paper.value for paper in papers_missing]
    else:
        assert refusal is None


def test_a_volume_has_thirteen_papers_in_the_order_of_the_ministry():
    sheets = papers.volume(entries(*WHOLE), fold(entries(*WHOLE)))
    assert [sheet.number for sheet in sheets] == list(range(1, 14))
    assert [sheet.paper.value for sheet in sheets] == [
        "application",
        "rights",
        "identity",
        "authority",
        "investigation",
        "evidence",
        "record",
        "agreement",
        "receipts",
        "follow_up",
        "confirmation",
        "remarks",
        "back_cover",
    ]
    there = {sheet.paper for sheet in sheets if sheet.there}
    assert there == set(Paper) - IF_ANY - {
        Paper.AUTHORITY,
        Paper.INVESTIGATION,
        Paper.EVIDENCE,
        Paper.CONFIRMATION,
        Paper.REMARKS,
    }


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"side": "kin"}, Reason.CASE_BOTH_MUST_AGREE),
        ({"side": "kin", "both_agree": False}, Reason.CASE_BOTH_MUST_AGREE),
        ({"side": "kin", "both_agree": True}, None),
        ({"side": "agent", "both_agree": True}, Reason.CASE_AGENT_OF_WHOM),
        ({"side": "agent", "for_party": 2}, Reason.CASE_AGENT_OF_WHOM),
        ({"side": "agent", "authority": "speak"}, Reason.CASE_AGENT_OF_WHOM),
        ({"side": "agent", "for_party": 2, "authority": "speak"}, Reason.LETTER_MISSING),
        ({"side": "agent", "for_party": 2, "authority": "speak", "files": 1}, None),
        ({"side": "applicant"}, None),
        ({"side": "respondent"}, None),
    ],
)
def test_kin_join_with_both_sides_consent_and_an_agent_with_a_letter(facts, reason):
    assert why_not(CaseAct.ADD_PARTY, Situation(parties=SIDES), facts) is reason


def test_who_joins_gets_the_next_number_and_kin_and_agents_are_not_in_dispute():
    s = fold(entries(FILED, (CaseAct.ADD_PARTY, {"party": LETTER}), (CaseAct.ADD_PARTY, {"party": KIN})))
    assert [party.number for party in s.parties] == [1, 2, 3, 4]
    assert [party.name for party in s.sides()] == ["甲", "乙"]
    assert s.party(3) == Party(number=3, part=CaseRole.AGENT, name="丙", person_id=None, for_party=2, may_agree=True)
    assert s.party(4) == Party(4, CaseRole.KIN, "婆", 13) and s.party(5) is None


def test_a_mediator_who_lives_with_a_party_or_is_one_is_pointed_out():
    s = Situation(parties=(*SIDES, Party(3, CaseRole.KIN, "外村人")))
    homes = {11: 1, 12: 2, 21: 1, 22: 3}
    assert rules.recusal_hints(s, homes, 21) == ["甲"]
    assert rules.recusal_hints(s, homes, 12) == ["乙"]
    assert rules.recusal_hints(s, homes, 22) == []
    assert rules.recusal_hints(s, homes, 99) == []
    assert rules.recusal_hints(s, {}, 11) == ["甲"]


def test_what_monthly_figures_see_of_an_act_is_a_code_and_never_words():
    assert rules.code_of(CaseAct.TERMINATE, {"ground": "impossible", "reason": "谈不拢"}) == "impossible"
    assert rules.code_of(CaseAct.AGREE, {"form": "oral", "terms": "各让一步"}) == "oral"
    assert rules.code_of(CaseAct.NOTE, {"words": "他打人"}) == ""
    assert rules.code_of(CaseAct.CLOSE, {"summary": "完", "prevented": "fight", "people": 12}) == "fight:12"
    assert rules.code_of(CaseAct.CLOSE, {"summary": "完", "prevented": "petition", "people": None}) == "petition:0"
    assert rules.code_of(CaseAct.CLOSE, {"summary": "完", "prevented": None, "people": 3}) == ""


def test_an_entry_is_folded_the_same_at_once_and_one_after_another_and_unknown_ones_change_nothing():
    whole = entries(*WHOLE)
    assert fold(whole).acts == {act for act, _ in WHOLE}
    assert fold([]) == Situation()
    noted = fold([*whole, *entries((CaseAct.NOTE, {"words": "x"}), (CaseAct.EVIDENCE, {}), (CaseAct.STATEMENT, {}))])
    assert noted == Situation(**{**vars(fold(whole)), "acts": noted.acts, "days": noted.days})


def test_a_session_that_was_held_is_no_longer_called():
    called = (CaseAct.CALL_SESSION, {"on": "2026-08-25", "at": "19:30", "place": "祠堂"})
    assert fold(entries(FILED, ACCEPTED, called)).session == (date(2026, 8, 25), "19:30", "祠堂")
    assert fold(entries(FILED, ACCEPTED, called, SESSION)).session is None


def test_the_police_flag_and_the_end_are_kept():
    s = fold(entries(FILED, (CaseAct.REPORT_POLICE, {}), (CaseAct.WITHDRAW, {}), (CaseAct.CLOSE, {})))
    assert s.police and s.ended_on == TODAY and s.closed_on == TODAY


def test_every_topic_proposes_a_category_and_every_ground_says_where_to_go():
    assert set(topics().values()) <= set(choices("kind"))
    assert choices("kind")[0] == "family" and choices("kind")[-1] == "other" and len(choices("kind")) == 16
    assert all(ground.goes_to and ground.source for ground in grounds().values())
    assert grounds()["land_ownership"].goes_to == "town_government"
    assert {grounds()[name].goes_to for name in ("domestic_violence", "crime", "public_order")} == {"police"}
    assert choices("decline") == tuple(grounds())
