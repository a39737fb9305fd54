"""The case of a minor, whose mother acts; one of several applicants leaves and comes back; a list and a table of answers."""

import re

from consult.domain.cases.states import CaseState
from consult.models import CaseEntry, MediationCase, db
from tests.cases import a_case, row_of
from tests.journeys.test_cases import act, day
from tests.services.cases.test_case_parties import of_a_minor, three


def begun(app, make, *args) -> str:
    with app.app_context():
        address = make(*args)
        db.session.commit()
        db.session.remove()
    return address


def stands(app) -> str:
    with app.app_context():
        state = str(db.session.query(MediationCase.state).scalar())
        db.session.remove()
    return state


def sure(phone, address: str, name: str, seen: str, **fields: str) -> None:
    """An act that asks once more on a page that says what follows."""
    page = phone.open(f"/rongxi/cases/{address}/{name}")
    for field, value in fields.items():
        one = page.locator(f"[name={field}]").first
        if one.get_attribute("type") in ("radio", "checkbox"):
            tapped = page.locator(f"[name='{field}'][value='{value}']").get_attribute("id")
            page.locator(f"label[for='{tapped}']").click()
        else:
            one.fill(value)
    page.locator("form.sheet button:not([type=button]):not([name])").click()
    page.wait_for_selector("input[name=sure]", state="attached")
    phone.look(seen)
    page.locator("form.sheet button:not([type=button]):not([name])").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))


def test_the_case_of_a_minor_goes_from_the_desk_to_the_signed_paper_through_the_mother(phone, app, village):
    address = begun(app, of_a_minor, village)
    phone.sign_in(village.siu_ming)
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-minor-own")
    phone.sign_in(village.aunt_leung)
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-minor-desk")
    ticks = ("proof_seen", "no_conflict")
    given = {"for_party": "1", "name": "李桂芳", "relation": "母亲", "code": "01-001", "proof": "household_register"}
    act(phone, address, "add_guardian", seen="case-guardian", ticks=ticks, **given)
    act(phone, address, "accept", title="被狗咬伤", kind="damages", ticks=("rights_told",))
    act(phone, address, "take_on")
    phone.sign_in(village.ah_fong)
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-minor-mother")
    act(phone, address, "consent", answer="yes")
    phone.sign_in(village.aunt_leung)
    act(phone, address, "consent", party="2", answer="yes")
    held = {"place": "榕树头", "present": "李桂芳、何树根", "said": "狗没有拴", "result": "agreed"}
    act(phone, address, "hold_session", on=day(), ticks=("identity_seen",), **held)
    rows = {"by_1": "2", "what_1": "付医药费", "amount_1": "300", "due_1": day()}
    act(phone, address, "agree", form="written", on=day(), facts="狗咬伤", terms="赔医药费", **rows)
    page = phone.open(f"/rongxi/cases/{address}/sign")
    assert "李桂芳" in page.locator("#signed").inner_text()
    signed = ("signed-1", "signed-2", "mediator_signed", "sealed")
    act(phone, address, "sign", on=day(), photos=True, ticks=signed)
    phone.look("case-minor-signed")
    assert stands(app) == CaseState.PERFORMING


def test_one_of_several_leaves_and_comes_back_and_the_case_goes_on(phone, app, village):
    address = begun(app, three, village)
    phone.sign_in(village.ah_keung)
    sure(phone, address, "withdraw", "case-leaves", reason="不想争了")
    phone.look("case-left")
    phone.sign_in(village.aunt_leung)
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-one-left")
    assert stands(app) == CaseState.ASSIGNED
    act(phone, address, "return_party", seen="case-return", party="2", how="来村委说的", ticks=("their_yes",))
    phone.sign_in(village.ah_keung)
    phone.open(f"/rongxi/cases/{address}")
    assert phone.page.locator("main a[href$='/withdraw']").count() == 1


def test_many_are_added_from_a_list_and_answer_in_one_table(phone, app, village):
    address = begun(app, a_case, village, CaseState.ASSIGNED)
    phone.sign_in(village.aunt_leung)
    page = phone.open(f"/rongxi/cases/{address}/add_parties")
    page.locator("label[for=side-1]").click()
    page.fill("#people", "陈志强 01-003\n王五 12 13\n" + "\n".join(f"工友{n} 900元" for n in "甲乙丙丁戊己庚辛"))
    page.locator("form.sheet > p.row button >> nth=-1").click()
    page.wait_for_selector("#people_2")
    phone.look("case-list-mistake")
    page.fill("#people", page.input_value("#people").replace(" 12 13", " 12"))
    page.locator("form.sheet > p.row button >> nth=-1").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    phone.look("case-many")
    page.locator("a[href$='/consents']").click()
    page.wait_for_url("**/consents")
    for n in range(1, 13):
        if page.locator(f"#answer_{n}-yes").count():
            page.locator(f"label[for=answer_{n}-yes]").click()
    page.fill("#how", "上门问")
    phone.look("case-answers")
    page.locator("form.sheet button:not([type=button]):not([name])").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    phone.open("/rongxi/cases/")
    phone.look("cases-many")
    with app.app_context():
        found = db.session.query(CaseEntry).filter_by(case_id=row_of(village, address).id, act="consent").count()
        db.session.remove()
    assert found >= 12
