"""On the phone of who called a meeting: its day passes, the question waits, and each answer is a page away."""

from datetime import timedelta

from consult import clock
from consult.domain.meetings.agendas import ItemKind, ItemPlan
from consult.models import db
from consult.services.meetings import agendas, sittings
from tests.meetings import a_called_meeting, a_meeting_draft, an_item, everybody, meeting, open_it, ripe, seat, studied
from tests.village import a_consultation


def test_a_day_that_passed_asks_on_the_phone_of_its_caller(app, village, phone, server):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
        plan = ItemPlan("修桥", ItemKind.DISCUSSION, None, "", "桥断了")
        agendas.add(meeting(meeting_id), plan, village.old_chan.act(language="zh-Hans-CN", key="late"))
        broken_off, _ = a_called_meeting(village, key="second", title="第四次村民会议")
        seat(village, broken_off, *everybody(village)[:6])
        open_it(village, broken_off)
        again = village.old_chan.act(key="b")
        sittings.adjourn(meeting(broken_off), "祠堂", clock.now() + timedelta(days=1), "天黑了", again)
        consultation = a_consultation(village, key="own")
        ripe(village, consultation)
        studied(village, consultation)
        draft = a_meeting_draft(village, key="third", starts_at=clock.now() + timedelta(days=90))
        an_item(village, draft, consultation_id=consultation, text="把鱼塘租给外人三十年。")
        db.session.commit()
    phone.sign_in(village.ah_kwok)
    phone.open("/rongxi/notices/2")
    phone.look("item-after-the-call")
    server.at(timedelta(days=40))
    phone.sign_in(village.old_chan)
    phone.open("/rongxi/")
    phone.look("held-home")
    phone.page.locator(f"ul.to-do a[href$='/meetings/{meeting_id}#held']").click()
    phone.look("held-asked")
    phone.page.locator("#held a[href*='kind=moved']").click()
    phone.look("held-moved")
    phone.open("/rongxi/meetings/")
    phone.look("held-list")
    phone.open(f"/rongxi/meetings/{broken_off}")
    phone.look("held-adjourned")
    phone.open(f"/rongxi/meetings/{broken_off}/console")
    phone.look("held-console")
    phone.open(f"/rongxi/meetings/{draft}")
    phone.look("text-not-studied")
    phone.open(f"/rongxi/consultations/{consultation}/four-deliberations")
    phone.look("texts-on-agendas")
