"""A mediator hands the whole caseload to a colleague, on the phone, in both languages."""

from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import db
from tests.cases import a_case, grant


def test_a_caseload_goes_to_a_colleague(phone, app, village):
    with app.app_context():
        addresses = [a_case(village, CaseState.PERFORMING), a_case(village, CaseState.MEDIATING, key="two")]
        grant(village.ms_yip, Role.MEDIATOR)
        grant(village.uncle_ho, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        db.session.remove()
    phone.sign_in(village.aunt_leung)
    page = phone.open("/rongxi/cases/handover")
    phone.look("case-handover")
    tapped = page.locator(f"[name=taker][value='{village.ms_yip.id}']").get_attribute("id")
    page.locator(f"label[for='{tapped}']").click()
    page.fill("#note", "冬天再去看一次水槽")
    page.locator("form.sheet button:not([type=button])").click()
    page.wait_for_selector("input[name=sure]", state="attached")
    phone.look("case-handover-sure")
    page.locator("form.sheet button:not([type=button])").click()
    page.wait_for_url("**/cases/handover?giver=*")
    phone.look("case-handover-done")
    assert not any(address in page.content() for address in addresses)
    phone.sign_in(village.ms_yip)
    page = phone.open("/rongxi/cases/")
    assert all(address in page.content() for address in addresses)
