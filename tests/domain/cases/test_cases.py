"""Mediation cases: who may do what in which state, and that every case finds its end. The rest is in test_case_*.py."""

import itertools
from collections import defaultdict, deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consult.domain.cases import facts as facts_of_case
from consult.domain.cases import rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import OUTSIDE_THE_TABLE, CaseAct
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import ActEntry, Agreement, CaseActor, Finding, PlannedAct, Situation, Suit
from consult.domain.cases.states import ENDED, IN_HAND, LIVE, OPEN, SHUT, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

BEGAN = date(2026, 6, 9)
A, B = 1, 2
FILE = {
    "title": "",
    "kind": "neighbours",
    "parties": [{"part": "applicant", "name": "甲"}, {"part": "respondent", "name": "乙"}],
}

# What the desk, the parties and the others may do, written out by hand from docs/law.md 5.1 and 5.3.
CONFIDENCE = "town_talk note_danger told_in_person"
ALWAYS = f"evidence note report_police {CONFIDENCE}"
KNOWN = "add_guardian describe_party note_capacity elect_representative"
MEMBERS = f"add_party add_parties remove_party recuse declare_kinship identify return_party indivisible {KNOWN}"
BEGINNING = f"{ALWAYS} {MEMBERS} decline withdraw settle_themselves"
WORK = f"{ALWAYS} {MEMBERS} correct consent extend withdraw settle_themselves terminate"
TABLE_OF_MEDIATION = f"{WORK} investigate call_session hold_session raise"
OVER = f"{ALWAYS} raise close tell_ways"
CARRIED = f"{ALWAYS} correct perform take_back urge"
AT_COURT = f"{CARRIED} {KNOWN} identify follow_up close"
DONE = f"{ALWAYS} correct take_back apply_confirmation confirmation follow_up urge mediate_again close"
OWED = f"{CARRIED} defer mediate_again apply_confirmation confirmation follow_up breach"
IN_THE_CUPBOARD = "note court_result enforcement_result follow_up"
DESK = {
    "clue": f"{BEGINNING} apply",
    "applied": f"{BEGINNING} accept",
    "accepted": f"{WORK} take_on",
    "declined": OVER,
    "assigned": TABLE_OF_MEDIATION,
    "investigating": TABLE_OF_MEDIATION,
    "mediating": f"{TABLE_OF_MEDIATION} agree",
    "agreed_orally": f"{CARRIED} {KNOWN} identify breach raise",
    "agreed_in_writing": f"{ALWAYS} {KNOWN} identify correct agree consent sign terminate raise",
    "performing": f"{OWED} {KNOWN} identify",
    "breached": f"{OWED} {KNOWN} identify enforce sue",
    "enforcement": f"{AT_COURT} enforcement_result",
    "lawsuit": f"{AT_COURT} court_result",
    "performed": DONE,
    "followed_up": DONE,
    "withdrawn": f"{ALWAYS} close return_party",
    "self_settled": f"{ALWAYS} close return_party",
    "terminated": f"{OVER} return_party follow_up",
    "escalated": f"{ALWAYS} receipt close tell_ways share perform",
    "closed": f"{IN_THE_CUPBOARD} {CONFIDENCE} share apply_confirmation confirmation",
    "archived": IN_THE_CUPBOARD,
}
TALK = dict.fromkeys(OPEN, "statement")
OWN_TALK = dict.fromkeys(OPEN, "town_talk") | {"closed": "town_talk"}
AT_WORK = (
    {"accepted": "consent choose_mediator"}
    | dict.fromkeys(("assigned", "investigating", "mediating"), "consent choose_mediator refuse_mediator")
    | {"agreed_in_writing": "consent"}
)
SAYS = dict.fromkeys(("agreed_orally", "performing", "breached"), "perform breach") | dict.fromkeys(
    ("enforcement", "lawsuit", "escalated"), "perform"
)
RELATED = dict.fromkeys(("clue", "applied", "accepted", "assigned", "investigating", "mediating"), "declare_kinship")
GIVES_UP = dict.fromkeys(
    ("clue", "applied", "accepted", "assigned", "investigating", "mediating"), "withdraw settle_themselves"
)
HANDS_UP = dict.fromkeys(
    (
        "clue",
        "applied",
        "accepted",
        "assigned",
        "investigating",
        "mediating",
        "agreed_orally",
        "agreed_in_writing",
        "performing",
        "breached",
        "enforcement",
        "lawsuit",
        "terminated",
        "escalated",
    ),
    "escalate",
)
HANDED_ON = (
    "assigned",
    "investigating",
    "mediating",
    "agreed_orally",
    "agreed_in_writing",
    "performing",
    "breached",
    "enforcement",
    "lawsuit",
    "performed",
    "followed_up",
    "declined",
    "withdrawn",
    "self_settled",
    "terminated",
    "escalated",
)
ASSIGNS = dict.fromkeys(("accepted", *HANDED_ON), "assign")
HANDS_OVER = dict.fromkeys(HANDED_ON, "hand_over")
MARKS = dict.fromkeys(OPEN, "note_difficulty")
OPENS_AGAIN = dict.fromkeys(ENDED | SHUT, "reopen")


def together(*tables: dict[str, str]) -> dict[CaseState, set[str]]:
    found: dict[CaseState, set[str]] = {state: set() for state in CaseState}
    for state, acts in itertools.chain.from_iterable(table.items() for table in tables):
        found[CaseState(state)] |= set(acts.split())
    return found


MAY = {
    CaseRole.MEDIATOR: together(DESK, HANDS_OVER, MARKS),
    CaseRole.HEAD: together(DESK, HANDS_OVER, MARKS, OPENS_AGAIN, HANDS_UP, ASSIGNS, {"closed": "archive"}),
    CaseRole.APPLICANT: together(TALK, OWN_TALK, AT_WORK, SAYS, RELATED, GIVES_UP),
    CaseRole.RESPONDENT: together(TALK, OWN_TALK, AT_WORK, SAYS, RELATED, GIVES_UP),
    CaseRole.AGENT: together(TALK, OWN_TALK, AT_WORK, RELATED, GIVES_UP),
    CaseRole.GUARDIAN: together(TALK, OWN_TALK, AT_WORK, SAYS, RELATED, GIVES_UP),
    CaseRole.LEFT: together(TALK),
    CaseRole.KIN: together(TALK),
    CaseRole.REPORTER: together(dict.fromkeys(OPEN, "report_police")),
    CaseRole.JUSTICE_OFFICE: together({"escalated": "receipt"}, HANDS_UP),
    CaseRole.RECUSED: together(),
}


def entry(act: CaseAct, facts: dict, on: date = BEGAN, number: int = 1) -> ActEntry:
    return ActEntry(
        number=number,
        act=act,
        state=CaseState.APPLIED,
        at=datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
        on=on,
        audience="all",
        facts=facts,
    )


BOTH_AGREED = fold(
    [entry(CaseAct.FILE, FILE), *(entry(CaseAct.CONSENT, {"party": n, "answer": "yes"}) for n in (A, B))]
)
BEFORE_THE_COURT = Situation(parties=BOTH_AGREED.parties, consents={A: True, B: True}, court_on=BEGAN)
CONFIRMED = Situation(parties=BOTH_AGREED.parties, consents={A: True, B: True}, court_on=BEGAN, confirmed=True)
NOT_CONFIRMED = Situation(parties=BOTH_AGREED.parties, consents={A: True, B: True}, court_on=BEGAN, confirmed=False)
UNSIGNED = Situation(
    parties=BOTH_AGREED.parties, consents={A: True, B: True}, agreement=Agreement(True, BEGAN, "", "", ())
)
OWED_ROW = (Obligation(number=1, by=B, what="赔", amount_fen=None, due_on=BEGAN),)
TICKED = Situation(
    parties=BOTH_AGREED.parties,
    consents={A: True, B: True},
    agreement=Agreement(
        True, BEGAN, "", "", (Obligation(number=1, by=B, what="赔", amount_fen=None, due_on=BEGAN, done_on=BEGAN),)
    ),
)
THREE = {**FILE, "parties": [*FILE["parties"], {"part": "applicant", "name": "丙"}]}
OF_THREE = fold([entry(CaseAct.FILE, THREE)])
ONE_LEFT = fold([entry(CaseAct.FILE, FILE), entry(CaseAct.WITHDRAW, {"who": [A]}, number=2)])
IN_EFFECT = replace(TICKED, agreement=Agreement(True, BEGAN, "", "", OWED_ROW, effective_on=BEGAN))
ENFORCED = replace(
    IN_EFFECT, confirmed=True, suit=Suit("enforcement", "县院", BEGAN, "no_assets", "enforcement_result", BEGAN)
)
SUED = replace(IN_EFFECT, suit=Suit("lawsuit", "县院", BEGAN, "maintained", "court_result", BEGAN))
AMISS = replace(IN_EFFECT, finding=Finding(BEGAN, "none", "no"))
HANDED_UP = Situation(parties=BOTH_AGREED.parties, escalated_to="town")
SITUATIONS = (
    BOTH_AGREED,
    HANDED_UP,
    UNSIGNED,
    TICKED,
    BEFORE_THE_COURT,
    CONFIRMED,
    NOT_CONFIRMED,
    IN_EFFECT,
    ENFORCED,
    SUED,
    AMISS,
    OF_THREE,
    ONE_LEFT,
)


@pytest.mark.parametrize("part", list(CaseRole))
def test_each_part_may_do_what_the_table_says_in_each_state_and_nothing_else(part):
    for state in CaseState:
        possible = {act.value for act in RULES for s in SITUATIONS if rules.offered(act, state, part, s)}
        assert possible == MAY[part][state], state


def test_an_act_is_offered_exactly_when_it_is_not_refused_and_never_outside_of_its_row():
    for act, state, part, s in itertools.product(RULES, CaseState, CaseRole, (*SITUATIONS, Situation())):
        try:
            rules.refuse_unless_offered(act, state, part, s)
            why = None
        except Refused as refusal:
            why = refusal.reason
        assert rules.offered(act, state, part, s) == (why is None)
        if part not in RULES[act].parts:
            assert why is Reason.CASE_OTHER_PART
        elif state not in RULES[act].states:
            assert why is Reason.CASE_OTHER_STATE


def test_whoever_is_recused_may_do_nothing_at_all():
    assert not any(
        rules.offered(act, state, CaseRole.RECUSED, s) for act in RULES for state in CaseState for s in SITUATIONS
    )


def test_nobody_acts_on_a_draft_or_on_what_was_discarded():
    assert not any(rule.states & {CaseState.DRAFT, CaseState.DISCARDED} for rule in RULES.values())


def test_every_act_but_filing_has_a_row_and_every_live_state_is_one_of_open_or_shut():
    assert set(RULES) == set(CaseAct) - OUTSIDE_THE_TABLE
    assert OPEN == IN_HAND | ENDED and not IN_HAND & ENDED and not OPEN & SHUT
    assert set(CaseState) - LIVE == {CaseState.DRAFT, CaseState.DISCARDED}


def test_out_of_the_archive_only_a_reopening_leads_and_only_notes_visits_and_the_courts_answer_are_added():
    for act, rule in RULES.items():
        if CaseState.ARCHIVED in rule.states and act is not CaseAct.REOPEN:
            assert act in (CaseAct.NOTE, CaseAct.FOLLOW_UP, CaseAct.COURT_RESULT, CaseAct.ENFORCEMENT_RESULT)
            assert all(rules.state_after(act, CaseState.ARCHIVED, s, s) is CaseState.ARCHIVED for s in SITUATIONS)


# A walk through every case there can be: real entries, real refusals, each situation that differs in what matters.

SOON, LATE = BEGAN + timedelta(5), BEGAN + timedelta(100)
TODAY, AFTER = SOON.isoformat(), LATE.isoformat()
PAID = [{"by": B, "what": "赔", "amount": 100, "due": TODAY}]
OWES = [
    {"by": B, "what": "赔", "amount": 100, "due": "2026-07-01"},
    {"by": A, "what": "修", "amount": None, "due": "2026-07-09"},
]
SESSION = {"on": TODAY, "identity_seen": True}
TOLD = {"on": TODAY, "facts": "", "terms": ""}
WALK: list[tuple[CaseAct, dict, date]] = [
    (CaseAct.APPLY, {"who_asks": A}, SOON),
    (CaseAct.ACCEPT, {"title": "水沟", "kind": "neighbours", "tag": "irrigation"}, SOON),
    (CaseAct.DECLINE, {}, SOON),
    (CaseAct.TAKE_ON, {"assigned": [[7, "调"]]}, SOON),
    (CaseAct.ASSIGN, {"assigned": [[8, "解"]]}, SOON),
    (CaseAct.RECUSE, {"assigned": []}, SOON),
    *((CaseAct.CONSENT, {"party": party, "answer": answer}, SOON) for party in (A, B) for answer in ("yes", "no")),
    (CaseAct.INVESTIGATE, {}, SOON),
    (CaseAct.CALL_SESSION, {"on": TODAY, "at": "19:30", "place": "祠堂"}, SOON),
    (CaseAct.HOLD_SESSION, SESSION, SOON),
    (CaseAct.EXTEND, {"until": "2026-08-09"}, LATE),
    (CaseAct.AGREE, {**TOLD, "form": "oral", "rows": PAID}, SOON),
    (CaseAct.AGREE, {**TOLD, "form": "written", "rows": OWES}, SOON),
    (CaseAct.SIGN, {"on": TODAY, "signed": [A, B], "mediator_signed": True}, SOON),
    (CaseAct.SIGN, {"on": TODAY, "sealed": True, "files": 1}, SOON),
    *((CaseAct.PERFORM, {"row": row, "on": TODAY}, SOON) for row in (1, 2)),
    *((CaseAct.TAKE_BACK, {"row": row}, SOON) for row in (1, 2)),
    (CaseAct.DEFER, {"row": 1, "until": "2026-07-20"}, SOON),
    *((CaseAct.BREACH, {"row": row}, LATE) for row in (1, 2)),
    *((act, {"on": AFTER, "court": "县院"}, LATE) for act in (CaseAct.URGE, CaseAct.ENFORCE, CaseAct.SUE)),
    (CaseAct.MEDIATE_AGAIN, {}, SOON),
    (CaseAct.APPLY_CONFIRMATION, {"on": TODAY}, SOON),
    *((CaseAct.CONFIRMATION, {"on": TODAY, "result": answer}, LATE) for answer in ("confirmed", "not_confirmed")),
    *((CaseAct.COURT_RESULT, {"on": AFTER, "result": one}, LATE) for one in ("maintained", "withdrawn")),
    *((CaseAct.ENFORCEMENT_RESULT, {"on": AFTER, "result": one}, LATE) for one in ("enforced", "withdrawn")),
    (CaseAct.FOLLOW_UP, {"on": AFTER}, LATE),
    (CaseAct.FOLLOW_UP, {"on": AFTER, "performed": "none", "satisfied": "no"}, LATE),
    (CaseAct.TELL_WAYS, {"on": AFTER, "told": [A, B]}, LATE),
    *((CaseAct.WITHDRAW, {"who": [party], "sure": True}, SOON) for party in (A, B)),
    (CaseAct.SETTLE_THEMSELVES, {"who": [A], "sure": True}, SOON),
    *((CaseAct.RETURN_PARTY, {"party": party}, SOON) for party in (A, B)),
    (CaseAct.TERMINATE, {"ground": "impossible"}, SOON),
    (CaseAct.TERMINATE, {"ground": "time_expired"}, LATE),
    *((CaseAct.ESCALATE, {"level": level}, SOON) for level in ("town", "county")),
    (CaseAct.RECEIPT, {"on": TODAY}, SOON),
    (CaseAct.CLOSE, {}, LATE),
    (CaseAct.CLOSE, {"although": "双方都不愿再谈"}, LATE),
    (CaseAct.ARCHIVE, {}, LATE),
    (CaseAct.HAND_OVER, {"assigned": [[9, "接"]]}, SOON),
]


def place(state: CaseState, s: Situation) -> tuple:
    """What of a case decides its way on."""
    told = s.agreement
    agreed = told and (told.written, told.sealed, bool(told.signed), tuple(row.number for row in s.undone()))
    court = (
        s.court_on is not None,
        s.confirmed,
        s.suit and (s.suit.kind, bool(s.suit.result)),
        s.breached,
        bool(s.finding),
        bool(s.earlier),
    )
    standings = tuple(one.standing for one in s.parties)
    return (
        state,
        standings,
        s.consents.get(A),
        s.consents.get(B),
        bool(s.mediators),
        agreed,
        court,
        s.escalated_to,
        s.received,
        s.acts & {CaseAct.INVESTIGATE, CaseAct.HOLD_SESSION},
    )


def walk() -> tuple[dict[tuple, set[tuple]], set[tuple]]:
    """Each place that can be reached from a clue or an application, and the places next to it."""
    begun = [entry(CaseAct.FILE, FILE)]
    waiting = deque((state, begun, fold(begun)) for state in (CaseState.CLUE, CaseState.APPLIED))
    ways: dict[tuple, set[tuple]] = {place(state, s): set() for state, _, s in waiting}
    while waiting:
        state, entries, s = waiting.popleft()
        nexts, offered = ways[place(state, s)], offered_at_the_desk(state, s)
        for act, facts, today in WALK:
            if act not in offered:
                continue
            try:
                rules.refuse(act, PlannedAct(facts, s, CaseActor(0, "", CaseRole.MEDIATOR), today, entries))
            except Refused:
                continue
            more = [*entries, entry(act, facts, today, len(entries) + 1)]
            after = facts_of_case.after(s, more[-1])
            there = rules.state_after(act, state, s, after)
            reached = place(there, after)
            if reached not in ways:
                ways[reached] = set()
                waiting.append((there, more, after))
            nexts.add(reached)
    return ways, {here for here in ways if here[0] is CaseState.CLOSED}


def offered_at_the_desk(state: CaseState, s: Situation) -> set[CaseAct]:
    """The acts of the walk that a mediator or the head may begin here, each asked once."""
    desk = (CaseRole.MEDIATOR, CaseRole.HEAD)
    return {act for act in {act for act, _, _ in WALK} if any(rules.offered(act, state, part, s) for part in desk)}


@pytest.fixture(scope="module")
def walked():
    return walk()


def test_every_state_is_reached_from_a_clue_or_an_application(walked):
    assert {here[0] for here in walked[0]} == LIVE


def test_from_wherever_a_case_has_come_there_is_a_way_to_its_closing(walked):
    ways, closed = walked
    back = defaultdict(set)
    for here, nexts in ways.items():
        for there in nexts:
            back[there].add(here)
    found, waiting = set(closed), list(closed)
    while waiting:
        for here in back[waiting.pop()] - found:
            found.add(here)
            waiting.append(here)
    assert {here for here in ways if here[0] in OPEN} <= found


MAY_RETURN = {CaseState.WITHDRAWN, CaseState.SELF_SETTLED, CaseState.TERMINATED}
BY_RETURN = {
    CaseState.APPLIED,
    CaseState.ACCEPTED,
    CaseState.ASSIGNED,
    CaseState.INVESTIGATING,
    CaseState.MEDIATING,
}
"""Where a case stands again whose parties left and one of them came back, with their yes."""


def test_no_way_leads_back_from_the_end_of_a_case(walked):
    for here, nexts in walked[0].items():
        states = {there[0] for there in nexts}
        if here[0] in SHUT:
            assert states <= SHUT
        if here[0] is CaseState.ARCHIVED:
            assert states <= {CaseState.ARCHIVED}
        if here[0] in ENDED:
            assert states <= ENDED | SHUT | BY_RETURN
        if here[0] in ENDED - MAY_RETURN:
            assert states <= ENDED | SHUT


def test_every_arrow_of_a_case_is_one_of_these(walked):
    """The map of docs/law.md 5.3, and the ways out that stand open at any time."""
    arrows = {(here[0], there[0]) for here, nexts in walked[0].items() for there in nexts if here[0] is not there[0]}
    main = """clue-applied applied-accepted accepted-assigned assigned-accepted assigned-investigating assigned-mediating
        investigating-accepted investigating-mediating mediating-accepted mediating-agreed_orally
        mediating-agreed_in_writing agreed_in_writing-performing agreed_orally-performed agreed_orally-breached
        performing-performed performing-breached performing-mediating breached-performed breached-performing
        breached-mediating performed-followed_up followed_up-closed closed-archived breached-agreed_orally
        breached-enforcement breached-lawsuit enforcement-performed lawsuit-performed enforcement-closed lawsuit-closed
        enforcement-breached lawsuit-breached enforcement-performing lawsuit-performing
        performed-breached performed-enforcement performed-lawsuit performed-mediating performed-closed
        followed_up-breached followed_up-enforcement followed_up-lawsuit followed_up-performed
        agreed_in_writing-terminated agreed_in_writing-agreed_orally agreed_in_writing-breached
        performed-performing performed-agreed_orally followed_up-performing followed_up-agreed_orally
        terminated-escalated"""
    allowed = {tuple(map(CaseState, arrow.split("-"))) for arrow in main.split()}
    new, work = (
        (CaseState.CLUE, CaseState.APPLIED),
        (CaseState.ACCEPTED, CaseState.ASSIGNED, CaseState.INVESTIGATING, CaseState.MEDIATING),
    )
    allowed |= {(state, CaseState.DECLINED) for state in new} | {(state, CaseState.TERMINATED) for state in work}
    stands = (CaseState.PERFORMING, CaseState.BREACHED, CaseState.PERFORMED)
    allowed |= {(state, back) for state in work for back in stands}  # what was agreed outlives a second mediation
    allowed |= {(s, end) for s in (*new, *work) for end in (CaseState.WITHDRAWN, CaseState.SELF_SETTLED)}
    allowed |= {(CaseState(s), CaseState.ESCALATED) for s in HANDS_UP if s != "escalated"} | {
        (state, CaseState.CLOSED) for state in ENDED
    }
    allowed |= {(state, CaseState.TERMINATED) for state in new}
    allowed |= {(end, there) for end in MAY_RETURN for there in BY_RETURN}
    assert arrows == allowed
