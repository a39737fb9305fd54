"""An address that a village had before leads on to the one it has; a closed village is read and not written."""

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.models import AuditEntry, db
from consult.services.core.acts import Act
from consult.services.people import cards
from consult.services.site import village_addresses
from tests.village import a_consultation, a_matter

pytestmark = pytest.mark.both_databases


def renamed(app, village, slug: str) -> None:
    with app.app_context():
        village_addresses.rename(village.id, slug, [], Act.by_system(village.id, now=clock.now()))
        db.session.remove()


def closed(app, village) -> None:
    with app.app_context():
        assert village_addresses.close(village.id, [], Act.by_system(village.id, now=clock.now()))
        db.session.remove()


def test_printed_addresses_lead_on_with_all_that_stands_in_them(app, client, as_person, village):
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
        code = cards.unclaimed(village.upper_group)[0][1]
        db.session.remove()
    kwok = as_person(village.ah_kwok)
    token = kwok.token()
    renamed(app, village, "rongcun")
    answer = client.get("/rongxi/consultations/?year=2026&phase=open")
    assert (answer.status_code, answer.location) == (302, "/rongcun/consultations/?year=2026&phase=open")
    assert client.get("/rongxi/card").location == "/rongcun/card", "what stands behind a # comes along by itself"
    opened = client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    assert opened.status_code == 200 and opened.request.path == "/rongcun/card/opened"
    posted = kwok.post("/rongxi/sign-in/end", data={"csrf_token": token})
    assert (posted.status_code, posted.location) == (307, "/rongcun/sign-in/end"), "a form that stood open is sent on"
    assert kwok.get("/rongcun/me").status_code == 200, "who was signed in still is"
    assert client.get("/nowhere/").status_code == 404
    renamed(app, village, "rongxi")
    assert client.get("/rongcun/").location == "/rongxi/" and client.get("/rongxi/").status_code == 200


def test_a_closed_village_is_read_and_takes_no_act_but_those_of_ones_own(app, as_person, client, village):
    with app.app_context():
        matter, talked = a_matter(village), a_consultation(village)
    fong = as_person(village.ah_fong)
    closed(app, village)
    client.get("/rongxi/")
    assert "关闭" in client.text("[role=alert]")
    assert "可以投票" not in client.text() and "都还能看" in client.text("#welcome")
    pages = ["", "consultations/", "me", "cases/", f"consultations/{matter}", f"consultations/{talked}"]
    for path in pages:
        fong.get(f"/rongxi/{path}")
        offered = [one["href"] for one in fong.page.select("main a") if "new" in one["href"] or "drafts" in one["href"]]
        forms = [
            one["action"] for one in fong.page.select("main form[method=post]") if path.startswith("consultations")
        ]
        assert not offered and not forms, f"{path or 'the first page'} invites to what is refused"
    assert fong.page.select_one(".stage-steps [aria-current=step]"), "it stands where it stood: it was not taken back"
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/consultations/{talked}/steering")
    assert not chow.page.select("main form[method=post]") and "合并" not in chow.text("main")
    for path in ("/rongxi/", "/rongxi/consultations/", "/rongxi/notices/", "/rongxi/me", "/rongxi/me/data"):
        assert fong.get(path).status_code == 200
    before = entries(app)
    for path in ("consultations/drafts/", "meetings/new", "petitions/", "cases/", "household", "roll/new", "offices"):
        assert fong.send(f"/rongxi/{path}").status_code in (404, 405, 409)
    posts = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and set(rule.arguments) == {"slug"} and rule.rule.startswith("/<slug>/")
    ]
    token, still = fong.token(), set()
    for rule in posts:
        if rule.endpoint.partition(".")[0] == "sign_ins" or rule.endpoint in ("cases.leave", "cases.come_back"):
            continue  # they write nothing, and whoever reads of a case in a hurry leaves it
        answer = fong.post(rule.rule.replace("<slug>", "rongxi"), data={"csrf_token": token})
        if answer.status_code != 409:
            still.add(rule.endpoint.partition(".")[0])
    assert len(posts) > 20
    assert still <= {"cards", "own_data", "notifications", "second_factors", "proofs", "ways_in", "rights", "me"} | {
        "accounts",
        "case_searches",
        "clocks",
        "data_requests",
        "preferences",
    }
    assert fong.submit("/rongxi/me/data", "form[action$=requests]", kind="lock", words="").status_code in (200, 422)
    assert entries(app) - before <= 1, "but the request about one's own data, nothing was written"


def test_in_a_closed_village_the_roll_is_still_corrected_and_the_time_settled(app, as_person, village):
    closed(app, village)
    yip, person = as_person(village.ms_yip), f"/rongxi/roll/{village.ah_kwok.id}"
    assert yip.submit(person, "form[action$=particulars]", relation="丈夫", residence="外出务工").status_code == 200
    yip.get(person)
    assert yip.page.select_one("#residence")["value"] == "外出务工", "a request for a correction can be met"
    assert yip.submit(f"{person}/identity", "form.sheet", name="陈国墙").status_code == 200
    assert yip.send(f"{person}/household", code="01-003").status_code == 409
    yip.send("/rongxi/clock", shown_at="gestern")
    assert "再对一次时间" in yip.text("main"), "refused for what was sent, not for the closing"


def test_who_acts_in_a_closed_village_is_told_in_their_own_language(app, as_person, village):
    closed(app, village)
    answer = as_person(village.ah_fong).send("/rongxi/petitions/", at="/rongxi/me")
    assert answer.status_code == 409 and '<html lang="yue-Hant' in answer.text


def entries(app) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        db.session.remove()
    return found
