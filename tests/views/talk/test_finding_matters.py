"""Finding one matter among many: by stage and year in the list, by words or number for a merger."""

from dataclasses import replace

import pytest

from consult.models import Consultation, MergerRequest, db
from consult.services.talk.withdrawals import withdraw
from consult.views.talk import consultations as pages
from consult.views.talk import phase_changes
from tests.tampering import without_triggers
from tests.village import WORDS, Cast, a_consultation, a_matter

pytestmark = pytest.mark.both_databases
LIST = "/rongxi/consultations/"


def titled(cast: Cast, *titles: str) -> list[int]:
    return [a_matter(cast, key=title, words=replace(WORDS, title=title)) for title in titles]


def titles(browser, address: str) -> list[str]:
    browser.get(address)
    return [one.get_text(strip=True) for one in browser.page.select("main .ledger h2.name")]


def offered(browser, name: str = "into") -> list[str]:
    return [one.get_text(strip=True).split(" ", 1)[1] for one in browser.page.select(f"#{name} option")]


# the list


def test_the_list_shows_the_matters_of_one_stage_and_of_one_year(app, client, village):
    with app.app_context():
        old, _ = titled(village, "旧年的路灯", "今年的水圳")
        a_consultation(village, words=replace(WORDS, title="在议的桥"))
        without_triggers(f"UPDATE consultation SET year = year - 1 WHERE id = {old}")
        year = db.session.get_one(Consultation, old).year
    assert titles(client, LIST) == ["在议的桥", "今年的水圳", "旧年的路灯"]
    assert titles(client, f"{LIST}?phase=raise") == ["今年的水圳", "旧年的路灯"]
    assert titles(client, f"{LIST}?year={year}") == ["旧年的路灯"]
    assert titles(client, f"{LIST}?phase=raise&year={year + 1}") == ["今年的水圳"]
    assert titles(client, f"{LIST}?phase=carry_out") == [] and client.page.select("nav.filter a[aria-current]")
    assert client.get(f"{LIST}?phase=nothing&year=x").status_code == 200


def test_older_ones_and_the_other_filter_keep_the_filter(app, client, village, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    with app.app_context():
        titled(village, "一号事", "二号事", "三号事")
        a_consultation(village, words=replace(WORDS, title="在议的桥"))
    assert titles(client, f"{LIST}?phase=raise") == ["三号事", "二号事"]
    older = next(a["href"] for a in client.page.select("main a[href*=before]"))
    assert titles(client, older) == ["一号事"]
    assert client.page.select_one("nav.filter a[aria-current]")["href"].endswith("phase=raise")


# for a merger


def test_a_matter_that_is_none_of_the_newest_is_found_by_words_or_number(app, as_person, village, monkeypatch):
    monkeypatch.setattr(phase_changes, "CHOICES", 2)
    with app.app_context():
        mine, bridge, *_ = titled(village, "修路", "修石拱桥", "修水塔", "修祠堂", "修球场")
        number = "{0.year}-{0.number:02}".format(db.session.get_one(Consultation, bridge))
    chow, page = as_person(village.sister_chow), f"/rongxi/consultations/{mine}/steering"
    chow.get(page)
    assert offered(chow) == offered(chow, "other") == ["修球场", "修祠堂"]
    chow.get(next(a["href"] for a in chow.page.select("#others a[href*=before]")))
    assert offered(chow) == ["修水塔", "修石拱桥"]
    for words in ("石拱", number):
        chow.get(f"{page}?find={words}")
        assert offered(chow) == ["修石拱桥"]
    chow.get(f"{page}?find=没有的事")
    assert chow.page.select_one("#into") is None and chow.page.select_one("#find")["value"] == "没有的事"


def test_what_was_withdrawn_is_not_offered_for_a_merger(app, as_person, village):
    with app.app_context():
        mine, gone, _ = titled(village, "修路", "修石拱桥", "修石凳")
        withdraw(db.session.get_one(Consultation, gone), "不修了", village.ah_fong.act())
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/consultations/{mine}/steering?find=修石")
    assert offered(chow) == ["修石凳"]


def test_the_one_that_was_found_stays_chosen_when_the_reason_is_forgotten(app, as_person, village, monkeypatch):
    monkeypatch.setattr(phase_changes, "CHOICES", 2)
    with app.app_context():
        mine, bridge, *_ = titled(village, "修路", "修石拱桥", "修水塔", "修祠堂")
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/consultations/{mine}/steering?find=石拱")
    form = chow.page.select_one("form[action*=merger]")
    answer = chow.send(form["action"], into=str(bridge), key="k")
    assert answer.status_code == 422 and chow.page.select_one("#merge_reason-mistake")
    assert chow.page.select_one("#into option[selected]")["value"] == str(bridge)
    assert chow.page.select_one("#find")["value"] == "石拱"
    chow.send(
        chow.page.select_one("form[action*=merger]")["action"], into=str(bridge), merge_reason="同一条河", key="k2"
    )
    with app.app_context():
        assert db.session.query(MergerRequest).one().into_id == bridge
