"""What stands in the sealed entries of a case and in the audit log is what the schemas say, and nothing else."""

import json

from sqlalchemy import select

from consult import clock
from consult.domain.cases import audit_facts, entry_facts
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.roles import Role
from consult.models import AuditEntry, Village, db
from consult.services.cases import figures
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened


def keys_of(schema: type) -> set[str]:
    return set(schema.__annotations__)


def required_of(schema: type) -> frozenset[str]:
    required: frozenset[str] = getattr(schema, "__required_keys__")  # noqa: B009 - the checker knows no such attribute
    return required


def allowed(one: CaseAct) -> set[str]:
    """The keys an entry of an act may have."""
    if one is CaseAct.FILE:
        return keys_of(entry_facts.FiledFacts)
    fields = {field.name for field in RULES[one].fields}
    more = keys_of(entry_facts.FACTS[one]) if one in entry_facts.FACTS else set()
    return fields | more | keys_of(entry_facts.ActorFacts)


def test_an_entry_holds_the_fields_of_its_form_and_what_the_schema_adds(inside):
    grant(inside.uncle_ho, Role.MEDIATOR)
    address = a_case(inside, CaseState.MEDIATING)
    leung = inside.aunt_leung
    kin = {"side": "kin", "name": "陈志强", "code": "01-003", "both_agree": True, "for_party": None, "authority": None}
    act(inside, address, leung, CaseAct.ADD_PARTY, {**kin, "phone": "13811112222"})
    related = {"mediator": inside.uncle_ho.id, "party": 2, "relation": "表兄弟"}
    act(inside, address, leung, CaseAct.DECLARE_KINSHIP, related)
    act(inside, address, leung, CaseAct.ASSIGN, {"mediators": [leung.id], "reason": ""})
    act(inside, address, leung, CaseAct.RAISE, {"topic": "巷子的水", "summary": "巷子没有沟", "both_agree": True})
    entries = (
        opened(inside, leung, address).entries
        + opened(inside, leung, a_case(inside, CaseState.ARCHIVED, key="2")).entries
    )
    contacts = [entry for entry in entries if "phone" in entry.facts]
    assert len(contacts) == 3 and all(
        set(e.facts) <= keys_of(entry_facts.ContactFacts) | {"by", "by_name"} for e in contacts
    )
    for entry in entries:
        if entry not in contacts:
            assert set(entry.facts) <= allowed(entry.act), entry.act
        if entry.act in entry_facts.FACTS and entry.act is not CaseAct.FILE:
            assert required_of(entry_facts.FACTS[entry.act]) <= set(entry.facts), entry.act
    rows = next(entry.facts["rows"] for entry in entries if entry.act is CaseAct.AGREE)
    assert all(required_of(entry_facts.RowFacts) <= set(row) <= keys_of(entry_facts.RowFacts) for row in rows)
    sides = next(entry.facts["parties"] for entry in entries if entry.act is CaseAct.FILE)
    assert all(required_of(entry_facts.SideFacts) <= set(side) <= keys_of(entry_facts.SideFacts) for side in sides)
    assert {side["part"] for side in sides} == {CaseRole.APPLICANT, CaseRole.RESPONDENT}


def test_the_audit_log_says_of_cases_what_the_schema_of_its_tag_says(inside):
    a_case(inside, CaseState.ACCEPTED)
    today = villages.local_day(inside.row(), clock.now())
    figures.note_screening(today, 2, inside.aunt_leung.act(key="round"))
    figures.set_closing_day(20, inside.aunt_leung.act(key="day"))
    period = figures.period_of(db.session.get_one(Village, inside.id), "2026-01")
    figures.hand_in(period, inside.aunt_leung.act(key="report"), today=today)
    for tag, schema in audit_facts.FACTS.items():
        logged = db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == tag.value)).all()
        assert logged and all(set(json.loads(one)) == keys_of(schema) for one in logged), tag
