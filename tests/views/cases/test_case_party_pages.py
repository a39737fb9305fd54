"""Pages about the parties of a case: what follows before one leaves, lists of many, answers in one table, hints."""

from datetime import date

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import CaseEntry, MediationCase, db
from consult.services.people import villages
from tests.cases import a_case, act, grant, row_of
from tests.services.cases.test_case_parties import GUARDIAN, of_a_minor, three


def ready(app, make, *args, **options) -> str:
    with app.app_context():
        address = make(*args, **options)
        db.session.commit()
        db.session.remove()
    return address


def entries(app) -> int:
    with app.app_context():
        found = db.session.query(CaseEntry).count()
        db.session.remove()
    return found


def today(app, village) -> str:
    with app.app_context():
        found = villages.local_day(village.row(), clock.now()).isoformat()
        db.session.remove()
    return found


def state(app, village, address: str) -> str:
    with app.app_context():
        found = str(row_of(village, address).state)
        db.session.remove()
    return found


def test_before_one_of_several_leaves_the_page_says_for_whom_it_goes_on(app, as_person, village):
    address = ready(app, three, village)
    keung, before = as_person(village.ah_keung), entries(app)
    at = f"/rongxi/cases/{address}/withdraw"
    answer = keung.send(at, at=at, key="w", reason="算了")
    assert answer.status_code == 200 and entries(app) == before, "the first time it only asks"
    said = keung.text("main")
    assert "只是陈志强一方退出" in said and "其他人继续调解：李桂芳、陈伯坚" in said
    assert keung.page.select_one("input[name=reason]")["value"] == "算了"
    assert keung.send(at, at=at, key="w", reason="算了", sure="1").status_code == 303
    assert entries(app) == before + 1 and state(app, village, address) == "assigned"
    keung.get(f"/rongxi/cases/{address}")
    assert "已经退出" in keung.text("main")
    assert [a["href"].rpartition("/")[2] for a in keung.page.select("main a[href*='/statement']")] == ["statement"]
    keung.get("/rongxi/cases/")
    assert "已退出" in keung.text("#own + ul")
    assert keung.get(f"/rongxi/cases/{address}/looks").status_code == 404


def test_before_the_last_of_a_side_leaves_the_page_says_that_it_ends(app, as_person, village):
    address = ready(app, a_case, village, CaseState.MEDIATING)
    chan = as_person(village.old_chan)
    at = f"/rongxi/cases/{address}/consent"
    assert chan.send(at, at=at, key="n", answer="no").status_code == 200
    assert "全案调解结束" in chan.text("main")
    assert state(app, village, address) == "mediating"
    assert chan.send(at, at=at, key="n", answer="no", sure="1").status_code == 303
    assert state(app, village, address) == "terminated"


def test_a_yes_is_taken_at_once(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ASSIGNED)
    at = f"/rongxi/cases/{address}/consent"
    assert as_person(village.old_chan).send(at, at=at, key="y", answer="yes").status_code == 303


def test_a_list_comes_back_with_each_mistake_at_its_line(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ACCEPTED)
    leung = as_person(village.aunt_leung)
    at = f"/rongxi/cases/{address}/add_parties"
    typed = "陈志强 1-3\n王五 12 13\n赵六 01-001\n钱七 3500元"
    assert leung.send(at, at=at, key="l", side="applicant", people=typed).status_code == 422
    assert leung.page.select_one("textarea[name=people]").get_text().strip() == typed
    wrong = {one["id"] for one in leung.page.select("li[id^=people_]")}
    assert wrong == {"people_2", "people_3"}
    assert "第 2 行" in leung.text(".mistakes") and "第 3 行" in leung.text(".mistakes")
    mended = typed.replace("12 13", "12").replace("赵六 01-001", "赵六")
    assert leung.send(at, at=at, key="l", side="applicant", people=mended).status_code == 303
    leung.get(f"/rongxi/cases/{address}")
    assert "请求3500元" in leung.text(".parties").replace(",", "")
    leung.get("/rongxi/cases/")
    assert "李桂芳、陈志强等5人 – 陈伯坚" in leung.text("main")


def test_a_household_of_the_roll_is_put_into_the_list_and_what_stood_there_stays(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ACCEPTED)
    leung, before = as_person(village.aunt_leung), entries(app)
    at = f"/rongxi/cases/{address}/add_parties"
    sent = {"key": "l", "side": "applicant", "people": "王五", "household": "1-3", "group": "", "fill": "1"}
    assert leung.send(at, at=at, **sent).status_code == 200
    lines = leung.page.select_one("textarea[name=people]").get_text().strip().splitlines()
    assert lines[0] == "王五" and "陈志强 01-003" in lines and entries(app) == before


def test_the_answers_of_all_parties_are_entered_on_one_page(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ASSIGNED)
    leung, before = as_person(village.aunt_leung), entries(app)
    leung.get(f"/rongxi/cases/{address}")
    assert leung.page.select_one(f"main a[href$='/cases/{address}/consents']")
    at = f"/rongxi/cases/{address}/consents"
    sent = {"key": "c", "on": today(app, village), "how": "上门问", "how_1": "", "how_2": "打电话"}
    assert leung.send(at, at=at, **sent, answer_1="", answer_2="").status_code == 422
    assert leung.page.select_one("input[name=how_2]")["value"] == "打电话"
    assert leung.send(at, at=at, **sent, answer_1="yes", answer_2="yes").status_code == 303
    assert leung.send(at, at="/rongxi/me", **sent, answer_1="yes", answer_2="yes").status_code == 303, "once"
    assert entries(app) == before + 2
    leung.get(f"/rongxi/cases/{address}")
    assert "打电话" in leung.text("#timeline ~ ol") and "上门问" in leung.text("#timeline ~ ol")


def test_a_no_in_the_table_is_asked_about_once_more(app, as_person, village):
    address = ready(app, three, village)
    leung = as_person(village.aunt_leung)
    at = f"/rongxi/cases/{address}/consents"
    sent = {"key": "c", "on": today(app, village), "how": "", "answer_2": "no"}
    assert leung.send(at, at=at, **sent).status_code == 200
    assert "只是陈志强一方退出" in leung.text("main")
    assert leung.send(at, at=at, **sent, sure="1").status_code == 303
    assert state(app, village, address) == "assigned"
    assert as_person(village.ah_fong).get(at).status_code == 403


def test_a_minor_reads_that_the_representative_acts_and_the_desk_that_one_is_missing(app, as_person, village):
    address = ready(app, of_a_minor, village)
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    assert "要由法定代理人代办" in leung.text(".urgent")
    assert leung.page.select_one("section a[href$='/add_guardian']"), "it comes first"
    ming = as_person(village.siu_ming)
    ming.get(f"/rongxi/cases/{address}")
    assert "由您的法定代理人替您表态" in ming.text("main")
    assert not ming.page.select("main a[href$='/withdraw']")
    with app.app_context():
        act(village, address, village.aunt_leung, CaseAct.ADD_GUARDIAN, {**GUARDIAN, "name": "王芳"})
        db.session.remove()
    leung.get(f"/rongxi/cases/{address}")
    assert "须由法定代理人" not in leung.text("main") and "代理陈小明" in leung.text(".parties")
    assert "出生" not in ming.get(f"/rongxi/cases/{address}").get_data(as_text=True)


def test_a_mediator_who_kept_out_is_never_offered_without_the_hint(app, as_person, village):
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        grant(village.uncle_ho, Role.MEDIATOR)
        address = a_case(village, CaseState.ACCEPTED)
        act(village, address, village.uncle_ho, CaseAct.RECUSE, {"reason": "是我亲家"})
        db.session.remove()
    yip, fong = as_person(village.ms_yip), as_person(village.ah_fong)
    at = f"/rongxi/cases/{address}/assign"
    yip.get(at)
    assert "是我亲家" in yip.text(".urgent") and "何树根（本案已回避）" in yip.text("#mediators")
    sent = {"key": "a", "mediators": str(village.uncle_ho.id), "reason": "没有别人"}
    assert yip.send(at, at=at, **sent).status_code == 422
    assert yip.page.select_one("input[name=reason]")["value"] == "没有别人"
    fong.get(f"/rongxi/cases/{address}/choose_mediator")
    assert "何树根（呢單案已經迴避）" in fong.text("#mediator")
    assert yip.send(at, at=at, **sent, despite="1").status_code == 303


def test_an_organisation_has_its_head_and_its_code_and_no_wrong_one(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ACCEPTED)
    leung = as_person(village.aunt_leung)
    at = f"/rongxi/cases/{address}/describe_party"
    sent = {"key": "o", "party": "2", "body": "company", "in_charge": "何总", "credit_code": "91440300708461136X"}
    assert leung.send(at, at=at, **sent).status_code == 422
    assert leung.page.select_one("input[name=credit_code]")["value"] == sent["credit_code"]
    assert leung.send(at, at=at, **{**sent, "credit_code": ""}).status_code == 303
    leung.get(f"/rongxi/cases/{address}")
    assert "公司、企业 · 何总" in leung.text(".parties")


def test_a_person_is_not_noted_as_an_organisation_without_its_kind(app, as_person, village):
    address, before = ready(app, a_case, village, CaseState.ACCEPTED), entries(app)
    leung = as_person(village.aunt_leung)
    at = f"/rongxi/cases/{address}/describe_party"
    assert leung.send(at, at=at, key="o", party="2").status_code == 422
    assert entries(app) == before


def filed_for_a_child(app, village) -> str:
    """The father brought it in his own name; now the child is the party, he its representative and no party himself."""
    address = ready(app, three, village)
    with app.app_context():
        for step, facts in (
            (CaseAct.ADD_PARTY, {"side": "applicant", "name": "志小强", "code": "", "phone": None}),
            (CaseAct.NOTE_CAPACITY, {"party": 4, "capacity": "none", "born": "2020-05-01", "proof_seen": True}),
            (CaseAct.ADD_GUARDIAN, {**GUARDIAN, "for_party": 4, "name": village.ah_keung.name, "code": "01-003"}),
            (CaseAct.REMOVE_PARTY, {"member": 2, "reason": "替孩子提出，本人不是当事人"}),
        ):
            act(village, address, village.aunt_leung, step, facts)
        db.session.remove()
    return address


def test_a_father_who_is_taken_out_as_a_party_takes_part_for_his_child(app, as_person, village):
    address = filed_for_a_child(app, village)
    keung = as_person(village.ah_keung)
    keung.get(f"/rongxi/cases/{address}")
    assert "代理志小强" in keung.text(".parties") and "已经退出" not in keung.text("main")
    assert keung.page.select_one("section a[href$='/consent']")
    at = f"/rongxi/cases/{address}/consent"
    assert keung.send(at, at=at, key="y", answer="yes").status_code == 303
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    assert not leung.page.select("#to-tell"), "a message to the father reaches the child"


def test_parties_are_not_told_of_a_last_day_that_is_not_on_their_page(app, as_person, village):
    address = ready(app, a_case, village, CaseState.ASSIGNED)
    with app.app_context():
        db.session.query(MediationCase).update({"due_on": date(2040, 1, 5)})
        db.session.commit()
        db.session.remove()
    said = "放假安排系统里还没有"
    assert said in as_person(village.aunt_leung).get(f"/rongxi/cases/{address}").get_data(as_text=True)
    assert said not in as_person(village.old_chan).get(f"/rongxi/cases/{address}").get_data(as_text=True)


def test_that_holidays_are_not_known_is_said_beside_the_day_that_may_move(app, as_person, village):
    address = ready(app, a_case, village, CaseState.PERFORMING)
    with app.app_context():
        db.session.query(MediationCase).update({"confirm_by": date(2040, 1, 5)})
        db.session.commit()
        db.session.remove()
    leung, said = as_person(village.aunt_leung), "2040年的放假安排系统里还没有"
    leung.get(f"/rongxi/cases/{address}")
    assert said not in leung.text("section[aria-labelledby=next-step]")
    assert [one for one in leung.page.select("main p") if said in one.get_text() and "司法确认" in one.get_text()]
