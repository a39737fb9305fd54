"""What becomes of a case when a promise is broken: urged, confirmed and enforced by the court, mediated anew, handed up."""

from datetime import timedelta

from consult.domain.cases.states import CaseState
from consult.models import CaseEntry, MediationCase, db
from tests.cases import a_case
from tests.journeys.test_cases import act, day


def begun(app, village, until: CaseState) -> str:
    with app.app_context():
        address = a_case(village, until)
        db.session.remove()
    return address


def on_day(phone, days: int, who) -> None:
    """So many days later, somebody takes the phone in the hand."""
    phone.server.at(timedelta(days))
    phone.sign_in(who)


def stands(app) -> tuple[str, list[str]]:
    with app.app_context():
        state = db.session.query(MediationCase.state).scalar()
        acts = [name for (name,) in db.session.query(CaseEntry.act).order_by(CaseEntry.number)]
        db.session.remove()
    return state, acts


def test_what_the_court_confirmed_is_urged_enforced_and_handed_up_with_a_receipt(phone, app, village):
    address = begun(app, village, CaseState.PERFORMING)
    phone.sign_in(village.aunt_leung)
    act(phone, address, "apply_confirmation", seen="case-to-court", court="清新区法院", on=day(), ticks=("both_agree",))
    act(phone, address, "confirmation", result="confirmed", on=day(), number="2026司确12号")
    phone.look("case-confirmed")
    on_day(phone, 25, village.ah_fong)
    act(phone, address, "breach", seen="case-breach", row="2", words="钱还没有给")
    phone.look("case-breached-party")
    on_day(phone, 26, village.aunt_leung)
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-breached")
    act(phone, address, "urge", on=day(), words="打电话催过，他说卖了藕就给")
    act(phone, address, "breach", row="2", words="藕卖了，还是没有给")
    act(phone, address, "enforce", court="清新区法院", on=day())
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-enforcement")
    act(phone, address, "perform", row="2", on=day(), amount="200", ticks=("other_side_says",))
    act(phone, address, "enforcement_result", seen="case-enforced", result="no_assets", on=day())
    act(phone, address, "escalate", seen="case-escalate", level="town", office="镇司法所", reason="盯着执行")
    act(phone, address, "receipt", seen="case-receipt", on=day(), number="收〔2026〕7号", received_by="何所长")
    act(phone, address, "close", summary="法院已在执行，镇里跟着", although="还欠的由法院执行")
    phone.look("case-closed-by-court")
    state, acts = stands(app)
    assert state == "closed" and acts[-10:] == [
        "confirmation",
        "breach",
        "urge",
        "breach",
        "enforce",
        "perform",
        "enforcement_result",
        "escalate",
        "receipt",
        "close",
    ]


def test_what_was_agreed_by_word_of_mouth_and_not_done_is_mediated_anew_and_may_end_in_court(phone, app, village):
    address = begun(app, village, CaseState.MEDIATING)
    phone.sign_in(village.aunt_leung)
    act(
        phone,
        address,
        "agree",
        form="oral",
        on=day(),
        facts="檐伸过界",
        terms="当场拆",
        by_1="2",
        what_1="拆雨棚",
        due_1=day(),
    )
    phone.look("case-agreed-orally")
    on_day(phone, 2, village.ah_fong)
    act(phone, address, "breach", row="1", words="没有拆")
    on_day(phone, 3, village.aunt_leung)
    act(phone, address, "mediate_again", seen="case-again", reason="两家都愿意再谈", ticks=("both_agree",))
    act(
        phone,
        address,
        "hold_session",
        on=day(),
        place="榕树头",
        present="两家",
        said="再谈一次",
        result="agreed",
        ticks=("identity_seen",),
    )
    act(
        phone,
        address,
        "agree",
        form="written",
        on=day(),
        facts="檐伸过界",
        terms="拆雨棚",
        by_1="2",
        what_1="拆雨棚",
        due_1=day(3),
    )
    act(phone, address, "sign", on=day(), photos=True, ticks=("signed-1", "signed-2", "mediator_signed", "sealed"))
    on_day(phone, 9, village.aunt_leung)
    act(phone, address, "perform", row="1", on=day(), ticks=("other_side_says",))
    act(phone, address, "take_back", seen="case-take-back", row="1", reason="看错了，没有拆")
    act(phone, address, "breach", row="1", words="还是没有拆")
    act(phone, address, "sue", seen="case-sue", court="清新区法院", on=day())
    phone.look("case-sued")
    state, acts = stands(app)
    assert state == "lawsuit" and acts[-9:] == [
        "breach",
        "mediate_again",
        "hold_session",
        "agree",
        "sign",
        "perform",
        "take_back",
        "breach",
        "sue",
    ]


def test_a_plan_of_instalments_is_made_in_one_step_broken_paid_in_parts_and_late_and_heals_by_itself(
    phone, app, village
):
    address = begun(app, village, CaseState.MEDIATING)
    phone.sign_in(village.aunt_leung)
    page = phone.open(f"/rongxi/cases/{address}/agree")
    page.locator("label[for=form-1]").click()
    page.fill("#facts", "欠工钱")
    page.fill("#terms", "分三期付清")
    page.locator("details:has(#plan_what) > summary").click()
    page.fill("#plan_what", "付工钱")
    page.select_option("#plan_by", "2")
    page.locator("label[for=plan_to-1]").click()
    page.fill("#plan_total", "1000")
    page.fill("#plan_count", "3")
    page.fill("#plan_first", day(5))
    page.select_option("#plan_way", "transfer")
    phone.look("case-plan")
    page.locator("button[name=make_plan]").click()
    page.wait_for_selector("#what_3[value]:not([value=''])", state="attached")
    phone.look("case-plan-made")
    assert [page.input_value(f"#amount_{n}") for n in (1, 2, 3)] == ["333.33", "333.33", "333.34"]
    assert page.input_value("#terms") == "分三期付清" and page.input_value("#to_2") == "1"
    page.locator("form.sheet button").last.click()
    page.wait_for_url(f"**/cases/{address}")
    act(phone, address, "sign", on=day(), photos=True, ticks=("signed-1", "signed-2", "mediator_signed", "sealed"))
    on_day(phone, 7, village.ah_fong)
    act(phone, address, "breach", row="1", words="第一期没有付")
    assert stands(app)[0] == "breached"
    act(phone, address, "perform", row="1", on=day(), amount="100")
    assert stands(app)[0] == "breached"
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-part-paid")
    act(phone, address, "perform", row="1", on=day(), amount="233.33")
    assert stands(app)[0] == "performing"
    page = phone.open(f"/rongxi/cases/{address}")
    assert "第 2" not in page.locator("#next-step").inner_text()


def test_what_the_court_enforced_in_full_goes_to_the_archive_as_an_agreement(phone, app, village):
    address = begun(app, village, CaseState.PERFORMING)
    phone.sign_in(village.aunt_leung)
    act(phone, address, "apply_confirmation", court="清新区法院", on=day(), ticks=("both_agree",))
    act(phone, address, "confirmation", result="confirmed", on=day(), number="2026司确12号")
    on_day(phone, 25, village.aunt_leung)
    act(phone, address, "breach", row="2", words="钱没有付")
    act(phone, address, "enforce", court="清新区法院", on=day())
    act(phone, address, "perform", row="1", on=day(), ticks=("other_side_says",))
    act(phone, address, "enforcement_result", result="enforced", on=day(), number="2027执5号")
    act(phone, address, "close", summary="法院执行完毕")
    act(phone, address, "archive", shelf="二号柜")
    page = phone.open(f"/rongxi/cases/{address}")
    phone.look("case-enforced-archived")
    told = page.locator("main").inner_text()
    assert ("达成书面协议" in told and "执行完毕" in told) or ("達成書面協議" in told and "執行完畢" in told)
    assert "终止" not in told and "終止" not in told
    assert stands(app)[0] == "archived"
