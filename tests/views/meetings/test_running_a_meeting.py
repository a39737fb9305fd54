"""Running a meeting: by whoever chairs it, its deputy, with one form an item, and two counters in turn on one phone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consult import clock
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, HouseholdCard, Meeting, MotionCheck, Poll, SheetEntry, db
from consult.services.law import four_deliberations
from consult.services.meetings import meetings, proceedings, sittings
from consult.services.people import cards, sign_ins
from consult.services.polls import closing, count_sheets
from consult.services.polls.requests import further_votes
from consult.services.polls.requests.further_votes import Question
from consult.services.site import verification
from consult.web import filters
from consult.web.access import SIGN_IN_COOKIE
from tests import prints
from tests.hours import today
from tests.meetings import (
    a_called_meeting,
    a_formal_poll,
    a_meeting_draft,
    an_item,
    begin_vote,
    end_vote,
    everybody,
    meeting,
    open_it,
    poll,
    refused,
    ripe,
    seat,
    studied,
)
from tests.tasks import representatives
from tests.village import a_consultation

PIN = "739264"
LATER = "2036-01-01T19:30"
ALL_YES = dict.fromkeys(("power", "lawful", "rights", "women", "money"), "yes")


@pytest.fixture
def opened(app, village) -> tuple[int, int]:
    """Called, six are here, at its item; Old Chan chairs. (meeting, vote)"""
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        return meeting_id, poll_id


def take_the_chair(as_person, village, meeting_id: int, name: str, code: str) -> None:
    chan = as_person(village.old_chan)
    fields = {"office": "chair", "next_name": name, "next_code": code, "chair_reason": "有亲属关系"}
    assert chan.submit(f"/rongxi/meetings/{meeting_id}/console", "form[action$='/chair']", **fields).status_code == 200


@pytest.mark.both_databases
def test_whoever_chairs_by_the_record_has_the_console_and_opens_ends_and_declares(app, as_person, village, opened):
    meeting_id, poll_id = opened
    fong = as_person(village.ah_fong)
    console = f"/rongxi/meetings/{meeting_id}/console"
    assert fong.get(console).status_code == 403
    take_the_chair(as_person, village, meeting_id, "李桂芳", "01-001")
    assert fong.get(f"/rongxi/meetings/{meeting_id}").status_code == 200
    assert fong.page.select(f"a[href$='meetings/{meeting_id}/console']"), "the way there stands on the meeting's page"
    assert fong.submit(console, f"form[action$='votes/{poll_id}/opening']").status_code == 200
    assert fong.submit(f"/rongxi/meetings/{meeting_id}/votes/{poll_id}/ending").status_code == 200
    with app.app_context():
        sheet = count_sheets.sheets_of(poll_id)[-1]
        for who in (village.uncle_ho, village.ms_yip):
            count_sheets.enter(sheet, count_sheets.unanimous(poll(poll_id)), who.act(), picture="")
    fong.get(console)
    for link in fong.page.select("main a[href^='/rongxi/']"):
        assert fong.get(link["href"]).status_code == 200, f"the console leads to {link['href']}"
    assert fong.submit(console, f"form[action$='votes/{poll_id}/declaration']").status_code == 200
    with app.app_context():
        assert poll(poll_id).declaration.outcome == "carried"
        assert list(verification.verify(village.row())) == []


def test_who_no_longer_chairs_and_holds_no_office_is_out_again(as_person, village, opened):
    meeting_id, _ = opened
    take_the_chair(as_person, village, meeting_id, "李桂芳", "01-001")
    take_the_chair(as_person, village, meeting_id, "陈伯坚", "01-002")
    assert as_person(village.ah_fong).get(f"/rongxi/meetings/{meeting_id}/console").status_code == 403


def test_a_villager_who_neither_chairs_nor_keeps_the_record_gets_none_of_its_acts(as_person, village, opened):
    meeting_id, poll_id = opened
    kwok = as_person(village.ah_kwok)
    for act in (f"votes/{poll_id}/opening", "deputy", "adjournment", "items", "closing", "items/1/closing", "notes"):
        assert kwok.send(f"/rongxi/meetings/{meeting_id}/{act}", at="/rongxi/", key="k").status_code == 403, act


def test_a_deputy_is_named_with_one_tap_and_stands_in_the_minutes(app, as_person, village, opened):
    meeting_id, _ = opened
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/meetings/{meeting_id}/console")
    offered = {button["value"] for button in yip.page.select("form[action$='/deputy'] button")}
    assert str(village.ah_fong.id) not in offered and str(village.old_chan.id) not in offered
    with app.app_context():
        seat(village, meeting_id, village.sister_chow)
    assert (
        yip.submit(
            f"/rongxi/meetings/{meeting_id}/console", "form[action$='/deputy']", person=str(village.sister_chow.id)
        ).status_code
        == 200
    )
    with app.app_context():
        assert proceedings.course_of(meeting_id).chair_id == village.sister_chow.id
    yip.get(f"/rongxi/meetings/{meeting_id}/minutes")
    assert "由而家起主持" in yip.text("main") or "主持" in yip.text("main")
    forged = yip.send(f"/rongxi/meetings/{meeting_id}/deputy", person=str(village.ah_fong.id), key="k")
    assert forged.status_code == 422


@pytest.mark.parametrize("door", ["chair", "deputy"])
def test_neither_the_clerk_nor_the_recorder_decides_by_naming_themselves_chair(app, as_person, village, opened, door):
    meeting_id, poll_id = opened
    with app.app_context():
        yip = village.ms_yip.row()
        named = {"next_name": yip.name, "next_code": yip.household.code, "chair_reason": "x", "person": str(yip.id)}
        seat(village, meeting_id, village.ms_yip)
    clerk, path = as_person(village.ms_yip), f"/rongxi/meetings/{meeting_id}"
    assert clerk.send(f"{path}/{door}", at=f"{path}/console", key="me", **named).status_code in (403, 422)
    assert clerk.send(f"{path}/votes/{poll_id}/opening", at=f"{path}/console").status_code == 403
    with app.app_context():
        assert proceedings.course_of(meeting_id).chair_id == village.old_chan.id


def test_a_clerk_opens_a_meeting_for_the_chair_and_not_as_the_chair(app, as_person, village, called):
    clerk, path = as_person(village.ms_yip), f"/rongxi/meetings/{called[0]}"
    assert clerk.submit(f"{path}/console", "form[action$='/opening']").status_code == 403
    with app.app_context():
        chan = village.old_chan.row()
        who = {"chair_name": chan.name, "chair_code": chan.household.code}
    assert clerk.submit(f"{path}/console", "form[action$='/opening']", **who).status_code == 200
    with app.app_context():
        course = proceedings.course_of(called[0])
        assert (course.chair_id, course.recorder_id) == (village.old_chan.id, village.ms_yip.id)


@pytest.mark.both_databases
def test_a_meeting_does_not_vote_again_on_what_it_decided_until_it_passes(app, as_person, village, opened):
    meeting_id, poll_id = opened
    with app.app_context():
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        sheet = count_sheets.sheets_of(poll_id)[-1]
        against = replace(count_sheets.unanimous(poll(poll_id)), valid=(0, 6, 0))
        for who in (village.uncle_ho, village.ms_yip):
            count_sheets.enter(sheet, against, who.act(), picture="")
        closing.declare(poll(poll_id), village.old_chan.act())
        assert poll(poll_id).declaration.outcome == "not_carried"
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    chan.get(f"{path}/console")
    assert not chan.page.select("a[href$='items/1/votes/new']")
    again = {"kind": "motion", "question": "您再想想？", "hands": "1", "secrecy": "named", "key": "again"}
    assert chan.send(f"{path}/items/1/votes", at=f"{path}/items/1/votes/new", **again).status_code == 409
    with app.app_context():
        assert db.session.query(Poll).count() == 1


@pytest.mark.both_databases
def test_one_body_is_not_asked_about_one_proposal_in_two_votes_at_once(app, village, opened):
    meeting_id, poll_id = opened
    with app.app_context():
        chan = village.old_chan
        a_formal_poll(village)
        other = db.session.query(Poll).order_by(Poll.id.desc()).first()
        mine = poll(poll_id)
        other.consultation_id, other.body, other.group_id = mine.consultation_id, mine.body, mine.group_id
        db.session.commit()
        begin_vote(village, meeting_id, poll_id)
        with pytest.raises(Refused) as why:
            further_votes.refuse_unless_open(Question.of(other), now=clock.now())
        assert why.value.reason is Reason.DECIDED_ELSEWHERE_NOW
        assert chan


@pytest.fixture
def representatives_draft(app, village) -> int:
    with app.app_context():
        representatives(village, village.ah_fong, village.uncle_ho)
        return a_meeting_draft(village, body="VRA", starts_at=clock.now() + timedelta(days=20))


@pytest.mark.both_databases
def test_one_form_puts_a_motion_on_the_agenda_with_its_matter_its_check_and_its_vote(
    app, as_person, village, representatives_draft
):
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{representatives_draft}/items"
    fields = {
        "title": "修上圳",
        "summary": "把上圳三处修好。",
        "matter": "public_works",
        "authorisation": "2026年3月1日村民会议授权修圳",
        "question": "您赞成修上圳吗？",
        **ALL_YES,
    }
    assert chan.submit(f"{path}/new", "form.sheet", **fields).status_code == 200
    with app.app_context():
        item = db.session.query(AgendaItem).one()
        assert (item.title, item.authorisation) == ("修上圳", "2026年3月1日村民会议授权修圳")
        motion = four_deliberations.motion(item.consultation_id)
        assert motion.matter_code == "public_works" and motion.check.answers == ALL_YES
        assert db.session.query(Poll).one().question == "您赞成修上圳吗？"
        studied(village, item.consultation_id)
        db.session.commit()
    assert chan.submit(f"/rongxi/meetings/{representatives_draft}", "form[action$='/call']").status_code == 200
    with app.app_context():
        called = db.session.get_one(Meeting, representatives_draft)
        assert called.called_at and called.authorisation == "修上圳：2026年3月1日村民会议授权修圳"
        assert list(verification.verify(village.row())) == []


def test_what_is_wrong_on_the_form_comes_back_with_every_word(app, as_person, village, representatives_draft):
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{representatives_draft}/items/new"
    fields = {"title": "修上圳", "summary": "三处。", "matter": "group_matter", "power": "yes", "question": "修吗？"}
    assert chan.submit(path, "form.sheet", **fields).status_code == 422
    assert chan.page.select_one("#question").text.strip() == "修吗？"
    assert chan.page.select_one("#power input[value=yes]").has_attr("checked")
    asked = chan.page.select_one("#mistakes a[href='#women']").get_text()
    assert asked.startswith("妇女无论未婚、结婚、离婚"), "the question is named, not its number, which stands nowhere"
    assert {a["href"] for a in chan.page.select("#mistakes a")} >= {"#whose", "#lawful", "#money"}
    with app.app_context():
        assert db.session.query(AgendaItem).count() == db.session.query(Poll).count() == 0


@pytest.mark.both_databases
def test_an_items_form_shows_what_is_on_record_and_changes_the_planned_vote(app, as_person, village, called):
    meeting_id, poll_id = called
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}/items/1/revision"
    chan.get(path)
    assert chan.page.select_one("#matter option[selected]")["value"] == "public_works"
    assert chan.page.select_one("#women input[value=yes]").has_attr("checked")
    assert chan.submit(path, "form.sheet", question="修还是不修？").status_code == 200
    with app.app_context():
        assert db.session.get(Poll, poll_id) is None
        assert db.session.query(Poll).one().question == "修还是不修？"
        assert db.session.query(MotionCheck).count() == 1, "the same check is no second one"


def test_who_can_change_nothing_of_an_announced_item_gets_words_and_a_way_back_and_no_empty_form(
    as_person, village, called
):
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/meetings/{called[0]}/items/1/revision")
    assert "公告里已经这样写了" in yip.text("main")
    assert not yip.page.select("main form.sheet")
    assert yip.page.select_one("main .row a.button")["href"] == f"/rongxi/meetings/{called[0]}/console"


def test_the_clerk_puts_an_item_on_the_agenda_and_says_nothing_of_its_law(app, as_person, village, called):
    yip, path = as_person(village.ms_yip), f"/rongxi/meetings/{called[0]}/items"
    yip.get(f"{path}/new")
    assert not yip.page.select("#matter")
    fields = {
        "kind": "motion",
        "title": "修桥",
        "summary": "修桥。",
        "reason": "冲垮",
        "key": "k",
        "question": "修吗？",
    }
    assert yip.send(path, matter="public_works", authorisation="授权", **fields, **ALL_YES).status_code == 303
    with app.app_context():
        item = db.session.query(AgendaItem).order_by(AgendaItem.id.desc()).first()
        assert (item.title, item.authorisation) == ("修桥", "")
        assert four_deliberations.motion(item.consultation_id).matter is None
        assert db.session.query(Poll).count() == 1


def on_the_spot(app, village, meeting_id: int, **fields: str) -> None:
    """The second item, added in the room, its motion studied; the meeting turns to it."""
    with app.app_context():
        item = db.session.query(AgendaItem).filter_by(meeting_id=meeting_id).order_by(AgendaItem.number.desc()).first()
        studied(village, item.consultation_id)
        proceedings.call_item(meeting(meeting_id), item.number, village.old_chan.act(key="turn"))


@pytest.mark.both_databases
def test_an_item_added_on_the_spot_is_voted_on_by_its_own_exception_and_by_none_of_the_call(
    app, as_person, village, opened
):
    meeting_id, _ = opened
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    fields = {
        "title": "修桥",
        "summary": "桥冲垮了。",
        "reason": "昨晚冲垮",
        "matter": "public_works",
        "question": "修吗？",
    }
    assert chan.submit(f"{path}/items/new", "form.sheet", **fields, **ALL_YES).status_code == 200
    on_the_spot(app, village, meeting_id)
    with app.app_context():
        poll_id = db.session.query(Poll).order_by(Poll.id.desc()).first().id
        assert meeting(meeting_id).short_notice_reason, "the call had a reason of its own"
        assert refused(lambda: begin_vote(village, meeting_id, poll_id)) is Reason.ADDED_AFTER_NOTICE
    chan.get(f"{path}/console")
    assert chan.page.select("#votes a[href$='items/2/revision']"), "the way on stands on the console"
    answer = chan.submit(f"{path}/items/2/revision", "form.sheet", short_notice="桥断了，学生过不了河")
    assert answer.status_code == 200
    assert chan.submit(f"{path}/console", f"form[action$='votes/{poll_id}/opening']").status_code == 200
    with app.app_context():
        assert poll(poll_id).announced_at is not None
        assert list(verification.verify(village.row())) == []


def test_an_authorisation_of_the_call_is_none_for_what_is_added_and_one_item_has_its_own(app, as_person, village):
    with app.app_context():
        representatives(village, village.ah_fong, village.uncle_ho)
        meeting_id = a_meeting_draft(village, body="VRA")
        an_item(village, meeting_id, kind=ItemKind.REPORT, title="收支账")
        meetings.call(meeting(meeting_id), Exceptions(), village.old_chan.act())
        seat(village, meeting_id, village.ah_fong, village.uncle_ho)
        open_it(village, meeting_id)
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    fields = {"title": "修桥", "summary": "桥。", "reason": "冲垮", "matter": "public_works", "question": "修吗？"}
    chan.submit(f"{path}/items/new", "form.sheet", **fields, **ALL_YES)
    on_the_spot(app, village, meeting_id)
    with app.app_context():
        poll_id = db.session.query(Poll).one().id
        assert refused(lambda: begin_vote(village, meeting_id, poll_id)) is Reason.NEEDS_AUTHORISATION
    chan.submit(f"{path}/items/2/revision", "form.sheet", authorisation="2026年3月1日村民会议授权修桥")
    assert chan.submit(f"{path}/console", f"form[action$='votes/{poll_id}/opening']").status_code == 200
    with app.app_context():
        assert poll(poll_id).announced_at is not None


def test_a_posted_authorisation_for_the_whole_call_is_none(app, as_person, village, representatives_draft):
    with app.app_context():
        consultation = a_consultation(village)
        an_item(village, representatives_draft, consultation_id=consultation)
        ripe(village, consultation)
        studied(village, consultation)
        db.session.commit()
    chan = as_person(village.old_chan)
    answer = chan.send(f"/rongxi/meetings/{representatives_draft}/call", authorisation="一句话管全部")
    assert answer.status_code == 422


def hands(app, village, opened) -> tuple[str, int]:
    """The vote of the meeting ended: the address of the sheet on which its hands are counted, and the vote."""
    meeting_id, poll_id = opened
    with app.app_context():
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        sheet = count_sheets.sheets_of(poll_id)[-1].id
    return f"/rongxi/polls/{poll_id}/count-sheets/{sheet}", poll_id


def signed_in_by_code(client, who) -> None:
    with client.application.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
    client.set_cookie(SIGN_IN_COOKIE, token)


def card_of(app, who) -> None:
    with app.app_context():
        cards.issue(who.row().household.group_id, who.act())
        card = db.session.query(HouseholdCard).filter_by(household_id=who.household_id).one()
        cards.claim(card, who.id, PIN, on=today(), now=clock.now())


@pytest.mark.both_databases
def test_two_counters_enter_on_one_phone_in_turn_each_proven(app, client, village, opened):
    path, poll_id = hands(app, village, opened)
    card_of(app, village.uncle_ho)
    signed_in_by_code(client, village.ms_yip)
    assert client.submit(path, "form.sheet", unanimous="1").status_code == 200
    assert client.page.select("#counter"), "the same page asks for the second one"
    assert "6" not in client.text("form.sheet h2") and not client.page.select("table"), (
        "without the first one's figures"
    )
    wrong = client.submit(path, "form.sheet", counter=str(village.uncle_ho.id), unanimous="1", pin="111222")
    assert wrong.status_code in (403, 422)
    with app.app_context():
        assert db.session.query(SheetEntry).count() == 1
    right = client.submit(path, "form.sheet", counter=str(village.uncle_ho.id), unanimous="1", pin=PIN)
    assert right.status_code == 200
    with app.app_context():
        entries = {row.entered_by: row.device_of for row in db.session.query(SheetEntry)}
        assert entries == {village.ms_yip.id: None, village.uncle_ho.id: village.ms_yip.id}
        (sheet,) = count_sheets.sheets_of(poll_id)
        assert count_sheets.confirmation_of(sheet.id) is not None
        assert count_sheets.counted(poll_id)[0][1].valid == (6, 0, 0)
        assert list(verification.verify(village.row())) == []


def test_nobody_is_the_second_counter_without_card_office_or_house_of_their_own(app, client, village, opened):
    path, _ = hands(app, village, opened)
    signed_in_by_code(client, village.ms_yip)
    client.submit(path, "form.sheet", unanimous="1")
    offered = {option["value"] for option in client.page.select("#counter option")} - {""}
    assert str(village.ms_yip.id) not in offered and str(village.ah_fong.id) not in offered
    for who in (village.ms_yip, village.ah_fong, village.old_chan):
        fields = {"counter": str(who.id), "valid_1": "6", "valid_2": "0", "valid_3": "0", "pin": PIN}
        assert client.send(f"{path}/entries-by-pin", at=path, **fields).status_code in (403, 422)
    with app.app_context():
        assert db.session.query(SheetEntry).count() == 1


def test_the_service_itself_refuses_two_of_one_house_on_one_phone(app, village, opened):
    _, poll_id = hands(app, village, opened)
    with app.app_context():
        (sheet,) = count_sheets.sheets_of(poll_id)
        whole = count_sheets.unanimous(poll(poll_id))
        enter = lambda: count_sheets.enter(  # noqa: E731
            sheet, whole, village.old_chan.act(), picture="", device_of=village.old_chan.row()
        )
        assert refused(enter) is Reason.COUNTERS_OF_ONE_HOUSE


@pytest.mark.both_databases
def test_a_meeting_is_called_like_an_earlier_one_with_what_it_put_off(app, as_person, village, opened):
    meeting_id, _ = opened
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    chan.submit(f"{path}/console", "form[action$='items/1/closing']", result="postponed")
    chan.submit(f"{path}/console", "#end form")
    chan.get(path)
    assert chan.page.select(f"a[href$='meetings/new?copy={meeting_id}']")
    answer = chan.submit(
        f"/rongxi/meetings/new?copy={meeting_id}", "form.sheet", starts_at=LATER, reports="收支账\n工程"
    )
    assert answer.status_code == 200
    with app.app_context():
        again = db.session.query(Meeting).order_by(Meeting.id.desc()).first()
        assert (again.body, again.title, again.place) == ("VA_people", "今年第三次村民会议", "榕树头文化室")
        items = db.session.query(AgendaItem).filter_by(meeting_id=again.id).order_by(AgendaItem.number)
        assert [(one.title, one.kind) for one in items] == [
            ("收支账", "report"),
            ("工程", "report"),
            ("修好上圳三百米水圳", "motion"),
        ]
        assert db.session.query(Poll).order_by(Poll.id.desc()).first().question == "您赞成修上圳吗？"


def test_the_speaker_who_has_the_floor_stands_in_the_form_of_the_record(as_person, village, opened):
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{opened[0]}/console"
    chan.submit(path, "form[action$='/speakers']", speaker="罗志明")
    chan.submit(path, "form[action$='/floor']")
    chan.get(path)
    assert chan.page.select_one("#name")["value"] == "罗志明"
    chan.submit(path, "form[action$='/speakers/silence']")
    chan.get(path)
    assert chan.page.select_one("#name")["value"] == "罗志明"


def test_an_hour_of_another_day_is_written_with_its_day(app, village):
    evening = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # nine in the evening in the village
    with app.test_request_context("/rongxi/"):
        before, after = evening + timedelta(hours=2), evening + timedelta(hours=4)
        assert filters.time_beside(before, evening) == filters.clock_time(before)
        assert filters.day(after) in filters.time_beside(after, evening)


def test_minutes_that_end_past_midnight_say_the_day(app, as_person, village, opened):
    with app.app_context():
        after = clock.now() + timedelta(days=1)
        act = village.old_chan.act(key="end", now=after)
        proceedings.close_meeting(meeting(opened[0]), act, ended_at=after)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{opened[0]}/minutes")
    with app.test_request_context("/rongxi/"):
        assert filters.day(after).split()[0] in chan.text("dl.facts")


@pytest.mark.both_databases
def test_of_an_adjourned_meeting_nobody_is_offered_to_call_it_off_and_its_end_is_told(app, as_person, village, opened):
    meeting_id, _ = opened
    with app.app_context():
        act = village.old_chan.act(key="break")
        sittings.adjourn(
            meeting(meeting_id), place="祠堂", resumes_at=clock.now() + timedelta(days=1), reason="天黑了", act=act
        )
    chan, path = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    chan.get(f"{path}/changes/new")
    assert not chan.page.select("[value=cancelled]")
    assert chan.page.select(f"a[href='{path}/console#end']")
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert chan.submit(f"{path}/changes/new", "form.sheet", starts_at=later, reason="下雨").status_code == 200
    assert chan.submit(f"{path}/console", "#end form").status_code == 200
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/")
    assert "唔開喇" in fong.text("main")
    fong.get("/rongxi/notices/")
    fong.get(fong.page.select_one(".ledger h2 a")["href"])
    assert "取消" not in fong.text("article p")
    assert prints.words(fong.get(fong.page.select_one("a[href$='.pdf']")["href"]).data)


def test_a_sign_in_that_ended_on_the_console_of_an_internal_meeting_leads_to_the_sign_in(app, client, village):
    """Whoever is not signed in does not see the meeting: the answer is no error page of a broken server."""
    with app.app_context():
        meeting_id = a_meeting_draft(village, body="TWO_COMMITTEES", starts_at=clock.now() + timedelta(days=3))
    for act in ("opening", "items/1/call", "notes", "speakers", "closing"):
        answer = client.send(f"/rongxi/meetings/{meeting_id}/{act}", at="/rongxi/")
        assert answer.status_code == 401, act


def test_two_of_one_name_who_count_are_told_apart_and_the_page_says_who_has_entered(app, client, village, opened):
    path, _ = hands(app, village, opened)
    card_of(app, village.uncle_ho)
    with app.app_context():
        village.old_chan.row().name = village.uncle_ho.name
        houses = {who.id: who.row().household.code for who in (village.uncle_ho, village.old_chan)}
        db.session.commit()
    signed_in_by_code(client, village.ms_yip)
    client.get(f"{path}?turn=other")
    offered = {option["value"]: option.text for option in client.page.select("#counter option")}
    assert [houses[who] in offered[str(who)] for who in houses if str(who) in offered] == [True] * 2
    assert str(village.sister_chow.id) not in offered or "（" not in offered[str(village.sister_chow.id)]
    client.submit(path, "form.sheet", unanimous="1")
    assert f"{village.ms_yip.name}已经录入了" in client.text("main")
