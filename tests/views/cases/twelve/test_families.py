"""Cases with children in them: a dog, an inheritance, a divorce."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseState
from tests.case_stories import Story, a_row

pytestmark = pytest.mark.both_databases


def test_a_child_whom_a_dog_has_bitten_acts_through_her_mother(story: Story):
    leung, chan = story.cast.aunt_leung, story.cast.old_chan
    mother = story.villager("02-011", "周丽华", "1990-05-20", "13800000021", sex="女")
    child = story.villager("02-011", "林小雨", "2018-09-12", relation="女儿", sex="女")
    story.on("2026-07-13", "09:20")
    story.is_filed(
        leung,
        kind="other",
        applicant="林小雨",
        applicant_code="02-011",
        respondent="陈伯坚",
        respondent_code="01-002",
        words="七月十二日傍晚，林小雨在村道玩，被陈伯坚家没有拴绳的狗咬伤右腿，打了狂犬疫苗，花了三千多元。",
        claim="compensate",
        wish="赔医药费，以后拴好狗",
        claim_amount="3680",
        claim_detail="下围村道",
        claim_since="2026年7月12日",
        phone="13800000021",
    )
    story.is_refused(leung, CaseAct.ACCEPT, "林小雨", title="犬只伤人", kind="damages", rights_told="1")
    story.is_refused(
        leung,
        CaseAct.ADD_GUARDIAN,
        "这个人是对方当事人",
        for_party="1",
        name="陈伯坚",
        relation="邻居",
        code="01-002",
        proof="household_register",
        proof_seen="1",
        no_conflict="1",
    )
    story.does(
        leung,
        CaseAct.ADD_GUARDIAN,
        for_party="1",
        name="周丽华",
        relation="母亲",
        code="02-011",
        phone="13800000021",
        proof="household_register",
        proof_seen="1",
        no_conflict="1",
    )
    story.is_taken(leung, "犬只伤人赔偿纠纷", "damages")
    story.is_refused(child, CaseAct.CONSENT, "由您的法定代理人", answer="yes")
    story.does(mother, CaseAct.CONSENT, answer="yes")
    story.does(chan, CaseAct.CONSENT, answer="yes")
    story.does(leung, CaseAct.EVIDENCE, words="镇卫生院病历、狂犬疫苗接种记录、收费票据三张共3680元", photos="bill")
    story.does(
        leung,
        CaseAct.INVESTIGATE,
        CaseState.INVESTIGATING,
        place="陈伯坚家",
        asked="陈伯坚",
        words="问：狗当时拴了没有？\n答：没有，绳子断了两天，没来得及换。",
    )
    story.does(leung, CaseAct.CALL_SESSION, on="2026-07-15", at="19:00", place="村委会调解室", how="closed")
    story.on("2026-07-15", "20:30")
    story.sits(
        leung,
        "周丽华：孩子晚上还发噩梦，医药费要全赔。\n陈伯坚：医药费我出，营养费少一点。",
        checked="医药费票据三张，共3680元；狗没有拴绳。",
        proposal="赔医药费3680元、营养费500元，狗即日拴养。",
        present="林小雨、周丽华、陈伯坚",
        identity_seen="1",
    )
    story.agrees(
        leung,
        a_row("2", "1", "赔医药费和营养费", "4180", "2026-07-31", "cash"),
        a_row("2", "1", "给狗拴绳、办好免疫", "", "2026-07-20", "act"),
        facts="2026年7月12日，陈伯坚饲养的狗没有拴绳，在村道咬伤林小雨右腿，医药费共3680元。",
        terms="一、陈伯坚赔林小雨医药费3680元、营养费500元，由周丽华代收。\n二、陈伯坚即日起拴绳养狗。",
    )
    story.is_signed(leung, 1, 2)
    story.on("2026-07-20")
    story.is_refused(child, CaseAct.PERFORM, "要由对方来说", row="2", on="2026-07-19")
    story.does(mother, CaseAct.PERFORM, CaseState.PERFORMING, row="2", on="2026-07-19")
    story.on("2026-08-01")
    story.does(mother, CaseAct.PERFORM, CaseState.PERFORMED, row="1", on="2026-07-31")
    story.on("2026-08-03")
    story.is_visited(leung, "周丽华、陈伯坚", danger="", measure="提醒办犬证")
    story.is_archived(leung, "赔款付清，狗已拴养，孩子复查无碍。")
    found = story.report()
    assert (found.succeeded, found.by_kind["damages"], found.parties, found.amount_fen) == (1, 1, 0, 418_000)
    volume = story.volume("dog")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 调查记录 证据材料 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="犬只伤人赔偿纠纷 林小雨 达成书面协议 2026年7月31日履行完毕",
    )
    signed = "申请人林小雨法定代理人周丽华"
    for paper in ("人民调解申请书", "人民调解记录", "人民调解协议书", "履行凭证"):
        assert signed in volume.of(paper), paper
    assert "授权委托书" not in volume.papers(), "the law gives her the right, not a letter"
    story.holds("林小雨", "周丽华")


def test_a_childs_share_of_an_inheritance_is_kept_by_a_guardian_who_wants_nothing(story: Story):
    leung = story.cast.aunt_leung
    uncle = story.villager("02-021", "吴志明", "1979-02-03", "13800000031")
    mother = story.villager("02-022", "冯秀英", "1988-11-11", "13800000032", sex="女")
    child = story.villager("02-022", "吴家俊", "2013-06-01", relation="儿子")
    story.on("2026-09-21")
    story.is_filed(
        leung,
        kind="family",
        applicant="吴家俊",
        applicant_code="02-022",
        respondent="吴志明",
        respondent_code="02-021",
        words="爷爷去世留下存款九万元，父亲先走，叔叔吴志明全部取走，说孙子没有份。孩子十三岁。",
        claim="divide",
        claim_amount="45000",
        claim_detail="为吴家俊",
        claim_since="2026年6月",
        phone="13800000032",
        on="2026-09-19",
    )
    guardian = {"for_party": "1", "proof": "household_register", "proof_seen": "1", "no_conflict": "1"}
    story.is_refused(
        leung, CaseAct.ADD_GUARDIAN, "这个人是对方当事人", name="吴志明", relation="叔叔", code="02-021", **guardian
    )
    story.does(leung, CaseAct.ADD_GUARDIAN, name="冯秀英", relation="母亲", code="02-022", **guardian)
    story.is_taken(leung, "继承纠纷", "family", "inheritance", on="2026-09-20")
    story.all_say_yes(leung, [1, 2], on="2026-09-21")
    story.does(
        leung,
        CaseAct.EVIDENCE,
        words="爷爷的存款流水、户口簿、父亲的死亡证明（2021年）",
        identity_seen="1",
        photos="bank",
    )
    story.does(leung, CaseAct.CALL_SESSION, on="2026-09-24", at="15:00", place="村委会调解室", how="closed")
    story.on("2026-09-24", "17:00")
    story.sits(
        leung,
        "冯秀英：孩子代他爸爸那一份。\n吴志明：养老送终都是我，要多分。",
        checked="存款九万元，被继承人没有遗嘱；吴家俊代位继承其父份额。",
        proposal="吴志明多分，给吴家俊四万元，分两次付，存入孩子名下。",
        present="吴家俊、冯秀英、吴志明",
    )
    story.agrees(
        leung,
        a_row("2", "1", "支付继承份额第一笔", "20000", "2026-09-30", "transfer"),
        a_row("2", "1", "支付继承份额第二笔", "20000", "2026-10-08", "transfer"),
        facts="吴老伯2026年6月去世，留下存款九万元，没有遗嘱，已由吴志明取出。吴家俊的父亲2021年去世，吴家俊代位继承。",
        terms="一、吴志明分给吴家俊四万元，存入吴家俊名下存折。\n二、其余归吴志明。",
    )
    story.is_signed(leung, 1, 2)
    story.is_refused(uncle, CaseAct.PERFORM, "收", row="1", on="2026-09-24")
    story.on("2026-10-09")
    story.does(mother, CaseAct.PERFORM, CaseState.PERFORMING, row="1", on="2026-09-30")
    story.is_refused(leung, CaseAct.PERFORM, "不能早于那一天", row="2", on="2026-09-22", other_side_says="1")
    story.does(mother, CaseAct.PERFORM, CaseState.PERFORMED, row="2", on="2026-10-08")
    story.on("2026-10-12")
    story.is_visited(leung, "冯秀英、吴志明")
    story.is_archived(leung, "四万元已存入孩子名下。")
    found = story.report()
    assert (found.succeeded, found.by_kind["family"], found.amount_fen) == (1, 1, 4_000_000)
    volume = story.volume("inheritance")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 证据材料 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="继承纠纷 吴家俊 达成书面协议 2026年10月8日履行完毕 2026年9月20日",
    )
    assert "申请人吴家俊法定代理人冯秀英" in volume.of("人民调解协议书") + volume.whole
    assert "补录" not in volume.of("人民调解申请书") + volume.of("人民调解协议书"), "theirs, not the committee's"
    assert "☑" not in volume.whole
    assert story.page(child)
    story.holds("吴家俊", "冯秀英")


def test_a_divorce_with_violence_keeps_its_title_to_itself_and_settles_support_alone(story: Story):
    leung = story.cast.aunt_leung
    wife = story.villager("02-031", "许婉儿", "1993-04-08", "13800000041", relation="配偶", sex="女")
    husband = story.villager("02-031", "罗大勇", "1990-01-15", "13800000042")
    story.on("2026-10-12", "14:10")
    story.is_filed(
        leung,
        kind="family",
        applicant="许婉儿",
        applicant_code="02-031",
        respondent="罗大勇",
        respondent_code="02-031",
        words="想离婚，女儿五岁跟我，他三个月没有给过一分钱。喝了酒会动手。",
        claim="support",
        claim_amount="1500",
        claim_detail="为女儿",
        claim_since="2026年7月",
        violence="1",
        vulnerable="1",
        safe_way="打她娘家电话，白天",
        no_message="1",
        phone="13800000041",
    )
    story.is_taken(leung, "离婚及抚养费纠纷", "family", "marriage", violence="1")
    story.does(
        leung,
        CaseAct.NOTE_DANGER,
        in_danger=["1"],
        vulnerable="1",
        words="今年两次动手，最近一次九月；已告知可申请人身安全保护令。",
    )
    story.does(leung, CaseAct.REPORT_POLICE, station="镇派出所", words="未成年人在场，已按规定报告。")
    said = story.page(husband)
    assert "来访事项" in said and not [word for word in ("离婚", "动手", "保护令", "派出所") if word in said]
    assert "来访事项" in story.page(wife)
    story.does(wife, CaseAct.CONSENT, answer="yes")
    story.does(leung, CaseAct.CONSENT, party="2", answer="yes", how="单独在村委会问过")
    story.does(leung, CaseAct.CALL_SESSION, on="2026-10-16", at="10:00", place="镇妇联谈话室", how="closed")
    story.on("2026-10-16", "12:00")
    story.sits(
        leung,
        "许婉儿：女儿跟我，抚养费按月给。\n罗大勇：给，一千二。",
        proposal="女儿随母亲生活，每月抚养费1200元；离婚由两人自行到民政局或者法院办理。",
        checked="夫妻已分居三个月，女儿随母亲在外婆家。",
        present="许婉儿、罗大勇、镇妇联干部",
        identity_seen="1",
    )
    story.agrees(
        leung,
        facts="双方2018年结婚，女儿五岁，已分居三个月，女儿随许婉儿生活。是否离婚不在本协议内。",
        terms="一、女儿随许婉儿生活，罗大勇每月付抚养费1200元。\n二、罗大勇不打骂、不跟踪、不威胁许婉儿。\n三、离婚由双方依法办理。",
        plan={
            "plan_what": "付女儿抚养费",
            "plan_by": "2",
            "plan_to": ["1"],
            "plan_total": "3600",
            "plan_count": "3",
            "plan_first": "2026-10-31",
            "plan_every": "month",
            "plan_way": "transfer",
        },
    )
    story.is_signed(leung, 1, 2)
    story.is_refused(
        leung,
        CaseAct.APPLY_CONFIRMATION,
        "依规定不受理的不确认",
        court="清远市清城区人民法院",
        both_agree="1",
        fits="no",
        why="写了离婚",
    )
    for n, day in ((1, "2026-10-31"), (2, "2026-11-30")):
        story.on(day)
        story.does(wife, CaseAct.PERFORM, CaseState.PERFORMING, row=str(n), on=day)
    story.on("2027-01-04")
    story.does(wife, CaseAct.PERFORM, CaseState.PERFORMED, row="3", on="2026-12-31")
    story.is_visited(leung, "许婉儿，单独", danger="罗大勇仍有饮酒", measure="告知12338、110，约定每月电话回访")
    story.is_archived(leung, "抚养费三个月按时，双方已分开居住。")
    found = story.report()
    assert (found.succeeded, found.by_kind["family"]) == (1, 1)
    volume = story.volume("divorce")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="离婚及抚养费纠纷 达成书面协议 2026年12月31日履行完毕",
    )
    for paper in ("当事人权利义务告知书", "人民调解记录"):
        assert "来访事项" in volume.of(paper) and "离婚及抚养费纠纷" not in volume.of(paper), "he signs it"
    agreement, copy = volume.of("人民调解协议书"), story.paper(husband, Paper.AGREEMENT)
    for told in ("13800000041", "02-031"):
        assert told in volume.of("人民调解申请书") and told not in agreement and "许婉儿" in agreement, "he has a copy"
    assert "许婉儿" in copy and copy.count("02-031") == 0
    closing = volume.of("卷宗情况说明")
    assert "离婚及抚养费纠纷" in closing and "镇派出所" in closing
    assert "派出所" not in story.page(husband) and "离婚及" not in story.page(husband)
    story.holds("许婉儿", "罗大勇")
