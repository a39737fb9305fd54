"""The page of marks: whom a number names, a way back, marks after the close by two; and what the result says of papers."""

from datetime import timedelta

import pytest

from consult.domain.polls.polls import Channel
from consult.models import LateMarks, RollEntry, db
from tests import hours, prints
from tests.client import Client
from tests.views.polls.test_count_sheets import enter
from tests.views.talk.test_consultations import photo
from tests.ways import made, number

LATER = timedelta(days=4)


def page_of(poll: int) -> str:
    return f"/rongxi/polls/{poll}/attendance"


def mark(client: Client, poll: int, *numbers: int):
    numbers_typed = ", ".join(str(n) for n in numbers)
    return client.submit(page_of(poll), "form:has(#numbers)", numbers=numbers_typed, channel="paper")


def channel(app, poll: int, n: int) -> Channel | None:
    with app.app_context():
        return db.session.get_one(RollEntry, (poll, n)).channel


@pytest.fixture
def poll(app, village) -> int:
    return made(app, village, paper=True)


@pytest.fixture
def later(monkeypatch):
    def to() -> None:
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))

    return to


def ask(client: Client, poll: int, numbers: str, *, picture: bool = True):
    client.get(f"/rongxi/polls/{poll}/late-marks/")
    form = client.page.select_one("form:has(#numbers)")
    fields = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    files = {"picture": (photo(), "list.jpg")} if picture else {}
    return client.post(
        f"/rongxi/polls/{poll}/late-marks/",
        data={**fields, "numbers": numbers, "channel": "paper", **files},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_the_page_names_whom_a_number_is_before_anybody_is_marked(app, as_person, village, poll):
    yip, n = as_person(village.ms_yip), number(app, poll, village.ah_fong)
    yip.get(page_of(poll))
    address = yip.page.select_one("form:has(#numbers) button[formaction]")["formaction"]
    for htmx in (False, True):
        answer = yip.send(address, htmx=htmx, numbers=f"{n}, 99", channel="paper")
        assert answer.status_code == 200 and channel(app, poll, n) is None
        assert village.ah_fong.name in yip.text("#who") and "99" in yip.text("#who")
        assert htmx or yip.page.select_one("#numbers").text.strip() == f"{n}, 99"


def test_a_mark_takes_as_many_taps_as_before_and_has_a_way_back(app, as_person, village, poll):
    yip, n = as_person(village.ms_yip), number(app, poll, village.ah_fong)
    assert mark(yip, poll, n).status_code == 200
    assert village.ah_fong.name in yip.text("section[aria-labelledby=lately]")
    undone = yip.submit(page_of(poll), "form:has(input[type=hidden][name=undone])", reason="看错了号")
    assert undone.status_code == 200 and channel(app, poll, n) is None
    assert yip.page.select_one("#lately") is None


def test_the_household_reads_who_marked_it_and_why_it_was_undone_and_votes(app, as_person, village, poll):
    yip, n = as_person(village.ms_yip), number(app, poll, village.ah_fong)
    mark(yip, poll, n)
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert village.ms_yip.name in fong.text("main") and fong.page.select_one(".stones") is None
    yip.submit(page_of(poll), "form:has(#undone)", undone=str(n), reason="应该是四十二号")
    fong.get(f"/rongxi/polls/{poll}")
    assert "应该是四十二号" in fong.text("main") and fong.page.select_one(".stones") is not None
    chan = as_person(village.aunt_leung)
    chan.get(f"/rongxi/polls/{poll}")
    assert "应该是四十二号" not in chan.text("main"), "it is for those whom it concerns"


def test_what_was_typed_comes_back_with_the_reason_of_a_refusal(app, as_person, village, poll):
    yip = as_person(village.ms_yip)
    refused = mark(yip, poll, 1, 99)
    assert refused.status_code == 422
    assert yip.page.select_one("#numbers").text.strip() == "1, 99" and "99" in yip.text("#mistakes")
    answer = yip.submit(page_of(poll), "form:has(#numbers)", numbers="1", channel="paper")
    assert answer.status_code == 200
    never = yip.submit(page_of(poll), "form:has(#undone)", undone="2", reason="错")
    assert never.status_code == 422 and yip.page.select_one("#undone")["value"] == "2"
    assert yip.submit(page_of(poll), "form:has(#undone)", undone="1", reason="").status_code == 422


def test_in_an_open_secret_poll_nobody_is_named_to_those_who_give_out_no_paper(app, as_person, village):
    poll = made(app, village, paper=True, secret=True)
    yip = as_person(village.ms_yip)
    yip.get(page_of(poll))
    assert yip.send(f"{page_of(poll)}/names", numbers="1-8").status_code == 403
    assert yip.send(f"{page_of(poll)}/undone", undone="1", reason="x").status_code == 403


def test_after_the_close_one_asks_with_the_signed_list_and_another_confirms(app, as_person, village, poll, later):
    n = number(app, poll, village.aunt_leung)
    later()
    chow = as_person(village.sister_chow)
    chow.get(page_of(poll))
    assert chow.page.select_one("#numbers") is None, "nobody marks alone any more"
    assert ask(chow, poll, str(n), picture=False).status_code == 422
    assert chow.page.select_one("#picture-mistake") is not None
    assert ask(chow, poll, str(n)).status_code == 200 and channel(app, poll, n) is None
    assert chow.page.select_one("form[action$=confirmation]") is None, "not by the one who asked"
    ho = as_person(village.uncle_ho)
    ho.get(f"/rongxi/polls/{poll}/late-marks/")
    assert village.aunt_leung.name in ho.text("main") and ho.page.select_one("main img") is not None
    with app.app_context():
        request_id = db.session.query(LateMarks).one().id
    assert ho.get(f"/rongxi/polls/{poll}/late-marks/{request_id}/picture").status_code == 200
    ho.submit(f"/rongxi/polls/{poll}/late-marks/", "form[action$=confirmation]")
    assert channel(app, poll, n) is Channel.PAPER
    kwok = as_person(village.ah_kwok)
    assert kwok.get(f"/rongxi/polls/{poll}/late-marks/").status_code == 403
    assert kwok.get(f"/rongxi/polls/{poll}/late-marks/{request_id}/picture").status_code == 403


def test_a_refused_request_keeps_the_photo_and_the_numbers(app, as_person, village, poll, later):
    n = number(app, poll, village.ah_fong)
    mark(as_person(village.ms_yip), poll, n)
    later()
    chow = as_person(village.sister_chow)
    assert ask(chow, poll, str(n)).status_code == 409
    assert chow.page.select_one("#numbers").text.strip() == str(n) and chow.page.select_one("[name=kept]")["value"]


def count(as_person, village, poll: int, **figures: str) -> None:
    chan, ho = as_person(village.old_chan), as_person(village.uncle_ho)
    chan.submit(f"/rongxi/polls/{poll}/count-sheets/", place="上围票箱", channel="paper")
    usual = {"issued": "2", "returned": "1", "valid_1": "0", "valid_2": "0", "blank": "1"} | figures
    assert enter(chan, poll, 1, **usual).status_code == 200
    enter(ho, poll, 1, picture=False, **usual)


def test_result_notice_and_print_tell_what_became_of_the_papers(app, as_person, village, poll, later):
    mark(as_person(village.ms_yip), poll, number(app, poll, village.ah_fong), number(app, poll, village.ah_kwok))
    later()
    count(as_person, village, poll)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}")
    chan.press("form[action$=declaration]")
    said = "发出 2 张，收回 1 张；其中有效票 0 张，空白票 1 张，无效票 0 张"
    chan.get(f"/rongxi/polls/{poll}")
    assert said in chan.text("main")
    facts = chan.get(f"/rongxi/polls/{poll}/outcome.json").json
    assert facts["papers"] == {"issued": 2, "returned": 1, "late": 0} and facts["present"] == 1
    chan.get("/rongxi/notices/")
    notice = next(a["href"] for a in chan.page.select("main a[href*='/notices/']") if a["href"][-1].isdigit())
    chan.get(notice)
    assert said in chan.text("main")
    assert said.replace(" ", "") in "".join(prints.words(chan.get(f"{notice}.pdf").data)).replace(" ", "")


def test_marks_without_papers_are_named_with_the_difference_and_cannot_be_declared(
    app, as_person, village, poll, later
):
    numbers = [number(app, poll, who) for who in (village.ah_fong, village.ah_kwok, village.aunt_leung)]
    mark(as_person(village.ms_yip), poll, *numbers)
    later()
    count(as_person, village, poll)
    chan = as_person(village.old_chan)
    for page in (f"/rongxi/polls/{poll}", f"/rongxi/polls/{poll}/count-sheets/"):
        chan.get(page)
        assert "名册上登记了 3 个，计票单上只有 2 张，少了 1 张" in chan.text("main")
    chan.get(f"/rongxi/polls/{poll}")
    assert chan.page.select_one("form[action$=declaration]") is None
    assert chan.send(f"/rongxi/polls/{poll}/declaration").status_code == 409


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"issued": "9"}, "计票单上有 9 张，名册上只登记了 2 个，多了 7 张"),
        ({"issued": "1", "returned": "2", "valid_1": "2"}, "收回 2 张，可只发出 1 张，多了 1 张"),
        ({"valid_1": "3"}, "加起来是 4 张，收回的是 2 张，差 2 张"),
    ],
)
def test_a_sheet_is_refused_with_the_difference_and_keeps_its_photo(
    app, as_person, village, poll, later, figures, said
):
    mark(as_person(village.ms_yip), poll, number(app, poll, village.ah_fong), number(app, poll, village.ah_kwok))
    later()
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/polls/{poll}/count-sheets/", place="上围票箱", channel="paper")
    assert enter(chan, poll, 1, **figures).status_code == 422
    assert said in chan.text("main") and chan.page.select_one("[name=kept]")["value"]
    assert chan.page.select_one("#issued")["value"] == figures.get("issued", "2")
