"""Cases over money."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from tests.case_stories import Story, a_row

pytestmark = pytest.mark.both_databases


def test_a_loan_in_instalments_is_broken_and_paid_late_and_heals_by_itself(story: Story):
    cast, leung = story.cast, story.cast.aunt_leung
    lender, borrower = cast.ah_keung, cast.ah_kwok
    story.on("2026-05-06", "20:10")
    story.brings(
        lender,
        "money",
        other="陈国强",
        story="前年八月国强开士多缺钱，向我借了一万二千元，写了借条，说一年还清。现在过了大半年，只讲没钱。",
        claim="repay_loan",
        claim_amount="12000",
        claim_detail="2024年8月的借款",
        claim_since="2025年8月",
    )
    story.on("2026-05-07")
    story.does(
        leung, CaseAct.ACCEPT, CaseState.ACCEPTED, title="民间借贷纠纷", kind="contract", tag="loan", rights_told="1"
    )
    story.does(leung, CaseAct.TAKE_ON, CaseState.ASSIGNED)
    story.does(leung, CaseAct.IDENTIFY, party="2", code="01-001")
    story.is_refused(leung, CaseAct.HOLD_SESSION, "愿不愿意")
    story.all_say_yes(leung, [1, 2], how="上门问过")
    story.does(leung, CaseAct.EVIDENCE, words="借条原件，2024年8月16日，一万二千元", identity_seen="1", photos="IOU")
    story.does(
        leung,
        CaseAct.INVESTIGATE,
        CaseState.INVESTIGATING,
        place="陈国强士多",
        asked="陈国强",
        words="问：借条是你写的吗？\n答：是，钱是借了，士多生意淡，一次拿不出。",
    )
    story.does(leung, CaseAct.CALL_SESSION, on="2026-05-09", at="19:30", place="村委会调解室", how="closed")
    story.on("2026-05-09", "21:30")
    story.does(
        leung,
        CaseAct.HOLD_SESSION,
        CaseState.MEDIATING,
        said="陈志强：钱要还，利息可以不要。\n陈国强：每个月能还两千。",
        checked="借条属实，本金12000元，没有约定利息。",
        proposal="分六期还清本金，免利息。",
        result="agreed",
        present="陈志强、陈国强",
        identity_seen="1",
    )
    story.agrees(
        leung,
        facts="2024年8月16日，陈国强向陈志强借款12000元，有借条，没有约定利息，至今未还。",
        terms="一、陈国强分六期归还本金12000元，每期2000元，于每月最后一日前付清。\n二、陈志强放弃利息。",
        plan={
            "plan_what": "归还借款",
            "plan_by": "2",
            "plan_to": ["1"],
            "plan_total": "12000",
            "plan_count": "6",
            "plan_first": "2026-05-31",
            "plan_every": "month",
            "plan_way": "transfer",
        },
    )
    story.does(
        leung,
        CaseAct.SIGN,
        CaseState.PERFORMING,
        signed=["1", "2"],
        mediator_signed="1",
        sealed="1",
        photos="signed",
    )
    assert "6月30日" in story.page(borrower)
    story.on("2026-05-31", "18:00")
    story.is_refused(borrower, CaseAct.PERFORM, "收", row="1", on="2026-05-31")
    story.does(lender, CaseAct.PERFORM, CaseState.PERFORMING, row="1", on="2026-05-31")
    story.on("2026-06-30")
    story.is_refused(lender, CaseAct.BREACH, "还没过", row="2", words="没有还")
    story.on("2026-07-02")
    story.does(lender, CaseAct.BREACH, CaseState.BREACHED, row="2", words="六月的两千元没有还，电话也不接。")
    story.does(leung, CaseAct.URGE, CaseState.BREACHED, words="上门督促，答应本月十五日前补上。")
    story.on("2026-07-15")
    story.does(leung, CaseAct.PERFORM, CaseState.BREACHED, row="2", on="2026-07-10", amount="500", other_side_says="1")
    story.does(
        leung, CaseAct.PERFORM, CaseState.PERFORMING, row="2", on="2026-07-14", amount="1500", other_side_says="1"
    )
    for row, day in ((3, "2026-07-31"), (4, "2026-08-31"), (5, "2026-09-30")):
        story.on(day, "17:00")
        story.does(lender, CaseAct.PERFORM, CaseState.PERFORMING, row=str(row), on=day)
    story.on("2026-11-04")
    story.does(leung, CaseAct.PERFORM, CaseState.PERFORMED, row="6", on="2026-11-02", other_side_says="1")
    story.is_refused(leung, CaseAct.CLOSE, "案件到这一步，还不能这样做", summary="已还清")
    story.does(
        leung,
        CaseAct.FOLLOW_UP,
        CaseState.FOLLOWED_UP,
        persons="陈志强、陈国强",
        performed="all",
        satisfied="yes",
        sued="no",
    )
    story.does(leung, CaseAct.CLOSE, CaseState.CLOSED, summary="分期履行，第二、第六期迟付，均已补付，本金还清。")
    story.does(leung, CaseAct.ARCHIVE, CaseState.ARCHIVED, shelf="调解室二号柜")
    found = story.report()
    assert (found.succeeded, found.written, found.performed, found.amount_fen) == (1, 1, 1, 1_200_000)
    volume = story.volume("loan")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 调查记录 证据材料 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="民间借贷纠纷 达成书面协议 2026年11月2日履行完毕",
    )
    receipts = volume.of("履行凭证")
    assert "5002026年6月30日2026年7月10日" in receipts and "1,5002026年6月30日2026年7月14日" in receipts
    signing = next(words for words in volume.sheets if "调解员梁秀珍" in words and "生效日期" in words)
    assert "本协议一式3份" in signing, "nobody signs a page without a word of the agreement"
    story.holds("陈国强", "陈志强")


WORKERS = (
    "赵大海",
    "钱有财",
    "孙长贵",
    "李阿三",
    "周金水",
    "吴满仓",
    "郑小宝",
    "王铁柱",
    "冯水生",
    "陈阿妹",
    "褚大牛",
    "卫小兰",
)
SHARES = (8200, 7600, 7600, 6900, 9100, 7000, 7400, 8000, 6500, 5200, 8800, 5400)


def test_a_crew_of_twelve_gets_its_wages_from_a_company_through_two_they_chose(story: Story):
    leung = story.cast.aunt_leung
    story.on("2026-08-31", "09:00")
    story.is_filed(
        leung,
        kind="money",
        applicant="赵大海",
        respondent="清远市宏达建筑工程有限公司",
        words="我们十二人从四月起在村道工地做，六、七月工资没有发，老板说甲方没有拨款。",
        claim="pay_wages",
        claim_amount="87700",
        claim_detail="2026年6月、7月",
        claim_since="2026年6月",
        phone="13900000001",
    )
    others = "\n".join(
        f"{n}、{name} 139000000{n:02} {sum_}" for n, (name, sum_) in enumerate(zip(WORKERS, SHARES, strict=True), 1)
    )
    story.is_refused(leung, CaseAct.ADD_PARTIES, "赵大海", side="applicant", people=others)
    story.does(leung, CaseAct.ADD_PARTIES, side="applicant", people=others.partition("\n")[2])
    story.is_refused(
        leung,
        CaseAct.DESCRIBE_PARTY,
        "校验码，对不上",
        party="2",
        body="company",
        in_charge="何宏达",
        credit_code="91441802MA4W000000",
    )
    story.does(
        leung, CaseAct.DESCRIBE_PARTY, party="2", body="company", in_charge="何宏达", credit_code="91441802MA4W00000M"
    )
    story.is_taken(leung, "拖欠农民工工资纠纷", "labour")
    story.does(
        leung,
        CaseAct.ADD_PARTY,
        side="agent",
        name="何文俊",
        phone="13900000099",
        for_party="2",
        authority="agree",
        photos="letter",
    )
    workers = [1, *range(3, 14)]
    chosen = {"authority": "agree", "photos": "list of names"}
    story.is_refused(
        leung,
        CaseAct.ELECT_REPRESENTATIVE,
        "只能从同一边的当事人中推选",
        chosen="2",
        chosen_by=[str(n) for n in workers],
        **chosen,
    )
    story.does(leung, CaseAct.ELECT_REPRESENTATIVE, chosen="1", chosen_by=[str(n) for n in workers[:6]], **chosen)
    story.does(leung, CaseAct.ELECT_REPRESENTATIVE, chosen="9", chosen_by=[str(n) for n in workers[6:]], **chosen)
    story.all_say_yes(leung, [*workers, 2], how="工地逐个问过")
    story.does(leung, CaseAct.NOTE_DIFFICULTY, difficulty="difficult", reason="十二人，开学前要钱，有人扬言堵路")
    story.does(leung, CaseAct.EVIDENCE, words="考勤表两本、工资结算单一份", photos="sheet", identity_seen="1")
    story.does(leung, CaseAct.CALL_SESSION, on="2026-09-02", at="14:30", place="村委会会议室", how="closed")
    story.on("2026-09-02", "17:30")
    story.sits(
        leung,
        "赵大海：开学要交学费，最迟这个月底。\n何文俊：公司认账，甲方十五日拨款。",
        checked="考勤和结算单相符，两个月工资共87700元。",
        proposal="公司在9月18日前全部付清，各人银行卡。",
        present="赵大海、王铁柱、何文俊、镇劳动所干部",
    )
    story.agrees(
        leung,
        *(
            a_row("2", str(n), "付六、七月工资", str(sum_), "2026-09-18", "transfer")
            for n, sum_ in zip(workers, SHARES, strict=True)
        ),
        facts="十二人2026年4月起在榕溪村村道工地做工，六、七两月工资共87700元未付，公司没有异议。",
        terms="一、公司于2026年9月18日前付清各人工资，转入各人银行卡。\n二、各人收到后不再追究逾期。",
    )
    story.does(leung, CaseAct.SIGN, CaseState.AGREED_IN_WRITING, signed=["1", "2"], mediator_signed="1", sealed="1")
    story.is_refused(leung, CaseAct.PERFORM, "案件到这一步，还不能这样做", row="1", other_side_says="1")
    story.is_signed(leung, 1, 9, 2)
    story.on("2026-09-20")
    for n in range(1, 13):
        state = CaseState.PERFORMING if n < 12 else CaseState.PERFORMED
        story.does(leung, CaseAct.PERFORM, state, row=str(n), on="2026-09-18", other_side_says="1")
    story.on("2026-09-24")
    story.is_visited(leung, "赵大海、王铁柱、何文俊")
    story.is_archived(leung, "十二人工资全部付清。", prevented="petition", people="12")
    found = story.report()
    assert (found.succeeded, found.by_kind["labour"], found.difficult, found.amount_fen) == (1, 1, 1, 8_770_000)
    assert found.people["petition"] == 12
    volume = story.volume("wages")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 授权委托书 证据材料 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="拖欠农民工工资纠纷 清远市宏达建筑工程有限公司 达成书面协议 2026年9月18日履行完毕",
    )
    assert volume.whole.count("91441802MA4W00000M") == 3 and "法定代表人何宏达" in volume.of("人民调解协议书")
    assert (
        "申请人赵大海（推选代表，另代表5人）" in volume.whole and "申请人王铁柱（推选代表，另代表5人）" in volume.whole
    )
    story.holds("赵大海", "宏达")


def test_a_members_share_of_the_cooperative_is_not_agreed_on_and_the_ways_are_told(story: Story):
    leung, fong = story.cast.aunt_leung, story.cast.ah_fong
    story.on("2026-02-24", "15:00")
    story.brings(
        fong,
        "money",
        other="榕溪村经济联合社",
        story="去年分红每人一千二百元，我家四个人只发了三个，说女儿嫁出去了没有份，可是她户口还在。",
        claim="compensate",
        claim_amount="1200",
        claim_detail="2025年度",
        claim_since="2026年1月",
    )
    story.on("2026-02-25")
    story.does(
        leung,
        CaseAct.DESCRIBE_PARTY,
        party="2",
        body="collective",
        in_charge="陈国雄",
        credit_code="N2441802MF0000000E",
        ours="1",
    )
    story.is_taken(leung, "集体收益分配纠纷", "village_affairs", "married_out_women")
    story.all_say_yes(leung, [1, 2])
    story.does(leung, CaseAct.CALL_SESSION, on="2026-02-27", at="10:00", place="镇综治中心", how="closed")
    story.on("2026-02-27", "11:30")
    story.sits(
        leung,
        "李桂芳：户口在，就是成员。\n陈国雄：成员大会决定的，我做不了主。",
        "again",
        present="李桂芳、陈国雄",
        checked="分红名册没有李桂芳的女儿。",
        identity_seen="1",
    )
    story.does(leung, CaseAct.EXTEND, until="2026-04-10", both_agree="1", reason="等成员大会再议")
    story.on("2026-04-08", "16:00")
    story.sits(leung, "李桂芳：还是不发，我去告。\n陈国雄：大会没有通过。", "failed", present="李桂芳、陈国雄")
    ended = {
        "reason": "成员大会没有通过，双方意见不能一致。",
        "on": "2026-04-08",
        "told": ["1", "2"],
        "told_on": "2026-04-08",
    }
    story.is_refused(leung, CaseAct.TERMINATE, "已告知仲裁、行政、诉讼途径", ground="impossible", **ended)
    story.does(leung, CaseAct.TERMINATE, CaseState.TERMINATED, ground="impossible", told_ways="1", **ended)
    assert "法院" in story.page(fong)
    story.on("2026-04-15")
    story.is_visited(
        leung, "李桂芳", performed="none", satisfied="no", sued="yes", measure="告知诉讼时效和法律援助电话12348"
    )
    story.is_archived(leung, "两次调解不成，已告知仲裁、行政和诉讼途径，李桂芳已起诉。")
    found = story.report()
    assert (found.failed, found.succeeded, found.declined) == (1, 0, 0)
    volume = story.volume("dividend")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 人民调解记录 回访记录 终止调解告知书 卷宗情况说明 封底",
        cover="集体收益分配纠纷 榕溪村经济联合社 调解终止：无法调解，2026年4月8日。原因：成员大会没有通过，双方意见不能一致 李桂芳（2026年4月8日）",
    )
    assert "协议履行情况" not in volume.of("回访记录"), "there was no agreement"
    assert "N2441802MF0000000E" in volume.of("人民调解申请书") and "告知日期" in volume.of("终止调解告知书")
    story.holds("李桂芳", "分红")
