"""The pages of helpers, letters, paper, sheets, contests and changes, without JavaScript, as those who use them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.models import AuditEntry, BallotEvent, Poll, SecretBallot, db
from tests.client import Client
from tests.views.test_consultations import photo
from tests.village import a_poll, close, number_of, vote, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def made(app, village, **plan) -> int:
    with app.app_context():
        poll = a_poll(village, **plan)
        db.session.remove()
    return poll


def number(app, poll: int, who) -> int:
    with app.app_context():
        return number_of(poll, who)


def logged(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == "act:refused")))


def test_a_helper_finds_the_voter_reads_aloud_names_a_witness_and_casts(app, as_person, village):
    poll = made(app, village)
    keung = as_person(village.ah_keung)
    n = number(app, poll, village.ah_fong)
    found = keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=str(n))
    assert village.ah_fong.name in found.text
    keung.press("section.ballot form", choice="1")
    refused = keung.press("section.ballot form", name="没有这个人", code="09-999")
    assert refused.status_code == 422 and len(keung.page.select(".mistake")) == 3
    assert keung.page.select_one("#name")["value"] == "没有这个人"
    done = keung.press("section.ballot form", present="1", read_back="1", name=village.ms_yip.name, code="02-003")
    assert done.status_code == 200 and len(keung.page.select(".code li")) == 4
    with app.app_context():
        assert db.session.scalars(select(BallotEvent)).one().channel == "assisted"


def test_who_has_voted_already_is_said_before_any_choice(app, as_person, village):
    poll = made(app, village)
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
    keung = as_person(village.ah_keung)
    keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=str(number(app, poll, village.ah_fong)))
    assert keung.page.select_one(".mistake") is not None and keung.page.select_one(".stones") is None


@pytest.mark.parametrize("typed", ["99", "abc", "0"])
def test_a_number_that_is_nobodys_comes_back_with_a_sentence(app, as_person, village, typed):
    poll = made(app, village)
    keung = as_person(village.ah_keung)
    answer = keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=typed)
    assert answer.status_code == 422 and keung.page.select_one("#number")["value"] == typed


def test_an_attempt_to_help_against_the_rule_is_refused_and_logged(app, as_person, village):
    poll = made(app, village)
    n = number(app, poll, village.ah_fong)
    chow = as_person(village.sister_chow)
    fields = {
        "number": n,
        "choice": "1",
        "present": "1",
        "read_back": "1",
        "name": village.ms_yip.name,
        "code": "02-003",
        "key": "k",
    }
    assert chow.send(f"/rongxi/polls/{poll}/assistances", **fields).status_code == 403
    assert logged(app) == ['{"reason":"helper_is_author"}']


def test_a_secret_vote_is_cast_in_two_looks_and_its_code_is_in_no_address(app, as_person, village):
    poll = made(app, village, secret=True)
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/polls/{poll}", choice="2")
    answer = fong.press("#confirm form")
    code = "".join(li.text for li in fong.page.select(".code li"))
    assert len(code) == 26 and answer.request.query_string == b"" and answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert db.session.query(SecretBallot).count() == 1
    again = fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one(".stones") is None and code not in again.text
    assert fong.get(f"/rongxi/polls/{poll}/receipt").status_code == 303
    assert "無記名" in fong.get("/rongxi/polls/mine").text or fong.page.select_one(".ledger li") is not None


def test_the_page_says_honestly_what_a_secret_vote_hides_and_what_not(app, as_person, village):
    poll = made(app, village, secret=True)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}")
    assert "能直接读取服务器数据的人，在投票期间有可能推断出来" in chan.text("#ballot")
    chan.submit(f"/rongxi/polls/{poll}", choice="1")
    assert "能直接读取服务器数据的人" in chan.text("#confirm")


def pages_of(client: Client, poll: int) -> list[tuple[int, int, str]]:
    """Length, status and tag of everything a reader can ask of a running poll."""
    paths = [f"/rongxi/polls/{poll}", f"/rongxi/polls/{poll}/outcome.json", f"/rongxi/polls/{poll}/receipts",
             f"/rongxi/polls/{poll}/bundle.zip", "/rongxi/", "/rongxi/notices/"]  # fmt: skip
    found = []
    for path in paths:
        answer = client.get(path)
        found.append((len(answer.data), answer.status_code, answer.headers.get("ETag", "")))
    return found


@pytest.mark.parametrize("who", ["ah_kwok", "old_chan", "uncle_ho", "ms_yip", "aunt_leung"])
def test_no_page_no_tag_and_no_length_tells_how_a_secret_poll_goes(app, as_person, village, who):
    """Two villages in which everything is the same but the choices give the same pages in every role."""
    polls = [made(app, village, secret=True, key=f"p{n}", turnout_shown=False) for n in (1, 2)]
    with app.app_context():
        for poll, choices in zip(polls, ((1, 1, 1), (2, 3, 2)), strict=True):
            for one, choice in zip((village.ah_fong, village.ah_keung, village.sister_chow), choices, strict=True):
                vote_in_secret(village, poll, one, choice)
        db.session.remove()
    client = as_person(getattr(village, who))
    first, second = (pages_of(client, poll) for poll in polls)
    assert [row[:2] for row in first] == [row[:2] for row in second]
    assert {row[1] for row in first} <= {200, 404, 409}


def test_the_turnout_is_shown_only_where_the_poll_says_so(app, client, village):
    shown, hidden = (made(app, village, key=f"t{n}", turnout_shown=n == 1) for n in (1, 2))
    assert "截止后公布" in client.get(f"/rongxi/polls/{shown}").text
    assert "截止后公布" not in client.get(f"/rongxi/polls/{hidden}").text


def test_after_the_close_the_keys_are_listed_and_no_choice_is(app, client, village):
    poll = made(app, village, secret=True)
    with app.app_context():
        for who in (village.ah_fong, village.old_chan):
            vote_in_secret(village, poll, who, 1)
        close(at=clock.now() + LATER)
    page = client.get(f"/rongxi/polls/{poll}/receipts")
    keys = [li["data-key"] for li in client.page.select("#keys li")]
    assert keys == sorted(keys) and len(keys) == 2 and "赞成" not in client.text("#main")
    assert page.status_code == 200


def test_before_the_mixing_the_page_says_that_it_is_being_counted(app, client, village, monkeypatch):
    poll = made(app, village, secret=True)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(LATER.total_seconds()))
    page = client.get(f"/rongxi/polls/{poll}")
    assert page.status_code == 200 and client.page.select_one(".tally") is None
    assert client.get(f"/rongxi/polls/{poll}/receipts").status_code == 404
    assert "counts" not in client.get(f"/rongxi/polls/{poll}/outcome.json").json


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
        f"/rongxi/polls/{poll}/count-sheets/{sheet}/entries", data={"csrf_token": token, **usual, **figures, **files},
        content_type="multipart/form-data", follow_redirects=True,
    )  # fmt: skip


@pytest.fixture
def paper_poll(app, as_person, village, monkeypatch) -> int:
    """Two took paper; voting is over; a sheet is open."""
    poll = made(app, village, paper=True)
    chow = as_person(village.sister_chow)
    numbers = ", ".join(str(number(app, poll, who)) for who in (village.ah_fong, village.ah_kwok))
    marked = chow.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#numbers)", numbers=numbers, channel="paper")
    assert marked.status_code == 200 and len(chow.page.select("#marked ~ .ledger li")) == 2
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(LATER.total_seconds()))
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


def test_figures_that_do_not_add_up_come_back_as_typed_with_the_photo_kept(as_person, village, paper_poll):
    chan = as_person(village.old_chan)
    answer = enter(chan, paper_poll, 1, valid_1="2")
    assert answer.status_code == 422
    assert chan.page.select_one("#valid_1")["value"] == "2" and len(chan.page.select_one("[name=kept]")["value"]) == 64


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
    form = {"place": "坑尾", "visited_at": "2020-01-01T09:00", "name1": village.ah_keung.name, "code1": "01-003",
            "name2": village.ms_yip.name, "code2": "02-003", "visited": str(number(app, poll, village.ah_fong))}  # fmt: skip
    wrong = yip.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#visited)", **form | {"name2": "谁"})
    assert wrong.status_code == 422 and yip.page.select_one("#place")["value"] == "坑尾"
    yip.submit(f"/rongxi/polls/{poll}/attendance", "form:has(#visited)", **form)
    assert "坑尾" in yip.text("#main") and len(yip.page.select("#marked ~ .ledger li")) == 1
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one(".stones") is None


def test_a_letter_is_photographed_looked_at_and_cast(app, as_person, village):
    poll = made(app, village)
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}/proxies/new")
    token = fong.page.select_one("input[name=csrf_token]")["value"]
    n = number(app, poll, village.ah_kwok)
    send = {"csrf_token": token, "number": str(n), "choice": "2"}
    without = fong.post(f"/rongxi/polls/{poll}/proxies/look", data=send)
    assert without.status_code == 422 and fong.page.select_one("#picture-mistake") is not None
    fong.post(f"/rongxi/polls/{poll}/proxies/look", data={**send, "picture": (photo(), "letter.jpg")},
              content_type="multipart/form-data")  # fmt: skip
    done = fong.press("section.ballot form")
    assert done.status_code == 200 and len(fong.page.select(".code li")) == 4
    ho = as_person(village.uncle_ho)
    ho.get(f"/rongxi/polls/{poll}/scrutiny")
    assert village.ah_kwok.name in ho.text("#main")
    assert ho.get(f"/rongxi/polls/{poll}/scrutiny/letters/{n}").mimetype == "image/jpeg"
    assert as_person(village.old_chan).get(f"/rongxi/polls/{poll}/scrutiny/letters/{n}").status_code == 403


def test_another_adult_contests_and_the_outcome_lists_the_number(app, as_person, village, monkeypatch):
    poll = made(app, village, body="VA_house")
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/polls/{poll}")
    assert kwok.page.select_one("a[href$='contests/new']") is not None
    assert kwok.submit(f"/rongxi/polls/{poll}/contests/new", reason="").status_code == 422
    kwok.submit(f"/rongxi/polls/{poll}/contests/new", reason="没有商量过")
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(LATER.total_seconds()))
    kwok.get(f"/rongxi/polls/{poll}")
    assert f"名册 {number(app, poll, village.ah_fong)} 号" in kwok.text("#main")
    assert "没有商量过" not in kwok.text("#main"), "the reason is for the scrutineers"


def test_two_officers_extend_a_poll_and_everybody_sees_the_banner(app, as_person, client, village):
    poll = made(app, village)
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    chow.submit(f"/rongxi/polls/{poll}/changes/", kind="extension", reason="大雨，路断了", closes_at="2099-01-01T20:00")
    chow.get(f"/rongxi/polls/{poll}/changes/")
    assert chow.page.select_one("form[action$=confirmation]") is None
    assert chow.send(f"/rongxi/polls/{poll}/changes/1/confirmation").status_code == 403
    assert logged(app) == ['{"reason":"same_person"}']
    chan.submit(f"/rongxi/polls/{poll}/changes/", "form[action$=confirmation]")
    client.get(f"/rongxi/polls/{poll}")
    assert "大雨，路断了" in client.text("#main")
    client.get("/rongxi/notices/2")
    assert "大雨，路断了" in client.text(".notice")
    assert "大雨，路断了" in client.get("/rongxi/consultations/1/timeline").text
    with app.app_context():
        assert db.session.get(Poll, poll).closes_at.year in (2098, 2099)


def test_a_cancelled_poll_says_so_everywhere_and_takes_no_vote(app, as_person, client, village):
    poll = made(app, village)
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    chow.submit(f"/rongxi/polls/{poll}/changes/", kind="cancellation", reason="题目写错了")
    chan.submit(f"/rongxi/polls/{poll}/changes/", "form[action$=confirmation]")
    client.get(f"/rongxi/polls/{poll}")
    assert "题目写错了" in client.text("#main") and client.page.select_one("#ballot") is None
    fong = as_person(village.ah_fong)
    assert fong.send(f"/rongxi/polls/{poll}/ballots", choice="1", key="k").status_code == 409
    fong.get("/rongxi/")
    assert fong.page.select_one(".call") is None
    assert fong.get(f"/rongxi/polls/{poll}/outcome.json").json["state"] == "cancelled"


def test_a_change_with_mistakes_comes_back_as_typed(app, as_person, village):
    poll = made(app, village)
    chow = as_person(village.sister_chow)
    answer = chow.submit(f"/rongxi/polls/{poll}/changes/", kind="addition", reason="漏了", name="谁", code="01-001")
    assert answer.status_code == 422 and chow.page.select_one("#name")["value"] == "谁"


def test_the_bundle_for_everybody_is_on_the_result_page_and_the_full_one_for_scrutineers(
    app, as_person, client, village, monkeypatch
):
    poll = made(app, village)
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    assert client.get(f"/rongxi/polls/{poll}/bundle.zip").status_code == 409
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(LATER.total_seconds()))
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/polls/{poll}", "form[action$=declaration]")
    client.get(f"/rongxi/polls/{poll}")
    link = client.page.select_one("a[href$='bundle.zip']")["href"]
    assert client.get(link).mimetype == "application/zip"
    full = f"/rongxi/polls/{poll}/scrutiny/bundle.zip"
    assert chan.get(full).status_code == 403 and as_person(village.uncle_ho).get(full).status_code == 200
