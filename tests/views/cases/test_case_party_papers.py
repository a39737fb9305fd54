"""Papers name parties by their right part: statutory representatives, heads of organisations, chosen representatives."""

from datetime import date

from consult.domain.cases import papers
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.people import age_on
from consult.models import db
from consult.services.cases import membership
from consult.web.words.cases import case_papers
from tests.cases import a_case, a_photo, act, course, opened
from tests.services.cases.test_case_parties import GUARDIAN, of_a_minor, three
from tests.views.cases.test_case_papers import reading, words_of

CODE = "91440300708461136T"


def documents(case, paper: Paper) -> list[dict]:
    return case_papers.of_paper(case, paper)["documents"]


def persons(document: dict) -> list[dict]:
    return [block for block in document["blocks"] if block["kind"] == "person"]


def test_a_minor_signs_through_the_statutory_representative_and_no_letter_is_asked_for(app, village):
    with app.app_context():
        address = of_a_minor(village)
        act(
            village, address, village.aunt_leung, CaseAct.ADD_GUARDIAN, {**GUARDIAN, "name": "李桂芳", "code": "01-001"}
        )
        case = opened(village, village.aunt_leung, address)
        (application,) = documents(case, Paper.APPLICATION)
        assert application["signers"] == ["申请人 陈小明 法定代理人 李桂芳"]
        assert [one["as"] for one in persons(application)] == ["申请人", "法定代理人", "被申请人"]
        sheets = papers.volume(case.entries, case.situation)
        assert not next(sheet for sheet in sheets if sheet.paper is Paper.AUTHORITY).needed
        assert "法定代理人" in "".join(words_of("case_paper", case_papers.of_paper(case, Paper.APPLICATION)))


def test_a_child_off_the_roll_has_an_age_and_parties_are_counted_from_one(app, village):
    with app.app_context():
        address, leung = three(village), village.aunt_leung
        for step, facts in (
            (CaseAct.ADD_PARTY, {"side": "applicant", "name": "志小强", "code": "", "phone": None}),
            (CaseAct.NOTE_CAPACITY, {"party": 4, "capacity": "none", "born": "2020-05-01", "proof_seen": True}),
            (
                CaseAct.ADD_GUARDIAN,
                {**GUARDIAN, "for_party": 4, "relation": "父亲", "name": "陈志强", "code": "01-003"},
            ),
            (CaseAct.REMOVE_PARTY, {"member": 2, "reason": "替孩子提出"}),
        ):
            act(village, address, leung, step, facts)
        db.session.remove()
    with reading(app):
        case = opened(village, leung, address)
        (application,) = documents(case, Paper.APPLICATION)
        child = next(one for one in persons(application) if dict(one["cells"])["姓名"] == "志小强")
        years = age_on(date(2020, 5, 1), case.situation.filed_on)
        assert dict(child["cells"])["年龄"] == str(years)
        (known,) = documents(case, Paper.IDENTITY)
        rows = next(block for block in known["blocks"] if block["kind"] == "table")["rows"]
        assert [row[:3] for row in rows] == [
            ["1", "申请人", "李桂芳"],
            ["2", "申请人", "志小强"],
            ["3", "被申请人", "陈伯坚"],
            ["4", "法定代理人（父亲）", "陈志强"],
        ]


def test_an_organisation_has_head_code_and_who_handles_it_and_neither_sex_nor_age(app, village):
    with app.app_context():
        sides = [
            membership.party_of(village.ah_fong.row(), CaseRole.APPLICANT),
            Side(CaseRole.RESPONDENT, "同兴茶厂有限公司"),
        ]
        address, leung = a_case(village, sides=sides), village.aunt_leung
        body = {"party": 2, "body": "company", "in_charge": "何总", "credit_code": CODE, "ours": False}
        act(village, address, leung, CaseAct.DESCRIBE_PARTY, body)
        clerk = {"side": "agent", "name": "小赵", "code": "", "phone": None, "for_party": 2, "authority": "agree"}
        act(village, address, leung, CaseAct.ADD_PARTY, clerk, media=[a_photo()])
        db.session.remove()
    with reading(app):
        (application,) = documents(opened(village, leung, address), Paper.APPLICATION)
        cells = dict([*persons(application)[-1]["first"], *persons(application)[-1]["cells"]])
        assert cells["法定代表人"] == "何总" and cells["统一社会信用代码"] == CODE and cells["经办人"] == "小赵"
        assert not {"性别", "年龄", "民族", "职业"} & set(cells)
    with app.app_context():
        act(village, address, leung, CaseAct.DESCRIBE_PARTY, {**body, "body": "other_body"}, key="again")
        db.session.remove()
    with reading(app):
        (application,) = documents(opened(village, leung, address), Paper.APPLICATION)
        assert "负责人" in dict(persons(application)[-1]["cells"])


def test_who_left_stands_on_the_cover_and_the_application_and_signs_no_agreement(app, village):
    with app.app_context():
        address, leung = three(village), village.aunt_leung
        act(village, address, village.ah_keung, CaseAct.WITHDRAW, {"reason": "算了", "sure": True})
        steps = [one for one in course(village) if one[1] in (CaseAct.HOLD_SESSION, CaseAct.AGREE)]
        rows = [{"by": 3, "what": "装水槽", "amount": None, "due": steps[1][2]["on"]}]
        for _who, step, facts, media in steps:
            facts = {**facts, "rows": rows} if step is CaseAct.AGREE else facts
            act(village, address, leung, step, facts, media=media)
        db.session.remove()
    with reading(app):
        case = opened(village, leung, address)
        assert case.state is CaseState.AGREED_IN_WRITING
        (application,), (agreed,) = documents(case, Paper.APPLICATION), documents(case, Paper.AGREEMENT)
        assert "申请人 陈志强" in application["signers"] and "申请人 陈志强" not in agreed["signers"]
        cover = dict(case_papers.of_volume(case)["cover"]["pairs"]["rows"])
        assert cover["退出调解的人"].startswith("陈志强（") and "退出" in cover["退出调解的人"]


def test_a_chosen_representative_signs_for_those_who_chose_them(app, village):
    with app.app_context():
        address, leung = three(village), village.aunt_leung
        on = opened(village, leung, address).entries[-1].on.isoformat()
        chosen = {"chosen": 1, "chosen_by": [2], "authority": "agree", "on": on}
        act(village, address, leung, CaseAct.ELECT_REPRESENTATIVE, chosen, media=[a_photo()])
        db.session.remove()
    with reading(app):
        (rights,) = documents(opened(village, leung, address), Paper.RIGHTS)
        assert rights["signers"][:2] == ["申请人 李桂芳（推选代表，另代表1人）", "被申请人 陈伯坚"]


def test_what_is_owed_to_the_whole_other_side_names_all_of_them_on_both_sides(app, village):
    with app.app_context():
        sides = [
            membership.party_of(village.ah_fong.row(), CaseRole.APPLICANT),
            membership.party_of(village.ah_keung.row(), CaseRole.APPLICANT),
            membership.party_of(village.old_chan.row(), CaseRole.RESPONDENT),
            Side(CaseRole.RESPONDENT, "同兴茶厂"),
        ]
        address, leung = a_case(village, CaseState.ASSIGNED, sides=sides), village.aunt_leung
        for n in (1, 2, 3, 4):
            act(village, address, leung, CaseAct.CONSENT, {"party": n, "answer": "yes", "how": ""}, key=f"yes{n}")
        steps = [one for one in course(village) if one[1] in (CaseAct.HOLD_SESSION, CaseAct.AGREE)]
        due = steps[1][2]["on"]
        rows = [
            {"by": 1, "to": [], "what": "让出水路", "amount": None, "due": due},
            {"by": 4, "to": [], "what": "付水费", "amount": 10_000, "due": due},
        ]
        for _who, step, facts, media in steps:
            facts = {**facts, "rows": rows} if step is CaseAct.AGREE else facts
            act(village, address, leung, step, facts, media=media)
        db.session.remove()
    with reading(app):
        (agreed,) = documents(opened(village, leung, address), Paper.AGREEMENT)
        found = next(block for block in agreed["blocks"] if block["kind"] == "table" and "履行人" in block["head"])
        assert [row[1:3] for row in found["rows"]] == [["李桂芳", "陈伯坚、同兴茶厂"], ["同兴茶厂", "李桂芳、陈志强"]]
