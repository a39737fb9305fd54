"""No act of one party changes another party's standing: every act of a party, in every state, against every other party.

Each party of the case, a child's father and an agent do every act that their role has, and name every party in every
field of the form that takes one; what the act may not do for somebody else is refused, or stays their own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from consult.domain.cases import rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.facts import after, fold
from consult.domain.cases.parties import capacity
from consult.domain.cases.parties.party_facts import with_births
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import PARTIES, CaseRole, CaseState
from consult.domain.refusals import Refused

DAY = date(2026, 8, 20)
FONG, KEUNG, CHILD, CHAN, HO, FATHER, AGENT = range(1, 8)
PEOPLE = [
    {"part": "applicant", "name": "甲", "person": 11},
    {"part": "applicant", "name": "乙", "person": 12},
    {"part": "applicant", "name": "小丙", "person": 13},
    {"part": "respondent", "name": "丁", "person": 14},
    {"part": "respondent", "name": "戊", "person": 15},
]
BIRTHS = {13: date(2015, 1, 1)}
ACTORS = [
    CaseActor(11, "甲", CaseRole.APPLICANT, FONG),
    CaseActor(12, "乙", CaseRole.APPLICANT, KEUNG),
    CaseActor(13, "小丙", CaseRole.APPLICANT, CHILD),
    CaseActor(14, "丁", CaseRole.RESPONDENT, CHAN),
    CaseActor(15, "戊", CaseRole.RESPONDENT, HO),
    CaseActor(16, "丙父", CaseRole.GUARDIAN, FATHER),
    CaseActor(17, "丁的代理", CaseRole.AGENT, AGENT),
]
MAY_ACT_FOR = {FONG: {FONG}, KEUNG: {KEUNG}, CHILD: set(), CHAN: {CHAN}, HO: {HO}, FATHER: {CHILD}, AGENT: {CHAN}}
FILED = (CaseAct.FILE, {"title": "", "kind": "damages", "parties": PEOPLE})
FATHER_ADDED = {"part": "guardian", "name": "丙父", "person": 16, "for_party": CHILD}
AGENT_ADDED = {"part": "agent", "name": "丁的代理", "person": 17, "for_party": CHAN, "may_agree": True}
JOINED = ((CaseAct.ADD_GUARDIAN, {"party": FATHER_ADDED}), (CaseAct.ADD_PARTY, {"party": AGENT_ADDED}))
TAKEN = (
    (CaseAct.ACCEPT, {"title": "水", "kind": "damages", "tag": ""}),
    (CaseAct.TAKE_ON, {"assigned": [[7, "梁"]]}),
)
ROWS = [
    {"by": CHAN, "to": [FONG, KEUNG, CHILD], "what": "赔", "amount": 30_000, "due": "2026-08-12"},
    {"by": HO, "to": [KEUNG], "what": "赔", "amount": 10_000, "due": "2026-08-12"},
    {"by": FONG, "to": [CHAN, HO], "what": "让路", "amount": None, "due": "2026-08-12"},
]
AGREED = (CaseAct.AGREE, {"form": "written", "on": "2026-08-11", "facts": "", "terms": "各让一步", "rows": ROWS})
SIGNED = {"on": "2026-08-12", "signed": [1, 2, 3, 4, 5], "mediator_signed": True, "sealed": True, "files": 1}
YES = tuple((CaseAct.CONSENT, {"party": n, "answer": "yes"}) for n in range(1, 6))
SESSION = (CaseAct.HOLD_SESSION, {"on": "2026-08-11"})
COURSE = (FILED, *JOINED, *TAKEN, *YES, SESSION, AGREED, (CaseAct.SIGN, SIGNED))
UP = (CaseAct.ESCALATE, {"level": "town", "office": "所", "reason": "难", "share": []})
CASES: dict[str, tuple[CaseState, tuple[tuple[CaseAct, dict[str, Any]], ...]]] = {
    "new": (CaseState.APPLIED, COURSE[:3]),
    "assigned": (CaseState.ASSIGNED, COURSE[:5]),
    "mediating": (CaseState.MEDIATING, COURSE[:-2]),
    "unsigned": (CaseState.AGREED_IN_WRITING, COURSE[:-1]),
    "performing": (CaseState.PERFORMING, COURSE),
    "breached": (CaseState.BREACHED, (*COURSE, (CaseAct.BREACH, {"row": 1, "words": "没给"}))),
    "again": (CaseState.MEDIATING, (*COURSE, (CaseAct.MEDIATE_AGAIN, {"both_agree": True, "reason": "再谈"}))),
    "handed_up": (CaseState.ESCALATED, (*COURSE[:-2], UP)),
}


def _entry(
    number: int, act: CaseAct, facts: dict[str, Any], state: CaseState, actor: CaseActor | None = None
) -> ActEntry:
    by = (
        {"by": actor.person_id, "by_name": actor.name, "as": actor.role.value} if actor else {"by": 7, "as": "mediator"}
    )
    at = datetime(2026, 8, 20, 3, tzinfo=UTC)
    return ActEntry(number=number, act=act, state=state, at=at, on=DAY, audience="all", facts={**by, **facts})


@cache
def stands(name: str) -> tuple[CaseState, Situation, int]:
    state, rows = CASES[name]
    found = [_entry(n, act, facts, state) for n, (act, facts) in enumerate(rows, 1)]
    return state, with_births(fold(found), BIRTHS), len(found)


def attempts(act: CaseAct) -> Iterator[dict[str, Any]]:
    """What a form of the act may say: each party in each field that takes one, each row, each answer."""
    plain: dict[str, Any] = {"words": "x", "reason": "x", "how": "x", "relation": "x", "sure": True, "files": 1}
    fields = RULES[act].fields
    parties = [one.name for one in fields if one.kind in (FieldKind.PARTY, FieldKind.PARTIES, FieldKind.MEMBER)]
    needed = any(one.name in parties and one.needed and not one.desk for one in fields)
    picked: list[dict[str, Any]] = [] if needed else [{}]
    for name in parties:
        several = next(one.kind is FieldKind.PARTIES for one in fields if one.name == name)
        picked += [{name: [n, m] if several else n} for n in range(1, 8) for m in (range(1, 6) if several else (0,))]
    rows = [{"row": n} for n in (1, 2, 3)] if any(one.kind is FieldKind.ROW for one in fields) else [{}]
    answers = [{one.name: code} for one in fields if one.kind is FieldKind.CHOICE for code in choices(one.of)] or [{}]
    for one in picked:
        for row in rows:
            for answer in answers:
                yield {
                    "mediator": 7,
                    "amount": None,
                    "covers": [],
                    "mediator_name": "梁",
                    **plain,
                    **one,
                    **row,
                    **answer,
                }


def of_others(s: Situation, but: set[int]) -> dict[str, Any]:
    """What is each other party's own: standing, answer, signature, representative, what they said they had received."""
    others = {one.number for one in s.in_dispute()} - but
    agreement = s.agreement
    return {
        "parties": {
            one.number: (one.part, one.standing, one.left_on, one.gone, one.person_id, one.capacity, one.body)
            for one in s.parties
            if one.number in others
        },
        "answers": {n: s.consents.get(n) for n in others},
        "elected": {n: s.elected.get(n) for n in others},
        "signed": sorted(others & agreement.signed) if agreement else [],
        "heard": {row.number: sorted(row.heard & others) for row in agreement.rows} if agreement else {},
    }


OWN_ACTS = [act for act, rule in RULES.items() if rule.parts & PARTIES]


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("actor", ACTORS, ids=lambda one: one.name)
def test_no_act_of_one_party_changes_the_standing_of_another(name, actor):
    state, before, last = stands(name)
    done = set()
    for act in OWN_ACTS:
        if actor.role not in RULES[act].parts or not rules.offered(act, state, actor.role, before):
            continue
        for said in attempts(act):
            planned = PlannedAct({"on": DAY.isoformat(), **said}, before, actor, DAY)
            try:
                planned = replace(planned, facts=rules.complete(act, planned))
                rules.refuse(act, planned)
            except Refused:
                continue
            said_of = {int(one) for one in (planned.facts.get("party") or 0, *(planned.facts.get("who") or ())) if one}
            then = with_births(after(before, _entry(last + 1, act, dict(planned.facts), state, actor)), BIRTHS)
            mine = MAY_ACT_FOR[actor.party]
            if act is not CaseAct.DECLARE_KINSHIP:  # names whom a mediator is close to
                assert said_of <= mine, (act, said)
            kept, old = of_others(then, mine), of_others(before, mine)
            if (
                then.agreement is None
            ):  # not in effect yet: whoever leaves takes it from all, and the others make theirs anew
                kept, old = {**kept, "signed": [], "heard": {}}, {**old, "signed": [], "heard": {}}
            assert kept == old, (act, said)
            done.add(act)
    if name != "handed_up" and capacity.acts_for(before, actor.party, DAY):
        assert done, "the party can do something here"
    if not capacity.acts_for(before, actor.party, DAY):
        assert done <= {CaseAct.STATEMENT, CaseAct.CHOOSE_MEDIATOR, CaseAct.REFUSE_MEDIATOR, CaseAct.DECLARE_KINSHIP}


@pytest.mark.parametrize("actor", ACTORS, ids=lambda one: one.name)
def test_what_is_owed_to_somebody_else_is_said_to_be_paid_by_nobody_else(actor):
    """A row that is owed to one alone is done by their word; of one owed to several each says it of themselves."""
    state, before, last = stands("performing")
    if actor.role is CaseRole.AGENT:
        return
    for row in before.undone():
        planned = PlannedAct({"row": row.number, "on": "2026-08-20", "amount": None}, before, actor, DAY)
        mine = capacity.owed_to(before, actor, row, DAY)
        try:
            planned = replace(planned, facts=rules.complete(CaseAct.PERFORM, planned))
            rules.refuse(CaseAct.PERFORM, planned)
        except Refused:
            assert not mine, (actor, row)
            continue
        assert mine, (actor, row)
        then = after(before, _entry(last + 1, CaseAct.PERFORM, dict(planned.facts), state, actor)).row(row.number)
        assert (then.done_on is None) == (set(mine) != before.creditors(row))
