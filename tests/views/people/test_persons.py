"""The page of one person of the roll, as the clerk and the second officer use it."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.models import DataLock, Departure, Person, RightChange, db
from consult.services.people import rights
from tests.rights import by_two
from tests.village import a_poll

NEW = {"name": "何阿妹", "born": "1999.5.6", "code": "1-1", "relation": "儿媳", "sex": "女"}


@pytest.fixture
def yip(as_person, village):
    return as_person(village.ms_yip)


def page(who) -> str:
    return f"/rongxi/roll/{who.id}"


def waiting(app, who) -> list[RightKind]:
    with app.app_context():
        return [c.kind for c in db.session.query(RightChange).filter_by(person_id=who.id).order_by(RightChange.id)]


def run_the_village(app, village):
    with app.app_context():
        poll = a_poll(village, body="VA_house")
        db.session.remove()
    return poll


def test_a_bride_is_added_by_hand_and_waits_for_a_second_officer(app, yip, village):
    run_the_village(app, village)
    yip.submit("/rongxi/roll/new", "form.sheet", **NEW)
    assert "何阿妹" in yip.text("h1") and "第二位干部" in yip.text()
    with app.app_context():
        bride = db.session.query(Person).filter_by(name="何阿妹").one()
        assert bride.household_id == village.ah_fong.household_id


def test_every_mistake_is_told_at_its_field_and_the_words_come_back(yip, village):
    answer = yip.submit("/rongxi/roll/new", "form.sheet", **NEW | {"born": "1999", "phone": "9123 4567"})
    assert answer.status_code == 422 and "香港" in yip.text("#phone-mistake")
    assert yip.page.select_one("#born-mistake") and yip.page.select_one("#name")["value"] == "何阿妹"
    answer = yip.submit("/rongxi/roll/new", "form.sheet", **NEW | {"code": "77-001"})
    assert answer.status_code == 422 and "77-001" in yip.text(".mistakes")
    assert yip.page.select_one("#relation")["value"] == "儿媳"


def test_the_index_leads_to_the_page_of_each_person_and_shows_membership(yip, village):
    yip.get("/rongxi/roll")
    assert "集体" in yip.text("ul.ledger li")
    assert yip.page.select_one(f"a[href='{page(village.ah_fong)}']")


def test_the_page_has_no_day_of_birth_and_no_whole_number(yip, village):
    yip.get(page(village.ah_fong))
    assert "1978" not in yip.text("body") and village.ah_fong.phone not in yip.text("body")


def test_relation_sex_and_residence_are_corrected(app, yip, village):
    form = "form[action$=particulars]"
    yip.submit(page(village.ah_kwok), form, relation="丈夫", residence="外出务工")
    yip.get(page(village.ah_kwok))
    assert yip.page.select_one("#residence")["value"] == "外出务工"
    answer = yip.submit(page(village.ah_kwok), form, relation="长" * 21)
    assert answer.status_code == 422 and yip.page.select_one("#relation-mistake")


def test_a_correction_on_what_changed_meanwhile_comes_back_with_the_words(app, yip, village):
    yip.get(page(village.ah_kwok))
    seen = yip.page.select_one("input[name=seen]")["value"]
    with app.app_context():
        village.ah_kwok.row().residence = "在村"
        db.session.commit()
        db.session.remove()
    answer = yip.send(f"{page(village.ah_kwok)}/particulars", relation="丈夫", sex="男", residence="深圳", seen=seen)
    assert answer.status_code == 409 and yip.page.select_one("#residence")["value"] == "深圳"


def test_a_name_a_house_and_membership_wait_on_the_page(app, yip, as_person, village):
    yip.submit(f"{page(village.ah_kwok)}/identity", "form.sheet", name="陈国墙")
    yip.submit(f"{page(village.ah_kwok)}/household", "form.sheet", code="01-003")
    yip.submit(page(village.ah_kwok), "form[action$=membership]")
    assert waiting(app, village.ah_kwok) == [
        RightKind.CORRECTED,
        RightKind.HOUSE_CHANGED,
        RightKind.MEMBER_CHANGED,
    ]
    assert len(yip.page.select("section[aria-labelledby=waiting] li")) == 3
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/rights/")
    assert "陈国墙" in ho.text()
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/ways-in/")
    assert "陈国墙" in kwok.text()


def test_an_unknown_house_comes_back_with_its_code(yip, village):
    answer = yip.submit(f"{page(village.ah_kwok)}/household", "form.sheet", code="88-001")
    assert answer.status_code == 422 and yip.page.select_one("#code")["value"] == "88-001"


def test_a_death_says_which_votes_it_touches_and_is_taken_back_with_one_tap(app, yip, village):
    run_the_village(app, village)
    yip.get(page(village.ah_fong))
    look = yip.text("section[aria-labelledby=leaves] details.look")
    assert "修好上圳" in look and village.ah_kwok.name in look
    yip.submit(page(village.ah_fong), "form.departure", kind="deceased")
    assert waiting(app, village.ah_fong) == [RightKind.DEPARTURE]
    yip.submit(page(village.ah_fong), "form[action$=refusal]")
    with app.app_context():
        rights.apply_due(now=clock.now() + timedelta(hours=25))
        assert db.session.get(Departure, village.ah_fong.id) is None


def test_the_second_officer_reads_the_same_votes_before_confirming(app, yip, as_person, village):
    run_the_village(app, village)
    yip.send(f"{page(village.ah_fong)}/departure", kind="deceased")
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/rights/")
    assert "修好上圳" in ho.text() and village.ah_kwok.name in ho.text()


def test_the_house_reads_on_the_vote_who_votes_now(app, as_person, village):
    poll = run_the_village(app, village)
    with app.app_context():
        kind = DepartureKind.DECEASED
        by_two(village, kind=RightKind.DEPARTURE, person_id=village.ah_fong.id, departure=kind)
        db.session.remove()
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/polls/{poll}")
    assert village.ah_fong.name in kwok.text("#ballot") and kwok.page.select_one("#ballot form")
    kwok.get("/rongxi/household")  # the only adult who is left has nothing to choose
    assert not kwok.page.select("main form") and "您家成年人只有您一位" in kwok.text("main")
    assert "？" not in kwok.text("h1")
    kwok.get("/rongxi/")
    assert f"/rongxi/polls/{poll}" in str(kwok.page.main)
    keung = as_person(village.ah_keung)
    keung.get(f"/rongxi/polls/{poll}")
    assert village.ah_fong.name not in keung.text("#ballot")


def test_who_left_can_be_asked_back_and_a_locked_person_shows_little(app, yip, village):
    with app.app_context():
        kind = DepartureKind.MOVED
        by_two(village, kind=RightKind.DEPARTURE, person_id=village.ah_fong.id, departure=kind)
        db.session.add(
            DataLock(
                village_id=village.id, person_id=village.ah_kwok.id, begun_by=village.ah_kwok.id, begun_at=clock.now()
            )
        )
        db.session.commit()
        db.session.remove()
    yip.submit(page(village.ah_fong), "form[action$=return]")
    assert waiting(app, village.ah_fong)[-1] is RightKind.JOINED
    yip.get(page(village.ah_kwok))
    assert village.ah_kwok.name not in yip.text("body")
    assert yip.get(f"{page(village.ah_kwok)}/identity").status_code == 404
    assert yip.get(f"{page(village.ah_fong)}/household").status_code == 404


def test_capacity_and_the_collective_of_a_group_are_a_link_away_with_what_is_noted(yip, village):
    yip.get(page(village.ah_kwok))
    link = yip.page.select_one("a[href*='rules/voter']")["href"]
    yip.get(link)
    assert yip.page.select_one("#name")["value"] == village.ah_kwok.name
    assert yip.page.select_one("#code")["value"] == "01-001"


def test_only_those_who_keep_the_roll_open_it(as_person, village):
    for who, status in ((village.ah_fong, 403), (village.uncle_ho, 403), (village.mr_wong, 303)):
        assert as_person(who).get(page(village.ah_kwok)).status_code == status


def test_somebody_like_another_on_the_roll_comes_back_with_the_words_and_one_tick(app, yip, village):
    with app.app_context():
        keung = village.ah_keung.row()
        typed = {"name": keung.name, "born": keung.born.isoformat(), "code": "01-001", "relation": "儿媳"}
        where = keung.household.code
    assert yip.submit("/rongxi/roll/new", "form.sheet", **typed).status_code == 409
    assert where in yip.text(".mistakes") and yip.page.select_one("#relation")["value"] == "儿媳"
    assert yip.press("form.sheet", somebody_else="1").status_code == 200
    with app.app_context():
        assert db.session.query(Person).filter_by(name=typed["name"]).count() == 2


def test_a_day_of_birth_stands_on_a_page_only_where_another_one_is_asked_for(app, yip, as_person, village):
    """Else whoever asks for another name reads the day that no page shows."""
    with app.app_context():
        born = village.ah_kwok.row().born
    yip.submit(f"{page(village.ah_kwok)}/identity", "form.sheet", name="陈国墙")
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/rights/")
    assert "陈国墙" in ho.text() and str(born.year) not in yip.text("main") + ho.text("main")
    yip.submit(f"{page(village.aunt_leung)}/identity", "form.sheet", name=village.aunt_leung.name, born="1951-02-03")
    ho.get("/rongxi/rights/")
    assert "1951" in ho.text("main")
