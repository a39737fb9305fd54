"""Somebody looks at what the village holds about them and asks for a correction; an act that ends something asks first."""

from tests.meetings import a_meeting_draft, an_item


def test_a_villager_sees_what_is_held_and_asks_for_a_correction_and_the_clerk_answers(phone, village):
    phone.sign_in(village.ah_fong)
    phone.open("/rongxi/me/data")
    phone.look("my-data")
    phone.page.locator("label[for=kind-1]").click()
    phone.page.fill("#words", "我是三月生的，不是四月。")
    phone.page.locator("form.sheet button").click()
    phone.page.wait_for_selector("article.sheet")
    phone.look("my-data-asked")
    phone.open("/rongxi/privacy")
    phone.look("privacy")
    phone.sign_in(village.ms_yip)
    phone.open("/rongxi/data-requests")
    phone.page.locator("details summary").first.click()
    phone.look("data-requests")
    phone.page.locator("label[for$='-yes']").click()
    phone.page.locator("textarea").fill("查过户口本，改好了。")
    phone.page.locator("article form button").click()
    phone.page.wait_for_selector("article :text('改好了')")
    phone.open("/rongxi/roll?q=01")
    phone.look("roll-ages")
    phone.page.locator("h2.name a").first.click()
    phone.page.wait_for_selector("details.look")
    phone.page.locator("section[aria-labelledby=leaves] summary").click()
    phone.look("roll-second-look")


def test_taking_an_item_off_asks_first(app, phone, village):
    with app.app_context():
        meeting = a_meeting_draft(village)
        an_item(village, meeting, title="修水圳")
    phone.sign_in(village.old_chan)
    phone.open(f"/rongxi/meetings/{meeting}")
    button = phone.page.locator("form[action$='/items/removal'] button")
    assert not button.is_visible()
    phone.page.locator("details.look summary").first.click()
    phone.look("item-second-look")
    button.click()
    phone.page.wait_for_load_state("load")
    assert not phone.page.locator("form[action$='/items/removal']").count()
