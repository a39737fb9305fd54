"""Pages around a closed vote: who may annul, ask again and answer appeals; what a cancelled vote's receipts say."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.allowances import OF_STRANGERS, Use
from consult.domain.polls.annulments import Annuller, Ruling
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.receipts import Lookup, find_named, find_secret
from consult.domain.polls.secret_ballots import key_of, new_token
from consult.models import Allowance, FurtherVote, Poll, PollChange, RollAppeal, db
from consult.services.polls import closing, poll_changes
from tests import hours
from tests.village import a_photo, a_poll, vote, vote_in_secret

LATER = timedelta(days=4)


def cancel(cast, poll: int) -> None:
    wish = ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")
    asked = poll_changes.ask(db.session.get_one(Poll, poll), wish, "council_member", cast.sister_chow.act(key="c"))
    poll_changes.confirm(asked, "committee_member", cast.old_chan.act())


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village)


@pytest.fixture
def declared(app, village, poll) -> int:
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
        db.session.remove()
    return poll


def test_who_is_not_on_the_roll_finds_the_form_on_the_poll_and_on_its_notice(app, as_person, client, village, poll):
    path = f"/rongxi/polls/{poll}/appeals/new"
    client.get(f"/rongxi/polls/{poll}")
    assert client.page.select(f"a[href='{path}']")
    client.get("/rongxi/notices/1")
    assert client.page.select(f"a[href='{path}']")
    young = as_person(village.siu_ming)
    young.get(f"/rongxi/polls/{poll}")
    assert len(young.page.select(f"a[href='{path}']")) == len(young.page.select(f"#ballot a[href='{path}']")) == 1
    young.get("/rongxi/notices/1")
    assert young.page.select(f"a[href='{path}']")
    voter = as_person(village.ah_fong)
    for page in (f"/rongxi/polls/{poll}", "/rongxi/notices/1"):
        voter.get(page)
        assert not voter.page.select(f"a[href='{path}']"), "who votes needs no appeal"


def test_a_refused_answer_to_an_appeal_leads_to_its_own_fields_and_keeps_the_words(app, as_person, village, poll):
    young = as_person(village.siu_ming)
    young.get(f"/rongxi/polls/{poll}/appeals/new")
    key = young.page.select_one("input[name=key]")["value"]
    young.send(f"/rongxi/polls/{poll}/appeals/made", key=key)
    ho, desk = as_person(village.uncle_ho), f"/rongxi/polls/{poll}/appeals/"
    ho.get(desk)
    accept = ho.page.select_one("form[action$='/acceptance']")
    answer = ho.send(accept["action"], at=desk, name="没有这个人", code="99-999", reason="", seen="x")
    assert answer.status_code == 422
    targets = [link["href"] for link in ho.page.select("#mistakes a")]
    assert targets and all(target.endswith("-1") and ho.page.select_one(target) for target in targets)
    assert ho.page.select_one("#name-1")["value"] == "没有这个人" and ho.page.select_one("#reason-1-mistake")


def test_a_refused_answer_to_an_objection_leads_to_its_own_field_and_keeps_the_words(app, as_person, village, poll):
    keung = as_person(village.ah_keung)
    keung.submit("/rongxi/notices/1", "form[action$='/objections']", text="名册漏了人")
    chan = as_person(village.old_chan)
    words = "查过了，" * 2000
    answer = chan.send("/rongxi/notices/1/objections/1/answer", at="/rongxi/notices/1", answer=words)
    assert answer.status_code == 422
    assert [link["href"] for link in chan.page.select("#mistakes a")] == ["#answer-1"]
    assert chan.page.select_one("#answer-1").text.strip() == words and chan.page.select_one("#answer-1-mistake")


def test_an_annulled_result_says_why_once(app, as_person, client, village, declared, monkeypatch):
    at = clock.now() + LATER
    with app.app_context():
        ruling = Ruling(Annuller.COURT, "（2026）粤01行初1号", at.date(), a_photo(village.sister_chow))
        wish = ChangeRequest(ChangeKind.ANNULMENT, "名册有错", ruling=ruling)
        act = village.sister_chow.act(now=at, key="n")
        asked = poll_changes.ask(db.session.get_one(Poll, declared), wish, "council_member", act)
        poll_changes.confirm(asked, "committee_member", village.old_chan.act(now=at))
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER + timedelta(minutes=1)))
    client.get(f"/rongxi/polls/{declared}")
    said = client.text("main")
    assert [said.count(words) for words in ("名册有错", "粤01行初1号")] == [1, 1]


def test_an_appeal_of_somebody_signed_in_takes_one_tap_and_officers_alone_see_whose_it_is(
    app, as_person, village, poll
):
    young = as_person(village.siu_ming)
    young.get(f"/rongxi/polls/{poll}/appeals/new")
    key = young.page.select_one("input[name=key]")["value"]
    answer = young.send(f"/rongxi/polls/{poll}/appeals/made", key=key)
    assert answer.status_code == 200 and young.page.select(".receipt .code li")
    again = young.send(f"/rongxi/polls/{poll}/appeals/made", key=key)
    assert again.status_code == 200
    with app.app_context():
        assert db.session.query(RollAppeal).count() == 1
    for who, status in ((village.ah_fong, 403), (village.siu_ming, 403), (village.uncle_ho, 200)):
        page = as_person(who)
        assert page.get(f"/rongxi/polls/{poll}/appeals/").status_code == status
        assert ("陈小明" in page.text()) is (status == 200 or who is village.siu_ming)
    own = as_person(village.old_chan)
    own.get(f"/rongxi/polls/{poll}/appeals/")
    assert not own.page.select("form[action$='/refusal']"), "of the own house"


def test_one_machine_without_cookies_does_not_keep_a_newcomer_of_another_house_from_an_appeal(
    app, as_person, client, village, poll, monkeypatch
):
    limits = dict(OF_STRANGERS[Use.ROLL_APPEALS]) | {"source": 2}
    monkeypatch.setitem(OF_STRANGERS, Use.ROLL_APPEALS, limits)
    path = f"/rongxi/polls/{poll}/appeals/"

    def appeal(n: int, address: str) -> int:
        client.delete_cookie("session")
        client.environ_base["REMOTE_ADDR"] = address
        fields = {"name": f"新来{n}", "phone": f"1380000000{n}", "house": "七组", "words": "", "key": f"key-of-{n}" * 3}
        return client.send(path + "made", **fields).status_code

    assert [appeal(n, "203.0.113.7") for n in range(3)] == [200, 200, 429]
    assert appeal(4, "203.0.113.8") == 200
    officer = as_person(village.sister_chow)
    officer.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    officer.submit(path, "form[action$='/appeals/']", name="新来福", house="七组")
    assert officer.page.select(".receipt .code li")
    with app.app_context():
        assert db.session.query(RollAppeal).count() == 4
        assert not [one for one in db.session.query(Allowance) if "203.0.113" in one.mark]


def test_a_wrong_code_says_so_and_shows_nobodys_answer(client, poll):
    page = client.send(f"/rongxi/polls/{poll}/appeals/answer", code="2222 3333 4444")
    assert page.status_code == 422 and client.page.select_one("#code-mistake")


def test_a_closed_vote_offers_annulment_and_no_cancellation(as_person, village, declared, monkeypatch):
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    officer = as_person(village.old_chan)
    officer.get(f"/rongxi/polls/{declared}/changes/")
    assert [one["value"] for one in officer.page.select("input[name=kind]")] == ["annulment"]
    answer = officer.send(f"/rongxi/polls/{declared}/changes/", kind="annulment", reason="判决", key="k")
    assert answer.status_code == 422
    assert {"annulled_by-mistake", "ruling-mistake", "ruled_on-mistake", "picture-mistake"} <= {
        str(one["id"]) for one in officer.page.select("p.mistake[id]")
    }
    sent = officer.send(f"/rongxi/polls/{declared}/changes/", kind="cancellation", reason="不想要", key="k2")
    assert sent.status_code == 409


def test_a_ground_for_one_more_vote_is_stated_and_confirmed_on_the_page_of_the_matter(
    app, as_person, village, declared, monkeypatch
):
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    with app.app_context():
        matter = db.session.get_one(Poll, declared).consultation_id
    path = f"/rongxi/consultations/{matter}/further-votes/"
    assert as_person(village.ah_fong).get(path).status_code == 403
    first = as_person(village.old_chan)
    first.get(f"/rongxi/consultations/{matter}")
    assert first.page.select(f"a[href='{path}']")
    assert first.send(path, poll=str(declared), ground="", words="", key="g").status_code == 422
    first.send(path, poll=str(declared), ground="new_facts", words="石料降价了", key="g")
    with app.app_context():
        request = db.session.query(FurtherVote).one().id
    second = as_person(village.uncle_ho)
    second.get(path)
    assert second.page.select(f"#request-{request} form[action$='/confirmation']")
    second.send(f"{path}{request}/confirmation")
    with app.app_context():
        assert db.session.query(FurtherVote).one().confirmed_by == village.uncle_ho.id


@pytest.mark.both_databases
def test_the_receipts_of_a_cancelled_vote_say_that_it_is_cancelled(app, as_person, village, poll):
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        cancel(village, poll)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}/receipt")
    assert "取消" in fong.text("#receipt") and "再投一次" not in fong.text("#receipt")
    fong.get("/rongxi/polls/mine")
    assert "取消" in fong.text("main")
    assert fong.get(f"/rongxi/polls/{poll}/receipts").status_code == 200 and "取消" in fong.text("main")
    fong.get(f"/rongxi/polls/{poll}")
    assert not fong.page.select(".tally")


def test_a_secret_code_is_found_without_scripts_and_stands_in_no_address(app, client, village, monkeypatch):
    with app.app_context():
        secret = a_poll(village, secret=True)
        code = vote_in_secret(village, secret, village.ah_fong, 1)
        closing.declare(db.session.get_one(Poll, secret), village.old_chan.act(now=clock.now() + LATER))
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    path = f"/rongxi/polls/{secret}/receipts"
    client.get(path)
    assert client.page.select_one("#finder")["method"] == "post"
    for typed, line in ((code, "counted"), (key_of(code)[:16], "counted"), ("", "empty"), ("222", "unfinished")):
        client.send(path, code=typed)
        assert [str(one["id"]) for one in client.page.select("#lookup > p:not([hidden])")] == [f"code-{line}"], typed
        assert bool(client.page.select("#mistakes[autofocus]")) == (line != "counted"), typed
    client.send(path, code=new_token())
    assert [str(one["id"]) for one in client.page.select("#lookup > p:not([hidden])")] == ["code-missing"]
    assert client.page.select_one("#mistakes a[href='#code']") and "监督委员会" in client.text("#mistakes")
    assert client.page.select_one("#code[aria-invalid]")["aria-describedby"] == "code-missing"
    assert not client.page.select("mark")


def test_only_a_whole_code_that_is_not_listed_is_a_reason_to_alarm_anybody():
    token = new_token()
    keys = [key_of(token)]
    assert find_secret(f" {token[:4]} {token[4:].lower()}", keys) == (Lookup.COUNTED, keys[0])
    assert find_secret(keys[0][:16], keys)[0] is Lookup.COUNTED
    assert [find_secret(typed, keys)[0] for typed in ("", " ", "22", new_token())] == [
        Lookup.EMPTY,
        Lookup.EMPTY,
        Lookup.UNFINISHED,
        Lookup.MISSING,
    ]
    listed = "23456789ABCDEFGH"
    assert find_named(listed.lower(), [listed], {listed, "2" * 16})[0] is Lookup.COUNTED
    assert find_named("2" * 16, [listed], {listed, "2" * 16})[0] is Lookup.REPLACED
    assert find_named("3" * 16, [listed], {listed})[0] is Lookup.MISSING
    assert find_named("3", [listed], {listed})[0] is Lookup.UNFINISHED


def test_an_inbox_line_about_a_longer_vote_says_until_when(app, as_person, village, poll):
    with app.app_context():
        row = db.session.get_one(Poll, poll)
        wish = ChangeRequest(ChangeKind.EXTENSION, "大雨", row.closes_at + timedelta(days=1))
        asked = poll_changes.ask(row, wish, "council_member", village.sister_chow.act(key="e")).id
        poll_changes.confirm(db.session.get_one(PollChange, asked), "committee_member", village.old_chan.act())
        closes = db.session.get_one(Poll, poll).closes_at
        db.session.remove()
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/notifications/")
    assert closes and "，到" in kwok.text("main")
