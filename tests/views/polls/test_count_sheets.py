"""Marking who took part, printing, the box, and two people at one sheet."""

from datetime import timedelta

import pytest

from tests import hours
from tests.client import Client
from tests.views.talk.test_consultations import photo
from tests.ways import logged, made, number

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def enter(client: Client, poll: int, sheet: int, *, picture: bool = True, **figures: str):
    usual = {
        "issued": "2",
        "returned": "2",
        "valid_1": "1",
        "valid_2": "1",
        "valid_3": "0",
        "blank": "0",
        "invalid": "0",
    }
    files = {"picture": (photo(), "sheet.jpg")} if picture else {}
    client.get(f"/rongxi/polls/{poll}/count-sheets/{sheet}")
    token = client.page.select_one("input[name=csrf_token]")["value"]
    return client.post(
        f"/rongxi/polls/{poll}/count-sheets/{sheet}/entries",
        data={"csrf_token": token, **usual, **figures, **files},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


@pytest.fixture
def paper_poll(app, as_person, village, monkeypatch) -> int:
    """Two took paper; voting is over; a sheet is open."""
    poll = made(app, village, paper=True)
    chow = as_person(village.sister_chow)
    numbers = ", ".join(str(number(app, poll, who)) for who in (village.ah_fong, village.ah_kwok))
    marked = chow.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#numbers)", numbers=numbers, channel="paper")
    assert marked.status_code == 200 and len(chow.page.select("#marked ~ .ledger li")) == 2
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/polls/{poll}/count-sheets/", place="上围票箱", channel="paper")
    return poll


def test_two_people_enter_a_sheet_and_the_second_does_not_see_the_first(app, as_person, village, paper_poll):
    chan, ho = as_person(village.old_chan), as_person(village.uncle_ho)
    assert enter(chan, paper_poll, 1).status_code == 200
    ho.get(f"/rongxi/polls/{paper_poll}/count-sheets/1")
    assert ho.page.select_one("table") is None and ho.page.select_one("#valid_1")["value"] == ""
    assert ho.get(f"/rongxi/polls/{paper_poll}/count-sheets/1/picture").status_code == 200
    enter(ho, paper_poll, 1, picture=False)
    assert ho.page.select_one(".agrees") is not None and ho.page.select_one("table") is not None
    chan.get(f"/rongxi/polls/{paper_poll}")
    outcome = chan.press("form[action$=declaration]")
    assert outcome.status_code == 200 and chan.page.select_one(".tally") is not None


def test_the_one_way_of_voting_that_is_counted_by_hand_is_chosen_already(as_person, village, paper_poll):
    chan = as_person(village.old_chan)
    assert chan.submit(f"/rongxi/polls/{paper_poll}/count-sheets/", place="下围票箱").status_code == 200
    assert "下围票箱" in chan.text()


def test_figures_that_do_not_add_up_come_back_as_typed_with_the_photo_kept(as_person, village, paper_poll):
    chan = as_person(village.old_chan)
    answer = enter(chan, paper_poll, 1, valid_1="2")
    assert answer.status_code == 422
    assert chan.page.select_one("#valid_1")["value"] == "2" and chan.page.select_one("[name=kept]")["value"]


def test_a_sheet_without_a_photo_is_asked_for_one(as_person, village, paper_poll):
    chan = as_person(village.old_chan)
    assert enter(chan, paper_poll, 1, picture=False).status_code == 422
    assert chan.page.select_one("#picture-mistake") is not None


def test_figures_that_differ_are_shown_to_both_and_a_third_person_decides(as_person, village, paper_poll):
    chan, ho, yip = (as_person(w) for w in (village.old_chan, village.uncle_ho, village.ms_yip))
    enter(chan, paper_poll, 1)
    enter(ho, paper_poll, 1, valid_1="2", valid_2="0")
    assert len(ho.page.select("thead th")) == 3
    chan.get(f"/rongxi/polls/{paper_poll}/count-sheets/1")
    assert len(chan.page.select("thead th")) == 3 and chan.page.select_one("#valid_1") is None
    enter(yip, paper_poll, 1, picture=False)
    assert yip.page.select_one(".agrees") is not None


def test_the_author_of_the_proposal_cannot_count_and_the_attempt_is_logged(app, as_person, village, paper_poll):
    chow = as_person(village.sister_chow)
    assert enter(chow, paper_poll, 1).status_code == 403
    assert logged(app) == ['{"reason":"counter_is_author"}']


def test_voter_list_and_paper_ballots_are_printed_for_officers_only(app, as_person, village):
    poll = made(app, village, paper=True)
    yip = as_person(village.ms_yip)
    assert len((yip.get(f"/rongxi/polls/{poll}/voter-list"), yip.page.select("tbody tr"))[1]) == 8
    yip.get(f"/rongxi/polls/{poll}/paper-ballots")
    ballots = [" ".join(part.text.split()) for part in yip.page.select(".paper-ballot")]
    assert len(ballots) == 4 and len(set(ballots)) == 1, "nothing tells one ballot from another"
    fong = as_person(village.ah_fong)
    for page in ("voter-list", "paper-ballots", "attendance", "count-sheets/", "scrutiny", "changes/"):
        assert fong.get(f"/rongxi/polls/{poll}/{page}").status_code == 403


def test_a_box_visit_names_two_workers_and_marks_whom_it_reached(app, as_person, village):
    poll = made(app, village, paper=True)
    yip = as_person(village.ms_yip)
    form = {
        "place": "坑尾",
        "visited_at": "2020-01-01T09:00",
        "name1": village.ah_keung.name,
        "code1": "01-003",
        "name2": village.ms_yip.name,
        "code2": "02-003",
        "visited": str(number(app, poll, village.ah_fong)),
    }
    wrong = yip.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#visited)", **form | {"name2": "谁"})
    assert wrong.status_code == 422 and yip.page.select_one("#place")["value"] == "坑尾"
    yip.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#visited)", **form)
    assert "坑尾" in yip.text("#main") and len(yip.page.select("#marked ~ .ledger li")) == 1
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one(".stones") is None
