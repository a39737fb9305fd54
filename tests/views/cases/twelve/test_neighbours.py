"""Cases next door: a boundary, water for a field, hens."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseState
from tests.case_stories import Story, a_row

pytestmark = pytest.mark.both_databases


def test_the_boundary_of_a_house_plot_is_measured_agreed_confirmed_and_archived(story: Story):
    """Brought on a phone; the first session was held on the village's evening and written down two days later."""
    cast, leung = story.cast, story.cast.aunt_leung
    fong, chan = cast.ah_fong, cast.old_chan
    story.on("2026-03-02", "20:40")
    story.brings(
        fong,
        "neighbours",
        way="visit",
        other="陈伯坚",
        story="他家去年翻建，后墙过了老石桩，占了我家滴水地大约一尺。讲过三次，他说没有占。",
        claim="put_right",
        wish="把过线的墙脚拆回去，以老石桩为界",
        claim_detail="我家屋后",
        claim_since="2025年10月",
        photos="wall",
    )
    story.is_refused(chan, CaseAct.CONSENT, "这一页找不到了")
    story.on("2026-03-04")
    story.is_taken(leung, "宅基地界线纠纷", "homestead")
    story.does(leung, CaseAct.IDENTIFY, party="2", code="01-002")
    story.does(
        leung,
        CaseAct.INVESTIGATE,
        CaseState.INVESTIGATING,
        place="李桂芳家屋后",
        asked="陈伯坚",
        words="问：后墙什么时候砌的？\n答：去年十月，师傅拉的线。\n问：老石桩在哪里？\n答：在墙脚里面，砌的时候没留意。",
        photos="stone",
    )
    story.does(leung, CaseAct.CONSENT, party="1", answer="yes", how="上门问过")
    story.is_refused(leung, CaseAct.HOLD_SESSION, "愿不愿意")
    story.on("2026-03-05")
    story.does(chan, CaseAct.CONSENT, answer="yes")
    story.does(leung, CaseAct.CALL_SESSION, on="2026-03-06", at="19:30", place="村委会调解室", how="closed")
    assert "3月6日" in story.page(chan) and "19:30" in story.page(fong)
    story.on("2026-03-08")
    told = {
        "place": "村委会调解室",
        "present": "李桂芳、陈伯坚、组长陈志强",
        "checked": "以老石桩量，墙脚过线三十二公分，长四米一。",
        "identity_seen": "1",
    }
    story.is_refused(leung, CaseAct.HOLD_SESSION, "受理", on="2026-03-01", said="各讲各的", result="again", **told)
    story.sits(
        leung,
        "李桂芳：要拆回去。\n陈伯坚：拆了墙会裂。",
        "again",
        on="2026-03-06",
        proposal="先请师傅看能不能拆。",
        **told,
    )
    story.on("2026-03-12", "21:00")
    story.sits(
        leung,
        "李桂芳：不拆也行，水不能流到我家。\n陈伯坚：愿意装水槽，补偿三千元。",
        proposal="墙脚不拆，装水槽引水，补偿3000元，石桩处立界石。",
        **told,
    )
    story.agrees(
        leung,
        a_row("2", "1", "装好屋檐水槽", "", "2026-03-31", "act"),
        a_row("2", "1", "支付补偿款", "3000", "2026-04-06", "cash"),
        facts="陈伯坚2025年10月翻建住房，后墙墙脚越过老石桩三十二公分，长四米一，屋檐水流入李桂芳家屋后。",
        terms="一、陈伯坚自费装屋檐水槽，把水引到村道水沟。\n二、陈伯坚补偿李桂芳3000元。\n三、双方不再为此争执。",
    )
    story.does(leung, CaseAct.SIGN, CaseState.AGREED_IN_WRITING, signed=["1"], photos="half")
    story.on("2026-03-13")
    story.is_signed(leung, 1, 2)
    story.is_refused(
        leung,
        CaseAct.APPLY_CONFIRMATION,
        "请选择核对的结果并写明理由",
        court="清远市清城区人民法院",
        on="2026-03-13",
        both_agree="1",
    )
    story.on("2026-03-20")
    story.does(
        leung,
        CaseAct.APPLY_CONFIRMATION,
        court="清远市清城区人民法院",
        both_agree="1",
        fits="yes",
        why="只约定装水槽和补偿，不确认界线归谁",
    )
    story.on("2026-04-01")
    story.does(leung, CaseAct.CONFIRMATION, result="confirmed", on="2026-03-30", number="（2026）粤1802民特31号")
    story.does(fong, CaseAct.PERFORM, CaseState.PERFORMING, row="1", on="2026-03-29")
    story.on("2026-04-07")
    story.does(fong, CaseAct.PERFORM, CaseState.PERFORMED, row="2", on="2026-04-05")
    story.on("2026-04-13")
    story.is_visited(leung, "李桂芳、陈伯坚")
    story.is_archived(leung, "两次调解，装水槽、付补偿，法院已确认，双方满意。")
    found = story.report()
    assert (found.succeeded, found.written, found.court_confirmed, found.amount_fen) == (1, 1, 1, 300_000)
    volume = story.volume("boundary")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 调查记录 人民调解记录 人民调解协议书 履行凭证 回访记录 司法确认申请书 司法确认情况记录 卷宗情况说明 封底",
        cover="宅基地界线纠纷 达成书面协议 获司法确认 2026年4月5日履行完毕 2026年3月6日、2026年3月12日",
    )
    assert "登记人梁秀珍" in volume.of("人民调解受理登记表"), "not the applicant, who wrote on her phone"
    first, second = (words for words in volume.sheets if words.startswith("榕溪村人民调解委员会人民调解记录"))
    assert "2026年3月6日的“调解”为补录，录入日期2026年3月8日" in first and "补录" not in second
    court = volume.of("司法确认申请书")
    assert "此致清远市清城区人民法院" in court and "13800000001" in court and "13800000003" in court
    assert "被申请人" not in court and "人民调解委员会人民" not in court
    assert "1.修好、恢复原样；我家屋后；从2025年10月起2.把过线的墙脚拆回去" in volume.of("人民调解申请书")
    assert story.paper(fong, Paper.AGREEMENT)
    story.holds("李桂芳", "宅基地界线")


def test_water_for_the_fields_is_agreed_by_several_broken_and_agreed_anew(story: Story):
    cast, leung = story.cast, story.cast.aunt_leung
    keung, kwok = cast.ah_keung, cast.ah_kwok
    story.on("2026-04-20")
    story.is_filed(
        leung,
        kind="water",
        applicant="陈志强",
        applicant_code="01-003",
        respondent="黄水生",
        words="春耕放水，黄水生在上圳私自开口，下游三户的田插不了秧，昨天差点打起来。",
        claim="share_water",
        wish="轮流放水",
        claim_detail="上圳第二道口",
        claim_since="2026年4月",
        phone="13800000009",
        on="2026-04-19",
    )
    story.does(leung, CaseAct.ADD_PARTIES, side="applicant", people="陈国强 01-001\n1. 冯金福")
    story.is_taken(leung, "上圳放水纠纷", "neighbours", "irrigation", on="2026-04-20")
    story.all_say_yes(leung, [1, 2, 3, 4], how="田头逐个问过")
    story.does(
        leung,
        CaseAct.INVESTIGATE,
        CaseState.INVESTIGATING,
        place="上圳第二道口",
        asked="黄水生",
        words="问：口是你开的？\n答：是，我的田高，不开口没有水。",
        photos="gap",
    )
    story.does(leung, CaseAct.CALL_SESSION, on="2026-04-21", at="20:00", place="榕树头", how="open")
    story.on("2026-04-21", "22:00")
    story.sits(
        leung,
        "陈志强：轮流放，谁都不许私开口。\n黄水生：轮流可以，要先给我放。",
        present="陈志强、陈国强、冯金福、黄水生",
        proposal="按田块轮流放水，每户六小时；黄水生补回缺口。",
        checked="缺口宽四十公分。",
        identity_seen="1",
    )
    story.agrees(
        leung,
        a_row("2", "", "补好上圳第二道口的缺口", "", "2026-04-24", "act"),
        facts="黄水生在上圳第二道口私自开口引水，下游三户缺水。",
        terms="一、黄水生补好缺口。\n二、四户按先后轮流放水，每户六小时，由组长排班。",
    )
    story.does(leung, CaseAct.SIGN, CaseState.AGREED_IN_WRITING, signed=["1", "2"], mediator_signed="1", sealed="1")
    story.is_refused(leung, CaseAct.PERFORM, "案件到这一步，还不能这样做", row="1", other_side_says="1")
    story.is_signed(leung, 1, 2, 3, 4)
    story.on("2026-04-28")
    story.does(keung, CaseAct.BREACH, CaseState.BREACHED, row="1", words="缺口没有补，半夜又放水。")
    story.does(
        leung,
        CaseAct.MEDIATE_AGAIN,
        CaseState.MEDIATING,
        both_agree="1",
        reason="黄水生说缺工具，愿意再谈，大家一起补。",
    )
    story.on("2026-04-29", "20:30")
    story.sits(
        leung, "黄水生：出水泥。\n陈国强：出人工。", present="四户都到", proposal="黄水生出水泥，三户出工，一起补口。"
    )
    story.agrees(
        leung,
        a_row("2", "", "出水泥五包", "", "2026-05-03", "goods"),
        a_row("1", "2", "出工一日", "", "2026-05-03", "act"),
        facts="原协议约定的补口没有做，双方再次调解。",
        terms="一、黄水生出水泥五包，三户各出一工，一起补好缺口。\n二、放水仍按原来的排班。",
    )
    story.is_signed(leung, 1, 2, 3, 4)
    story.on("2026-05-06")
    story.does(leung, CaseAct.PERFORM, CaseState.PERFORMING, row="1", on="2026-05-02", other_side_says="1")
    story.does(leung, CaseAct.PERFORM, CaseState.PERFORMED, row="2", on="2026-05-02", other_side_says="1")
    story.is_refused(
        leung,
        CaseAct.FOLLOW_UP,
        "不能早于那一天",
        on="2026-05-01",
        persons="四户",
        performed="all",
        satisfied="yes",
        sued="no",
    )
    story.is_visited(leung, "陈志强、陈国强、冯金福、黄水生")
    story.is_archived(leung, "两次协议，缺口已补，放水按排班，没有再争。", prevented="fight", people="4")
    found = story.report()
    assert (found.succeeded, found.written, found.failed, found.prevented["fight"]) == (1, 1, 0, 1)
    volume = story.volume("water")
    volume.is_sound(
        "人民调解申请书 人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 调查记录 人民调解记录 人民调解协议书 履行凭证 回访记录 卷宗情况说明 封底",
        cover="上圳放水纠纷 达成书面协议 陈志强、陈国强、冯金福 2026年5月2日履行完毕",
    )
    assert "补好上圳第二道口的缺口" in volume.whole and "出水泥五包" in volume.whole, "both agreements stay"
    assert "陈志强、陈国强、冯金福出水泥五包" in volume.whole, "to whom it is owed is said by name"
    assert story.page(kwok)
    story.holds("黄水生", "上圳放水")


def test_hens_in_a_vegetable_bed_are_settled_on_the_spot_in_one_form(story: Story):
    cast, leung = story.cast, story.cast.aunt_leung
    story.villager("02-051", "何金水", "1961-07-07", "13800000071")
    story.on("2026-08-16", "18:30")
    client = story.browser(leung)
    client.get("/rongxi/cases/on-the-spot")
    said = {
        "topic": "neighbours",
        "source": "own_motion",
        "applicant": "何金水",
        "applicant_code": "02-051",
        "respondent": "陈国强",
        "respondent_code": "01-001",
        "identity_seen": "1",
        "title": "鸡吃菜纠纷",
        "said": "何金水：八只鸡吃了我半垄菜心。\n陈国强：没有关好笼，认赔。",
        "checked": "菜心损失约二十斤。",
        "terms": "一、陈国强当场赔何金水80元。\n二、陈国强即日起关好鸡笼。",
        "place": "何金水菜地",
        "on": "2026-08-15",
        "rights_told": "1",
        "consent_1": "1",
        "by_1": "2",
        "what_1": "赔菜钱",
        "amount_1": "80",
        "done_1": "1",
    }
    answer = client.fill_in("main form", said, follow=False)
    assert answer.status_code == 422 and "何金水" in str(client.page.select_one("#applicant")), "nothing is lost"
    answer = client.fill_in("main form", {"consent_2": "1"}, follow=False)
    assert answer.status_code == 303, client.text("main")
    story.address = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert story.state is CaseState.PERFORMED
    story.is_refused(
        leung, CaseAct.APPLY_CONFIRMATION, "只确认已生效的书面协议", court="清远市清城区人民法院", both_agree="1"
    )
    story.on("2026-08-20")
    story.is_visited(leung, "何金水、陈国强")
    story.is_archived(leung, "当场调解，当场赔付。")
    found = story.report()
    assert (found.succeeded, found.oral, found.written, found.amount_fen) == (1, 1, 0, 8_000)
    volume = story.volume("hens")
    volume.is_sound(
        "人民调解受理登记表 当事人权利义务告知书 当事人身份核对表 人民调解记录 人民调解口头协议登记表 履行凭证 回访记录 卷宗情况说明 封底",
        cover="鸡吃菜纠纷 达成口头协议 主动调解",
    )
    assert volume.whole.count("的“登记”为补录") == 1 and volume.of("当事人权利义务告知书").count("补录") == 2
    assert story.browser(cast.ah_fong).get(story.at).status_code == 404, "nor does the wife of a party read it"
    story.holds("何金水", "鸡吃菜")
