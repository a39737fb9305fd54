"""Cases that go beyond the committee: to the court, to the town, and one that is not taken."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from tests.case_stories import Story, a_row

pytestmark = pytest.mark.both_databases
COURT = "清远市清城区人民法院"


def test_a_confirmed_agreement_that_is_not_kept_is_enforced_and_never_sued_on(story: Story):
    leung = story.cast.aunt_leung
    hurt = story.villager("02-041", "邓伟文", "1969-12-30", "13800000051")
    story.on("2026-01-26")
    story.is_filed(
        leung,
        kind="money",
        source="police",
        applicant="邓伟文",
        applicant_code="02-041",
        respondent="谢国栋",
        words="一月十八日谢国栋骑电动车在村口撞伤邓伟文，交警认定谢国栋负全责，医药费八千元没有付。交警委托调解。",
        claim="compensate",
        claim_amount="8000",
        phone="13800000051",
    )
    story.is_taken(leung, "道路交通事故赔偿纠纷", "traffic")
    story.does(
        leung,
        CaseAct.ADD_PARTY,
        side="agent",
        name="邓家辉",
        phone="13800000052",
        for_party="1",
        authority="agree",
        photos="letter",
    )
    story.all_say_yes(leung, [1, 2])
    story.does(
        leung, CaseAct.EVIDENCE, words="道路交通事故认定书、住院病历、票据八张", photos="police", identity_seen="1"
    )
    story.on("2026-01-30", "11:00")
    story.sits(
        leung,
        "邓家辉：父亲住院七日，八千元有票。\n谢国栋：我认，分两次给。",
        place="村委会调解室",
        present="邓家辉、谢国栋",
        proposal="谢国栋赔8000元，分两次。",
        checked="认定书：谢国栋负全部责任。",
    )
    story.agrees(
        leung,
        a_row("2", "1", "赔偿第一笔", "4000", "2026-02-14", "transfer"),
        a_row("2", "1", "赔偿第二笔", "4000", "2026-02-28", "transfer"),
        facts="2026年1月18日，谢国栋骑电动车撞伤邓伟文，负全部责任，医药费8000元。",
        terms="谢国栋赔邓伟文8000元，分两次付清。",
    )
    story.is_signed(leung, 1, 2)
    story.on("2026-03-02")
    story.does(leung, CaseAct.APPLY_CONFIRMATION, court=COURT, both_agree="1", on="2026-02-12")
    story.does(leung, CaseAct.CONFIRMATION, result="confirmed", on="2026-02-27", number="（2026）粤1802民特18号")
    story.does(leung, CaseAct.PERFORM, CaseState.PERFORMING, row="1", on="2026-02-13", other_side_says="1")
    story.does(hurt, CaseAct.BREACH, CaseState.BREACHED, row="2", words="第二笔没有给，人不见了。")
    story.is_refused(leung, CaseAct.SUE, "直接申请强制执行，不用起诉", court=COURT)
    story.on("2026-03-16")
    story.does(leung, CaseAct.ENFORCE, CaseState.ENFORCEMENT, court=COURT, on="2026-03-16")
    story.is_refused(leung, CaseAct.CLOSE, "法院还没有结果", summary="已申请执行")
    assert "调解未成" not in story.page(hurt)
    story.on("2026-05-29")
    story.does(leung, CaseAct.PERFORM, CaseState.PERFORMED, row="2", on="2026-05-25", other_side_says="1")
    story.on("2026-06-01")
    story.is_visited(leung, "邓伟文、邓家辉", sued="no")
    story.is_archived(leung, "法院确认后申请强制执行，第二笔已执行到位。")
    story.does(
        leung,
        CaseAct.ENFORCEMENT_RESULT,
        CaseState.ARCHIVED,
        result="enforced",
        on="2026-05-28",
        number="（2026）粤1802执905号",
    )
    found = story.report()
    assert (found.succeeded, found.failed, found.enforcement_asked, found.enforcement["enforced"]) == (1, 0, 1, 1)
    volume = story.volume("enforced")
    volume.is_sound(
        "人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 授权委托书 证据材料 人民调解记录 人民调解协议书 履行凭证 回访记录 司法确认申请书 司法确认情况记录 卷宗情况说明 封底",
        cover="道路交通事故赔偿纠纷 公安移送 达成书面协议 获司法确认 申请强制执行 法院结果：执行完毕",
    )
    assert "调解终止" not in volume.whole, "the agreement stands"
    assert "此致清远市清城区人民法院" in volume.of("司法确认申请书")
    story.holds("邓伟文", "谢国栋")


def test_a_hill_between_two_villages_goes_to_the_town_with_what_may_be_shown(story: Story):
    leung, keung = story.cast.aunt_leung, story.cast.ah_keung
    office = story.villager("09-001", "刘所长", "1975-08-08", "13800000061")
    story.officer(office, Role.JUSTICE_OFFICE)
    story.on("2026-11-02", "08:50")
    story.brings(
        keung,
        "land",
        other="大岭村黄先生",
        story="后山杉树是我爷爷种的，大岭村的人上个月来砍了十二棵，说山是他们的。我有老山契。",
        claim="stop",
        claim_detail="后山松坑",
        claim_since="2026年10月",
    )
    story.on("2026-11-03")
    story.is_taken(leung, "林木权属纠纷", "land_forest")
    story.does(keung, CaseAct.STATEMENT, words="其实我只想他赔树，山是谁的可以慢慢讲。")
    story.does(leung, CaseAct.NOTE, words="对方村干部私下说愿意赔十棵。")
    story.all_say_yes(leung, [1, 2])
    story.does(leung, CaseAct.EVIDENCE, words="1982年山林证一份、老山契一份", photos="deed", identity_seen="1")
    story.on("2026-11-09", "16:00")
    story.sits(
        leung,
        "陈志强：树是我家的。\n黄先生：山是大岭的。",
        "failed",
        place="后山松坑",
        present="陈志强、黄先生、两村组长",
        checked="砍口十二个，山林证四至不清。",
    )
    story.is_refused(
        leung, CaseAct.ESCALATE, "本人怎样表示同意", level="town", office="镇司法所", reason="跨村", talk_of=["1"]
    )
    story.does(
        leung,
        CaseAct.ESCALATE,
        CaseState.ESCALATED,
        level="town",
        office="镇司法所",
        reason="林木权属牵涉两个村，依法由人民政府处理，调解不成。",
        told=["1", "2"],
        told_on="2026-11-09",
    )
    seen = story.page(office)
    assert "慢慢讲" not in seen and "愿意赔十棵" not in seen and "山林证四至不清" in seen
    story.is_refused(leung, CaseAct.CLOSE, "上级还没有签收", summary="已移送")
    story.on("2026-11-12")
    story.does(
        office, CaseAct.RECEIPT, CaseState.ESCALATED, number="榕司收〔2026〕7号", received_by="刘所长", on="2026-11-11"
    )
    story.on("2026-11-16")
    story.is_archived(leung, "跨村林木权属，已移送镇司法所，回执在卷。")
    found = story.report()
    assert (found.handed_on, found.succeeded, found.failed) == (1, 0, 0)
    volume = story.volume("handed-up")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 证据材料 人民调解记录 案件移送函 卷宗情况说明 封底",
        cover="林木权属纠纷 已移交上级，2026年11月9日。原因：林木权属牵涉两个村，依法由人民政府处理，调解不成",
    )
    letter = volume.of("案件移送函")
    assert "镇司法所" in letter and "13800000009" not in letter, "a phone was not among what may be shown"
    assert "13800000009" in volume.of("人民调解申请书") and "补录" not in letter
    story.holds("陈志强", "山林证")


def test_a_quarrel_over_whose_a_field_is_is_not_taken_and_the_paper_says_where_to_go(story: Story):
    cast, leung = story.cast, story.cast.aunt_leung
    story.on("2026-09-30", "16:00")
    story.is_filed(
        leung,
        kind="land",
        applicant="李桂芳",
        applicant_code="01-001",
        respondent="周玉兰",
        respondent_code="02-004",
        words="大垌二亩水田，分田到户时登记在我公公名下，周家种了十年，现在说是她家的。",
        claim="give_back",
        claim_detail="大垌",
        claim_since="2016年",
        phone="13800000001",
        on="2026-09-29",
    )
    story.is_refused(leung, CaseAct.DECLINE, "请从列表里选一个", reason="权属不清")
    story.on("2026-10-08")
    story.does(
        leung,
        CaseAct.DECLINE,
        CaseState.DECLINED,
        ground="land_ownership",
        reason="争的是土地使用权归谁，依法先由镇人民政府处理。",
        on="2026-10-01",
        told=["1"],
        told_on="2026-10-01",
    )
    story.does(leung, CaseAct.TELL_WAYS, CaseState.DECLINED, told=["2"], on="2026-10-08")
    assert "镇" in story.page(cast.ah_fong)
    story.on("2026-10-09")
    story.is_archived(leung, "不予受理，已告知到镇人民政府申请处理。")
    found = story.report()
    assert (found.declined, found.failed, found.succeeded, found.accepted) == (1, 0, 0, 0)
    volume = story.volume("declined")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 不予受理告知书 卷宗情况说明 封底",
        cover="山林土地纠纷 不予受理：土地、林地权属争议，2026年10月1日。原因：争的是土地使用权归谁，依法先由镇人民政府处理 周玉兰（2026年10月8日）",
    )
    told = volume.of("不予受理告知书")
    assert "现在说是她家的。" in told and "补录" not in told and "镇政府" in told
    assert "山林土地纠纷" in volume.of("卷宗情况说明") and "不予受理" in volume.of("卷宗情况说明")
    story.holds("大垌")
