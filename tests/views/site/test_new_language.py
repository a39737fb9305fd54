"""A language is one row and one catalogue: with a made-up one, which Babel does not know, every page opens.

The pages stand in the demo village, which has something of everything. SMS are no text of ours: the provider has the
templates, and gets facts only.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import gettext, ngettext
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from consult import clock, create_app
from consult.config import ROOT, Config
from consult.demo import accounts, seed_village
from consult.domain import languages
from consult.domain.cases.papers import Paper
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.models import (
    CaseEntry,
    Comment,
    Consultation,
    MediationCase,
    Notice,
    Notification,
    Person,
    Petition,
    Poll,
    RoleGrant,
    RollEntry,
    db,
)
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.people import sign_ins
from consult.services.polls import ballots
from consult.services.polls.ballot_requests import Assistant, BallotRequest
from consult.services.talk import moderation
from consult.web import filters, i18n
from consult.web.access import SIGN_IN_COOKIE
from consult.web.words import inbox_words, robot_words
from tests import handed_out, prints
from tests.client import Client
from tests.inspection import faults
from tests.new_language import HAKKA, LACKING, MARK, write_catalogues

pytestmark = pytest.mark.xdist_group("new_language")  # its catalogues are made once

NOT_PAGES = {
    "static": "files",
    "case_papers.notice": "a file",
    "case_pages.sealing_key": "bytes, for a script that sends a salt",
    "health.ready": "JSON for a machine; 503 where no job runner lives",
    "root.show": "leads to a village",
    "consultations.description_form": "of a photo that its sender has not described",
    "consultations.picture": "a photo",
    "count_sheets.picture": "a photo",
    "four_deliberations.matter_paper": "a photo",
    "four_deliberations.paper": "a photo",
    "late_marks.picture": "a photo",
    "letters.picture": "a photo",
    "minutes.picture": "a photo",
    "poll_changes.picture": "a photo",
    "postings.photo": "a photo",
    "scrutinies.letter": "a photo",
    "recordings.sound": "a voice",
    "sounds.consultations": "a voice",
    "sounds.notices": "a voice",
    "sounds.polls": "a voice",
}
AFTER_AN_ACT = {
    "sign_ins.code",
    "sign_ins.choose",
    "cards.opened",
    "second_factors.ask",
    "ballots.receipt",
    "contests.new",
    "drafts.show",
    "petitions.show",
    "hidings.show",
    "mergers.show",
    "rolls.show",
    "prints.household_cards",
    "prints.letter",
    "case_filings.story",
    "case_filings.story_again",
    "case_filings.contact",
    "case_filings.received",
    "case_acts.new",
    "case_corrections.look",
}
"""Pages that a test below reaches as people do."""
ASKS_FOR_IT = {"Accept-Language": "hak-TW, zh;q=0.5"}
IDS = range(1, 16)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo") / "translations"
    write_catalogues(place)
    return place


@pytest.fixture
def config(config: Config, demo_village: None, catalogues: Path) -> Config:
    """One row, one catalogue."""
    return replace(config, mode="demo", languages=(*languages.ALL, HAKKA), translations=catalogues)


@dataclass(frozen=True)
class Reader:
    """Somebody whose browser asks for the new language."""

    roles: tuple[str, ...]
    client: FlaskClient

    def may(self, access: Any) -> bool:
        return access == "public" or bool(
            self.roles if access in ("members", "signed_in") else set(access) & set(self.roles)
        )


@pytest.fixture
def readers(app: Flask) -> list[Reader]:
    """A stranger, and everybody of the cast."""
    found = [Reader((), FlaskClient(app, app.response_class))]
    with app.app_context():
        for member in accounts.members():
            client = FlaskClient(app, app.response_class)
            client.set_cookie(SIGN_IN_COOKIE, sign_ins.begin(member.person, SignInWay.DEMO, now=clock.now()))
            found.append(Reader(member.roles, client))
        db.session.remove()
    return found


@pytest.fixture
def sign_in(app: Flask) -> Any:
    """A browser with somebody of the cast who holds an office, in which pages are looked at closely."""

    def as_office(role: str) -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = ASKS_FOR_IT["Accept-Language"]
        with app.app_context():
            who = next(member.person for member in accounts.members() if role in member.roles)
            client.set_cookie(SIGN_IN_COOKIE, sign_ins.begin(who, SignInWay.DEMO, now=clock.now()))
            db.session.remove()
        return client

    return as_office


def addresses(rule: Rule, cases: Sequence[str]) -> Iterator[str]:
    """Addresses that a rule may answer to, one after another."""
    values: dict[str, Sequence[object]] = {
        "slug": ["rongxi"],
        "address": cases,
        "paper": [paper.value for paper in Paper],
        "month": [f"{clock.now():%Y-%m}"],
        "number": (1, 2),
        "body": ["CRA"],
    }
    path = re.sub(r"<any\(\W*([\w-]+)[^)]*\):\w+>", r"\1", rule.rule)
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    for chosen in product(*(values.get(name, IDS) for name in names)):
        filled = path
        for value in chosen:
            filled = re.sub(r"<[^>]+>", str(value), filled, count=1)
        yield filled


def first_answer(rule: Rule, access: Any, readers: Sequence[Reader], cases: Sequence[str]) -> TestResponse | None:
    """The first page found at a rule by anybody who may open it, or the first fault."""
    for reader in readers:
        for path in addresses(rule, cases) if reader.may(access) else ():
            answer = reader.client.get(path, headers=ASKS_FOR_IT)
            if answer.status_code == 200 or answer.status_code >= 500:
                return answer
    return None


def wrong_with(answer: TestResponse) -> list[str]:
    """What shows that a page is not in the new language, or is not a good page. A paper is in the official one."""
    if answer.status_code != 200:
        return [answer.status]
    name = file_of(answer)
    if answer.mimetype == "application/pdf":
        wrong = ["a paper is set in it"] if any(MARK in page for page in prints.words(answer.data)) else []
        return wrong + handed_out.glued(name, answer.data)
    if answer.mimetype != "text/html":
        return handed_out.glued(name, answer.data)
    page = BeautifulSoup(answer.text, "html.parser")
    found = [*faults(answer.text, fragment=page.html is None)]
    if page.html is not None and page.html["lang"] != HAKKA.tag:
        found.append(f"it says it is in {page.html['lang']}")
    if MARK not in answer.text:
        found.append("no sentence of it")
    return found


def file_of(answer: TestResponse) -> str:
    """Return the name under which a file is handed out."""
    named = re.search(r'filename="?([^";]+)', answer.headers.get("Content-Disposition", ""))
    return named[1] if named else answer.request.path


def test_every_page_opens_in_a_language_that_is_only_a_row_and_a_catalogue(app, readers):
    with app.app_context():
        cases = list(db.session.scalars(db.select(MediationCase.address)))
        db.session.remove()
    unopened, wrong = [], {}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint not in {*NOT_PAGES, *AFTER_AN_ACT}:
            answer = first_answer(rule, app.view_functions[rule.endpoint].access, readers, cases)
            if answer is None:
                unopened.append(rule.endpoint)
            elif found := wrong_with(answer):
                wrong[answer.request.path] = found
    assert not unopened
    assert not wrong


def test_what_is_left_out_above_is_there(app):
    assert {*NOT_PAGES, *AFTER_AN_ACT} <= set(app.view_functions)


def looks_right(client: Client) -> str:
    """The words of the page that is open, if they are in the new language."""
    assert client.page.html["lang"] == HAKKA.tag
    assert MARK in client.text()
    return client.text()


def test_signing_in_by_code(app, config, sign_in):
    client = sign_in("villager")
    client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    with app.app_context():
        (_, phone), *_ = seed_village.phones()
        first, second, *_ = [member.person for member in accounts.members() if member.person.phone_mark]
        second.phone_mark = first.phone_mark
        db.session.commit()
    client.submit("/rongxi/sign-in", phone=phone)
    assert client.get("/rongxi/sign-in/code").status_code == 200 and looks_right(client)
    code = json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]
    assert client.submit("/rongxi/sign-in/code", code=code).request.path == "/rongxi/sign-in/person"
    assert looks_right(client)


def test_signing_in_with_a_second_proof(app, config, sign_in):
    client = sign_in("clerk")
    client.submit("/rongxi/second-proof", "form[action$=app]")
    secret = "".join(client.text("main .fingerprint").split())
    client.press("form.sheet", digits=pyotp.TOTP(secret).at(clock.now()))
    assert looks_right(client)
    with app.app_context():
        officer = next(member.person for member in accounts.members() if "clerk" in member.roles)
        phone = crypto.unseal(officer.phone_cipher)
    client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    client.submit("/rongxi/sign-in", phone=phone)
    code = json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]
    client.submit("/rongxi/sign-in/code", code=code)
    assert client.get("/rongxi/sign-in/second").status_code == 200 and looks_right(client)


def test_raising_a_matter_and_a_petition(app, sign_in):
    client = sign_in("villager")
    first = client.submit("/rongxi/consultations/drafts/").request.path
    for step in ("words", "place", "review"):
        client.get(first.replace("words", step), follow_redirects=True)
        assert looks_right(client)
    client.submit("/rongxi/petitions/new", title="商量水圳", words="断水三日")
    assert looks_right(client)
    with app.app_context():
        petition = db.session.scalars(db.select(Petition).order_by(Petition.id.desc())).first()
        assert petition.language == HAKKA.tag


def test_bringing_a_quarrel(app, sign_in):
    client = sign_in("villager")
    at = "/rongxi/cases/new/story?kind=neighbours"
    assert client.get(at).status_code == 200 and looks_right(client)
    kept = client.send("/rongxi/cases/drafts", at=at, kind="neighbours", other="老何", code="", story="墙脚都湿了")
    contact = kept.location
    for path in (contact.replace("contact", "story"), contact):
        assert client.get(path).status_code == 200 and looks_right(client)
    client.submit(contact, "form[action$=handing-in]", way="visit")
    assert client.page.select_one("html")["lang"] == HAKKA.tag
    assert client.get(contact.replace("contact", "received")).status_code == 200 and looks_right(client)
    client.get(contact.replace("/contact", ""))
    acts = [link["href"] for link in client.page.select("main a[href*='/cases/']")]
    acts = [path for path in acts if app.url_map.bind("localhost").match(path.split("?")[0])[0] == "case_acts.new"]
    assert acts
    for path in acts:
        assert client.get(path).status_code == 200 and looks_right(client)


def test_a_second_look_at_a_correction(app, sign_in):
    with app.app_context():
        given = db.select(MediationCase.address, CaseEntry.number).join(
            CaseEntry, CaseEntry.case_id == MediationCase.id
        )
        found = db.session.execute(given.where(CaseEntry.act == "consent")).all()
        db.session.remove()
    desk = [sign_in(role) for role in ("mediator", "head_of_mediation")]
    at = next(
        path
        for address, number in found
        for path in [f"/rongxi/cases/{address}/entries/{number}"]
        if all(client.get(f"{path}/correct").status_code == 200 for client in desk)
    )
    desk[0].submit(f"{at}/correct", "form[action$='/correct']", how="在家里当面说的", why_corrected="漏写")
    assert looks_right(desk[0])
    assert desk[1].get(f"{at}/second-look").status_code == 200 and looks_right(desk[1])


def officers_of(role: Role) -> Any:
    return db.select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role == role)


def test_asking_to_merge(app, sign_in):
    secretary = sign_in("branch_secretary")
    with app.app_context():
        one = db.session.scalars(db.select(Consultation.id).where(Consultation.phase.in_(("raise", "discuss")))).first()
    secretary.get(f"/rongxi/consultations/{one}/steering")
    into = secretary.page.select_one("select[name=into] option[value]:not([value=''])")["value"]
    secretary.submit(
        f"/rongxi/consultations/{one}/steering", "form[action$=merger]", into=into, merge_reason="同一件事"
    )
    assert looks_right(secretary)


def test_hiding_words(app, sign_in):
    secretary = sign_in("branch_secretary")
    with app.app_context():
        act = Act.of(db.session.scalars(officers_of(Role.BRANCH_SECRETARY)).first(), now=clock.now())
        comment = next(one.id for one in db.session.scalars(db.select(Comment)) if moderation.may_hide(one, act))
    secretary.submit(f"/rongxi/comment/{comment}/hiding", ground="insult", reason="骂人")
    assert secretary.get("/rongxi/hidings/1").status_code == 200 and looks_right(secretary)


def test_voting(sign_in):
    client = sign_in("villager")
    client.submit("/rongxi/polls/3", "form[action$=look]", choice="1")
    assert looks_right(client)
    assert client.press().request.path.endswith("/receipt") and looks_right(client)


def test_saying_of_a_helped_vote_that_it_is_not_so(app, sign_in):
    with app.app_context():
        members = [one for one in accounts.members() if one.person.household_id is not None]
        voter = next(one.person for one in members if "villager" in one.roles)
        others = {one.person.household_id: one.person.id for one in members if one.person.id != voter.id}
        others.pop(voter.household_id, None)
        author = db.session.get_one(Poll, 3).consultation.proposal.proposed_by
        helper, witness, *_ = [one for one in others.values() if one != author]
        entries = db.select(RollEntry.number).where(RollEntry.poll_id == 3, RollEntry.person_id == voter.id)
        number, village_id, word = db.session.scalar(entries), voter.village_id, new_token()
        db.session.rollback()
        way = {"channel": Channel.ASSISTED, "assistant": Assistant(helper, witness, witnessed=True), "number": number}
        ballots.cast(BallotRequest(village_id, 3, helper, (1,), word, **way), clock=clock.now)
        db.session.remove()
    client = sign_in("villager")
    assert client.get("/rongxi/polls/3/contests/new").status_code == 200 and looks_right(client)


def test_taking_in_a_roll_and_printing_cards(app, sign_in):
    clerk = sign_in("clerk")
    with open(ROOT / "consult" / "data" / "rongxi-roll.xlsx", "rb") as file:
        shown = clerk.submit("/rongxi/roll/imports/new", file=(file, "roll.xlsx"))
    assert re.search(r"/roll/imports/\d+$", shown.request.path) and looks_right(clerk)
    clerk.submit("/rongxi/cards", "form[action$=cards]", group="1")
    assert not any(MARK in page for page in prints.words(clerk.get("/rongxi/cards.pdf?group=1").data))


def test_a_reading_copy_of_a_paper_is_set_in_it_and_says_so_on_each_page(app, sign_in):
    client = sign_in("villager")
    with app.app_context():
        notice = db.session.query(Notice).filter_by(tag="meeting_results").first().id
    pages = prints.words(client.get(f"/rongxi/notices/{notice}.pdf?copy={HAKKA.code}").data)
    assert pages and all(MARK in page for page in pages)


def test_the_loudspeaker_speaks_it_beside_the_others(sign_in):
    clerk = sign_in("clerk")
    clerk.get("/rongxi/meetings/2/prints")
    tags = [quote["lang"] for quote in clerk.page.select("blockquote")]
    assert tags == [row.tag for row in (*languages.ALL, HAKKA) if row.speech]
    assert clerk.page.select_one(f"blockquote[lang={HAKKA.tag}]").text.startswith(MARK)
    assert clerk.page.select_one(f"label[lang={HAKKA.tag}]").text == "In Hakka"
    assert clerk.page.select_one(f"textarea#message-{HAKKA.code}")["lang"] == HAKKA.tag


@pytest.fixture
def reading(app: Flask) -> Iterator[None]:
    """A request of a reader of the new language."""
    with app.test_request_context("/rongxi/", headers=ASKS_FOR_IT):
        app.preprocess_request()
        yield


def test_days_hours_and_the_lunar_calendar(reading):
    evening = datetime(2026, 7, 13, 19, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert i18n.language() is HAKKA
    assert filters.day(evening) == "13.7. 星期一"
    assert filters.long_day(evening) == "2026年7月13日"
    assert filters.clock_time(evening) == "夜晚7:30"
    assert filters.leaf(evening)["month"] == "7月"
    assert filters.lunar(date(2026, 2, 17)) == "一月初一"
    assert filters.lunar(date(2025, 7, 25)) == "潤六月初一"
    assert filters.number(1621) == "1,621"
    assert filters.yuan_short(128_600_00).startswith(MARK)


def test_sentences_and_their_one_plural_form(reading):
    assert gettext("Mediation").startswith(MARK)
    assert {ngettext("%(n)s day", "%(n)s days", n, n=n)[0] for n in (1, 2, 5)} == {MARK}


def test_a_sentence_without_a_translation_comes_from_the_fallback(reading):
    behind = i18n.catalogue(languages.CANTONESE)
    one, (single, several) = LACKING
    assert gettext(one) == behind.ugettext(one) != one
    assert ngettext(single, several, 3, n=3) == behind.ungettext(single, several, 3) % {"n": 3}
    assert ngettext(single, several, 3, n=3) != several % {"n": 3}


def test_the_inbox(reading):
    lines = db.session.scalars(db.select(Notification)).all()
    assert lines
    assert all(MARK in inbox_words.line(line)[0] for line in lines)


def test_the_group_robot_and_everybody_else_get_the_first_language(config):
    app = create_app(replace(config, languages=(HAKKA, *languages.ALL)))
    at = datetime(2026, 7, 13, 12, tzinfo=UTC).isoformat()
    facts = {"title": "x", "closes_at": at, "timezone": "Asia/Shanghai", "path": "/rongxi/notices/1"}
    with app.app_context():
        assert all(robot_words.text_of(template, facts).startswith(MARK) for template in robot_words.SENTENCES)
    assert BeautifulSoup(app.test_client().get("/offline").text, "html.parser").html["lang"] == HAKKA.tag


def test_somebody_chooses_it_and_what_they_write_says_so(app, sign_in):
    client = sign_in("villager")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.submit("/rongxi/me", "form.sheet", language=HAKKA.code)
    client.get("/rongxi/me")
    assert looks_right(client)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).where(Person.language == HAKKA.code)) == 1
