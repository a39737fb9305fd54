"""What is wrong with the site: one line on a page, all of it on a page of its own; a villager is not troubled twice."""

import pytest

from consult import clock
from consult.models import db


@pytest.fixture
def two_wrong(app, village) -> None:
    with app.app_context():
        village.row().codes_capped_at = clock.now()
        village.row().clock_trusted_at = clock.now()
        db.session.commit()


def test_a_page_has_one_banner_however_much_is_wrong_and_it_is_the_most_important(as_person, village, two_wrong):
    chan = as_person(village.old_chan)
    chan.get("/rongxi/")
    (banner,) = chan.page.select(".urgent")
    assert banner.select_one("a[href$='/clock']")
    assert "1" in banner.select_one("a[href='/rongxi/alarms']").get_text()


def test_the_page_of_alarms_says_all_of_it(as_person, village, two_wrong):
    chan = as_person(village.old_chan)
    chan.get("/rongxi/alarms")
    assert len(chan.page.select("main .ledger li")) == 2
    assert chan.page.select_one("main .ledger a[href$='/clock']")


def test_villagers_and_strangers_read_of_none_of_what_only_officers_can_settle(client, as_person, village, two_wrong):
    for browser in (as_person(village.ah_fong), client):
        for path in ("/rongxi/", "/rongxi/alarms"):
            assert browser.get(path).status_code == 200
            assert not browser.page.select(".urgent, a[href$='/clock'], a[href$='/alarms']")
