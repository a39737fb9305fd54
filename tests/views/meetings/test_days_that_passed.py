"""Pages of a meeting whose day is over, of one that goes past midnight, of an item that came later, of a text of its own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consult import clock
from consult.domain.meetings.agendas import ItemKind, ItemPlan
from consult.models import Meeting, Notice, db
from consult.services.meetings import agendas, meetings, sittings
from tests import hours
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
    a_meeting_draft,
    an_item,
    everybody,
    meeting,
    open_it,
    ripe,
    seat,
    studied,
)
from tests.village import a_consultation

DAY = timedelta(days=1)


@pytest.fixture
def shift(monkeypatch):
    """Let the server live some time later."""
    return lambda gap: monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(gap))


def local(cast, instant) -> str:
    return here(cast, instant).strftime("%Y-%m-%dT%H:%M")


def here(cast, instant) -> datetime:
    return instant.astimezone(ZoneInfo(cast.row().timezone))


def called(app, cast) -> int:
    with app.app_context():
        meeting_id, _ = a_called_meeting(cast)
        db.session.commit()
    return meeting_id


def test_a_day_that_is_over_is_on_nobodys_list_of_what_comes(app, village, as_person, shift):
    meeting_id = called(app, village)
    address = f"/rongxi/meetings/{meeting_id}"
    shift(40 * DAY)
    kwok, chan = as_person(village.ah_kwok), as_person(village.old_chan)
    for client in (kwok, chan):
        client.get("/rongxi/meetings/")
        assert not client.page.select(f"section[aria-labelledby=upcoming] a[href='{address}']")
        assert "还没有记录" in client.text("section[aria-labelledby=past]")
    kwok.get("/rongxi/")
    assert not kwok.page.select(f"a[href='{address}']")
    kwok.get(address)
    assert "还没有记录" in kwok.text("#held") and not kwok.page.select("#held a, #answer")
    chan.get("/rongxi/")
    assert f"{address}#held" in [str(a["href"]) for a in chan.page.select("ul.to-do li a")]
    chan.get(address)
    assert [str(a["href"]).removeprefix(address) for a in chan.page.select("#held a")] == [
        "/console",
        "/changes/new?kind=moved",
        "/changes/new?kind=cancelled",
    ]


@pytest.mark.parametrize("kind", ["moved", "cancelled"])
def test_its_caller_answers_with_a_new_day_or_a_reason(app, village, as_person, shift, kind):
    meeting_id = called(app, village)
    shift(40 * DAY)
    chan = as_person(village.old_chan)
    page = f"/rongxi/meetings/{meeting_id}/changes/new?kind={kind}"
    assert chan.submit(page, reason="下雨，人来不了").status_code == 200
    chan.get("/rongxi/")
    assert not [a for a in chan.page.select("ul.to-do li a") if "#held" in str(a["href"])]
    with app.app_context():
        row = db.session.get_one(Meeting, meeting_id)
        assert (row.cancelled_at is not None) is (kind == "cancelled")
        assert (row.starts_at > clock.now()) is (kind == "moved")


def test_a_meeting_held_without_the_app_is_entered_with_its_own_hours_and_days(app, village, as_person, shift):
    meeting_id = called(app, village)
    with app.app_context():
        began = meeting(meeting_id).starts_at
        typed = {"began_at": local(village, began)}
        ended = {"ended_at": local(village, began + timedelta(hours=25))}
        too_soon = {"ended_at": local(village, began - timedelta(hours=1))}
    shift(9 * DAY)
    chan, console = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}/console"
    assert chan.submit(console, form="form[action$='/opening']", **typed).status_code == 200
    assert "8 天" in chan.text("main")
    assert chan.submit(console, form="form[action$='/closing'][action*='meetings']", **too_soon).status_code == 422
    assert (
        chan.submit(console, form=f"form[action='/rongxi/meetings/{meeting_id}/closing']", **ended).status_code == 200
    )
    chan.get(f"/rongxi/meetings/{meeting_id}/minutes")
    with app.app_context():
        hour = here(village, began + timedelta(hours=25))
        said = chan.text("dl.facts")
        assert f"{hour.hour if hour.hour <= 12 else hour.hour - 12}:{hour:%M}" in said
        assert f"{hour.month}月{hour.day}日" in said, "it ended on another day"
    assert "补录" in chan.text("main")


def test_a_day_of_going_on_that_was_held_without_the_app_is_entered_with_its_hour(app, village, as_person, shift):
    meeting_id = called(app, village)
    with app.app_context():
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        sittings.adjourn(meeting(meeting_id), "祠堂", clock.now() + DAY, "天黑了", village.old_chan.act(key="b"))
        typed = local(village, meeting(meeting_id).starts_at)
        db.session.commit()
    shift(5 * DAY)
    chan, address = as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}"
    chan.get(address)
    assert [str(a["href"]).removeprefix(address) for a in chan.page.select("#held a")] == [
        "/console",
        "/changes/new?kind=moved",
        "/console#end",
    ]
    form = "form[action$='/resumption']"
    assert chan.submit(f"{address}/console", form=form, began_at="2020-01-01T09:00").status_code == 422
    assert "这个时间对不上" in chan.text("#mistakes") and "范围里的数" not in chan.text()
    assert chan.submit(f"{address}/console", form=form, began_at=typed).status_code == 200
    chan.get("/rongxi/")
    assert not [a for a in chan.page.select("ul.to-do li a") if "#held" in str(a["href"])]


def test_a_console_says_hours_and_not_hundreds_of_minutes(app, village, as_person, shift):
    meeting_id = called(app, village)
    with app.app_context():
        open_it(village, meeting_id)
        db.session.commit()
    shift(timedelta(hours=20, minutes=45, seconds=20))
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{meeting_id}/console")
    assert "20 小时 45 分钟" in chan.text("main")


def test_those_who_keep_the_minutes_read_until_when_they_can_be_added_to(app, village, as_person):
    with app.app_context():
        meeting_id, _ = a_held_meeting(village)
        db.session.commit()
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{meeting_id}/minutes")
    assert "还可以补记" in chan.text("main")
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/meetings/{meeting_id}")
    assert "补记" not in kwok.text("main")


def test_an_item_that_comes_after_the_call_hangs_on_the_board_and_on_paper(app, village, as_person):
    meeting_id = called(app, village)
    with app.app_context():
        plan = ItemPlan("修桥", ItemKind.DISCUSSION, None, "", "桥断了")
        agendas.add(meeting(meeting_id), plan, village.old_chan.act(language="zh-Hans-CN", key="late"))
        db.session.commit()
        notice = db.session.query(Notice).filter_by(tag="agenda_added").one().id
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/notices/{notice}")
    said = kwok.text("article.notice")
    assert "修桥" in said and "桥断了" in said and "修好上圳" not in said
    assert kwok.get(f"/rongxi/notices/{notice}.pdf").status_code == 200
    kwok.get("/rongxi/notifications/")
    assert "会议加了议题" in kwok.text("main")


def test_a_text_of_its_own_is_read_where_it_is_studied_and_refused_where_it_was_not(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
        ripe(village, consultation)
        studied(village, consultation)
        meeting_id = a_meeting_draft(village, starts_at=clock.now() + 20 * DAY)
        an_item(village, meeting_id, consultation_id=consultation, text="把鱼塘租给外人三十年。")
        db.session.commit()
    chan, kwok = as_person(village.old_chan), as_person(village.ah_kwok)
    chan.get(f"/rongxi/meetings/{meeting_id}")
    assert "跟村党组织研究过的不一样" in chan.text("main")
    assert chan.send(f"/rongxi/meetings/{meeting_id}/call").status_code == 422
    steps = f"/rongxi/consultations/{consultation}/four-deliberations"
    chan.get(steps)
    assert "鱼塘租给外人三十年" in chan.text("main") and "重新研究" in chan.text("main")
    assert chan.page.select("input[name=step][value=party_proposes]"), "the step can be written down again"
    kwok.get(steps)
    assert "鱼塘" not in kwok.text("main"), "a draft is for those who prepare it"
    with app.app_context():
        studied(village, consultation)
        ripe(village, consultation)
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
