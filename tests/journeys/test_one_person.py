"""The clerk's hand on one person: corrects one, adds a bride, marks a death and takes it back."""

import re

from consult.models import Departure, Person, RightChange, db
from tests.village import a_poll


def test_the_clerk_corrects_one_person_adds_a_bride_and_takes_a_death_back(phone, app, village):
    with app.app_context():
        poll = a_poll(village, body="VA_house")
        db.session.remove()
    phone.sign_in(village.ms_yip)
    page = phone.open("/rongxi/roll")
    phone.look("roll-index")
    page.locator("h2.name a", has_text=village.ah_kwok.name).click()
    page.wait_for_url(re.compile(rf"/roll/{village.ah_kwok.id}$"))
    phone.look("person")
    page.locator("#residence").fill("外出务工")
    page.locator("form[action$=particulars] button").click()
    page.wait_for_load_state("load")
    assert page.locator("#residence").input_value() == "外出务工"
    phone.open(f"/rongxi/roll/{village.ah_kwok.id}/identity")
    phone.look("person-identity")
    page.locator("#name").fill("陈国墙")
    page.locator("form.sheet button").click()
    page.wait_for_url(re.compile(rf"/roll/{village.ah_kwok.id}$"))
    phone.look("person-waiting")
    phone.open(f"/rongxi/roll/{village.ah_kwok.id}/household")
    phone.look("person-household")
    phone.open("/rongxi/roll/new?code=01-001")
    phone.look("person-new")
    page.locator("#name").fill("何阿妹")
    page.locator("#born").fill("1999.5.6")
    page.locator("#relation").fill("儿媳")
    page.locator("#phone").fill("9123 4567")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#phone-mistake")
    phone.look("person-new-mistake")
    page.locator("#phone").fill("852-9123-4567")
    page.locator("form.sheet button").click()
    page.wait_for_selector("h1:text('何阿妹')")
    phone.look("person-bride")
    phone.open(f"/rongxi/roll/{village.ah_fong.id}")
    page.locator("section[aria-labelledby=leaves] summary").click()
    phone.look("person-death")
    with page.expect_navigation():
        page.locator("form.departure button[value=deceased]").click()
    assert page.url.endswith(f"/rongxi/roll/{village.ah_fong.id}")
    phone.look("person-waits")
    phone.open("/rongxi/rights/")
    phone.look("person-rights")
    phone.open(f"/rongxi/roll/{village.ah_fong.id}")
    page.locator("form[action$=refusal] button").click()
    page.wait_for_load_state("load")
    with app.app_context():
        assert db.session.get(Departure, village.ah_fong.id) is None
        assert db.session.query(Person).filter_by(name="何阿妹").one().household_id == village.ah_fong.household_id
        assert db.session.query(RightChange).filter_by(person_id=village.ah_fong.id).count() == 1
        db.session.remove()
    phone.open(f"/rongxi/polls/{poll}")
