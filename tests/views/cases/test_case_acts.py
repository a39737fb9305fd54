"""Every state, every part, every act, as a browser meets them: the page of rules and the pages say the same."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from consult import clock
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.rules import refuse_unless_offered
from consult.domain.cases.situation import Situation
from consult.domain.cases.states import LIVE, CaseRole, CaseState
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.refusals import Refused
from consult.models import MediationCase, db
from consult.services.cases import keys, membership, reading
from consult.services.core.acts import Act
from consult.services.people import grants
from tests.cases import a_case, a_photo, act, opened
from tests.client import HTMX, Client
from tests.village import FOUNDED, Cast

WHO: dict[CaseRole, str] = {
    CaseRole.APPLICANT: "ah_fong",
    CaseRole.RESPONDENT: "old_chan",
    CaseRole.AGENT: "ah_kwok",
    CaseRole.KIN: "ah_keung",
    CaseRole.MEDIATOR: "aunt_leung",
    CaseRole.HEAD: "ms_yip",
    CaseRole.REPORTER: "sister_chow",
    CaseRole.JUSTICE_OFFICE: "uncle_ho",
}
STATES = sorted(LIVE)
EVERY = 3
"""What is not a part's to do at all is tried in every third state, for each part and act in others: its state is not even
asked for, and the table of the domain is checked cell by cell in tests/domain/cases/test_cases.py. All else is tried in all."""


@pytest.fixture
def case(app, village: Cast) -> tuple[str, Situation]:
    """One that is being mediated, with somebody in every part; its state is then set as a test wants it."""
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        for who, role in ((village.ms_yip, Role.HEAD_OF_MEDIATION), (village.uncle_ho, Role.JUSTICE_OFFICE)):
            grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(village.id, now=FOUNDED))
        db.session.commit()
        join(village, address, "agent", "陈国强", "01-001", for_party=1, authority="agree")
        join(village, address, "kin", "陈志强", "01-003", both_agree=True)
        found = opened(village, village.aunt_leung, address)
        root = reading.as_head(found.row)
        reporter, office = keys.of_person(village.sister_chow.id), keys.of_justice_office(village.id)
        membership.grant_access(found.row.id, village.id, reporter, CaseRole.REPORTER.value, root.keys.of_reporter())
        membership.grant_access(found.row.id, village.id, office, CaseRole.JUSTICE_OFFICE.value, root.keys)
        db.session.commit()
        situation = root.situation
        db.session.remove()
    return address, situation


def join(village: Cast, address: str, side: str, name: str, code: str, **more: object) -> None:
    facts = {"side": side, "name": name, "code": code, "phone": None, "for_party": None, "authority": None, **more}
    act(village, address, village.aunt_leung, CaseAct.ADD_PARTY, facts, media=[a_photo()])


def stand(app, state: str) -> None:
    with app.app_context():
        db.session.execute(update(MediationCase).values(state=state, changed_at=clock.now()))
        db.session.commit()
        db.session.remove()


def token(client: Client, address: str) -> str:
    client.get("/rongxi/me")
    return str(client.page.find("input", {"name": "csrf_token"})["value"])


@pytest.mark.parametrize("part", list(WHO), ids=lambda part: part.value)
def test_a_part_may_do_in_each_state_what_the_table_says_and_is_told_why_not(app, as_person, village, case, part):
    address, situation = case
    client = as_person(getattr(village, WHO[part]))
    known = token(client, address)
    wrong, turn = [], list(WHO).index(part)
    for n, state in enumerate(STATES):
        stand(app, state)
        for m, one in enumerate(RULES):
            if part not in RULES[one].parts and (n + m + turn) % EVERY:
                continue
            expected = expectation(one, CaseState(state), part, situation)
            sent = answer(client, address, one.value, known, form=expected == 200)
            if sent != expected:
                wrong.append((state, one.value, expected, sent))
    assert not wrong


def expectation(one, state: CaseState, part: CaseRole, situation: Situation) -> int:
    """200: its form. Otherwise the status of the reason."""
    try:
        refuse_unless_offered(one, state, part, situation)
    except Refused as refusal:
        return refusal.reason.status.value
    return 200


def answer(client: Client, address: str, one: str, known: str, *, form: bool) -> int:
    """What the form answers where there should be one; else what sending it empty is answered.

    Thousands of pages: they are not looked at closely here, the journeys do that.
    """
    path = f"/rongxi/cases/{address}/{one}"
    if form:
        return FlaskClient.open(client, path, headers=HTMX).status_code
    sent = {"csrf_token": known, "key": f"k-{one}"}
    return FlaskClient.open(client, path, method="POST", data=sent, headers=HTMX).status_code


@pytest.mark.parametrize(
    ("part", "state"),
    [
        (CaseRole.MEDIATOR, "mediating"),
        (CaseRole.HEAD, "closed"),
        (CaseRole.RESPONDENT, "performing"),
        (CaseRole.KIN, "clue"),
        (CaseRole.APPLICANT, "archived"),
        (CaseRole.JUSTICE_OFFICE, "escalated"),
        (CaseRole.REPORTER, "applied"),
    ],
)
def test_a_form_that_cannot_be_sent_now_is_not_shown_either(app, as_person, village, case, part, state):
    address, situation = case
    client = as_person(getattr(village, WHO[part]))
    stand(app, state)
    for one in RULES:
        expected = expectation(one, CaseState(state), part, situation)
        assert FlaskClient.open(client, f"/rongxi/cases/{address}/{one.value}", headers=HTMX).status_code == expected, (
            one
        )


@pytest.mark.parametrize("part", [CaseRole.RESPONDENT, CaseRole.KIN, CaseRole.REPORTER], ids=lambda part: part.value)
def test_what_is_another_parts_to_do_is_refused_when_it_is_sent_without_the_form(app, as_person, village, case, part):
    address, situation = case
    client = as_person(getattr(village, WHO[part]))
    known = token(client, address)
    for one in RULES:
        if part not in RULES[one].parts:
            path = f"/rongxi/cases/{address}/{one.value}"
            sent = client.post(path, data={"csrf_token": known, "key": f"k-{one}"}, headers=HTMX)
            assert sent.status_code == expectation(one, CaseState.MEDIATING, part, situation) == 403


@pytest.mark.parametrize("name", ["mr_wong", "siu_ming"])
def test_whoever_is_nothing_in_a_case_finds_no_act_of_it(app, as_person, village, case, name):
    client = as_person(getattr(village, name))
    for one in RULES:
        assert client.get(f"/rongxi/cases/{case[0]}/{one.value}").status_code in (303, 401, 404)
