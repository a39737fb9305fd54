"""Pages with the forms that no page of the demo village has: an open meeting, an import, cases in each state, appeals, counts.

Each scene brings the cast so far, and shows the pages that they reach then to whoever looks at forms.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.sign_ins import SignInWay
from consult.domain.polls.polls import Channel, PollKind
from consult.domain.polls.secret_ballots import new_token
from consult.domain.talk.comments import Stance
from consult.domain.talk.moderation import ReportGround
from consult.models import Comment, Consultation, HouseholdCard, Notice, Picture, Poll, Removal, db
from consult.services.cases.membership import party_of
from consult.services.law import four_deliberations
from consult.services.meetings import sittings
from consult.services.people import cards, sign_ins, villages
from consult.services.polls import ballots, closing, count_sheets, polls
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.talk import moderation
from consult.web.access import SIGN_IN_COOKIE
from tests import hours
from tests.cases import a_case, a_clue, act
from tests.client import Client
from tests.hours import today
from tests.meetings import (
    a_called_meeting,
    a_meeting_draft,
    an_item,
    begin_vote,
    end_vote,
    everybody,
    meeting,
    open_it,
    seat,
)
from tests.rolls import answer_page
from tests.tasks import a_task, note, representatives
from tests.village import (
    Cast,
    Who,
    a_consultation,
    a_matter,
    a_photo,
    a_plan,
    a_poll,
    help_to_vote,
    number_of,
    say,
    vote,
    words_of_its_own,
)
from tests.ways import mark

PIN = "739264"
ROLL = "村民小组,户编号,姓名,与户主关系,出生日期,电话,职务\n上围,07-001,何新一,户主,1970-01-02,13812345678,护林员\n上围,07-001,何新二,配偶,不详,同上,护林员\n"
AFTER_THE_CLOSE = timedelta(days=4)
CaseOf = Callable[[Cast, str], str]
"""Makes a case under a key of its form, and returns its address."""


@dataclass
class Village:
    """The cast, and who looks at each page with forms that they open."""

    app: Flask
    cast: Cast
    as_person: Callable[[Who], Client]
    look: Callable[[Client, BeautifulSoup], None]
    monkeypatch: pytest.MonkeyPatch
    _browsers: dict[int, Client] = field(default_factory=dict)

    def of(self, who: Who) -> Client:
        """The browser of one of the cast."""
        if who.id not in self._browsers:
            self._browsers[who.id] = self.as_person(who)
        return self._browsers[who.id]

    def stranger(self) -> Client:
        """A browser in which nobody is signed in."""
        client = self.app.test_client()
        assert isinstance(client, Client)
        return client

    def shows(self, who: Who, *paths: str) -> None:
        """Look at pages as one of the cast opens them."""
        for path in paths:
            client = self.of(who)
            assert client.get(path, follow_redirects=True).status_code == 200, f"{who.name}: {path}"
            self.look(client, client.page)

    def later(self, gap: timedelta) -> None:
        """Let time pass; nobody is signed in that long."""
        self.monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(gap))
        self._browsers.clear()


def talk(v: Village) -> None:
    """A matter of a villager, one that is talked over, and one that is carried out."""
    with v.app.app_context():
        matter, talked = a_matter(v.cast), a_consultation(v.cast, key="talked")
        task = a_task(v.cast)
        representatives(v.cast, v.cast.uncle_ho)
        note(v.cast, task, v.cast.ah_keung)
        db.session.remove()
    at = f"/rongxi/consultations/{matter}"
    v.shows(v.cast.ah_fong, f"{at}/recording", f"{at}/revisions/new", f"{at}/withdrawal")
    v.shows(v.cast.ah_fong, f"/rongxi/consultations/{talked}/statements")
    v.shows(v.cast.uncle_ho, f"/rongxi/tasks/{task}")


def hidden_words(v: Village) -> None:
    """Words that were hidden: their author appeals, and another officer decides."""
    with v.app.app_context():
        matter = a_matter(v.cast, key="hidden")
        said = db.session.get_one(Comment, say(v.cast, matter, v.cast.ah_kwok, Stance.CONCERN, "坏话"))
        moderation.hide(said, ReportGround.INSULT, "骂人", v.cast.sister_chow.act())
        removal = db.session.query(Removal).one().id
        db.session.remove()
    at = f"/rongxi/hidings/{removal}"
    v.shows(v.cast.ah_kwok, at)
    v.shows(v.cast.sister_chow, at)
    with v.app.app_context():
        moderation.appeal(db.session.get_one(Removal, removal), "没有骂人", v.cast.ah_kwok.act())
        db.session.remove()
    v.shows(v.cast.old_chan, at)


def drafts(v: Village) -> None:
    """Three small steps, and the photo of what was put up."""
    fong = v.of(v.cast.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/").request.path
    v.look(fong, fong.page)
    fong.submit(first, title="修好井边的灯", summary="晚上挑水看不见。")
    v.shows(v.cast.ah_fong, first.replace("words", "place"))
    fong.submit(first.replace("words", "place"), place="上围井边", picture=(_photo(), "灯.jpg"), description="")
    fong.submit(first.replace("words", "review"), "form[action$=publication]")
    with v.app.app_context():
        picture = db.session.query(Picture).order_by(Picture.id.desc()).first()
        assert picture is not None
        number = picture.id
        db.session.remove()
    v.shows(v.cast.ah_fong, f"/rongxi/pictures/{number}/description")


def law(v: Village) -> None:
    """A kind of matter that needs papers of others."""
    with v.app.app_context():
        needs = a_consultation(v.cast, key="needs")
        matter = db.session.get_one(Consultation, needs)
        four_deliberations.choose_matter(matter, "fund_raising", v.cast.old_chan.act(), group_id=None)
        db.session.remove()
    v.shows(v.cast.old_chan, f"/rongxi/consultations/{needs}/four-deliberations")


def meetings(v: Village) -> None:
    """A draft, a meeting that is called, and one that is open, broken off and opened for a day that has passed."""
    with v.app.app_context():
        draft = a_meeting_draft(v.cast, key="draft")
        an_item(v.cast, draft)
        called, _ = a_called_meeting(v.cast, key="called")
        db.session.remove()
    v.shows(v.cast.old_chan, f"/rongxi/meetings/{draft}", f"/rongxi/meetings/{draft}/items/1/revision")
    v.shows(v.cast.ah_keung, f"/rongxi/meetings/{called}/door")
    with v.app.app_context():
        seat(v.cast, called, *everybody(v.cast)[:5])
        open_it(v.cast, called)
        db.session.remove()
    v.shows(v.cast.old_chan, f"/rongxi/meetings/{called}/console")
    with v.app.app_context():
        counted, by_hand = a_called_meeting(v.cast, key="counted")
        seat(v.cast, counted, *everybody(v.cast)[:5])
        open_it(v.cast, counted)
        begin_vote(v.cast, counted, by_hand)
        end_vote(v.cast, counted, by_hand)
        sheet = count_sheets.sheets_of(by_hand)[-1].id
        db.session.remove()
    v.shows(v.cast.uncle_ho, f"/rongxi/polls/{by_hand}/count-sheets/{sheet}?turn=other")
    _days_that_passed(v)


def _days_that_passed(v: Village) -> None:
    """A meeting that was opened two days ago and not closed, and one that was broken off until yesterday."""
    with v.app.app_context():
        passed, _ = a_called_meeting(v.cast, key="passed")
        broken_off, _ = a_called_meeting(v.cast, key="broken-off")
        for one in (passed, broken_off):
            seat(v.cast, one, *everybody(v.cast)[:5])
            open_it(v.cast, one)
        act = v.cast.old_chan.act(key="dark")
        sittings.adjourn(meeting(broken_off), "祠堂", clock.now() + timedelta(days=1), "天黑了", act)
        db.session.remove()
    with pytest.MonkeyPatch.context() as two_days:
        two_days.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(days=2)))
        chan = v.as_person(v.cast.old_chan)
        for one in (passed, broken_off):
            assert chan.get(f"/rongxi/meetings/{one}/console").status_code == 200
            v.look(chan, chan.page)


def votes(v: Village) -> None:
    """Open votes: help, paper, letters, and what voters say against it."""
    cast = v.cast
    with v.app.app_context():
        plain, paper = a_poll(cast, key="plain"), a_poll(cast, key="paper", paper=True)
        choice = a_poll(cast, key="choice", kind=PollKind.APPROVAL, options=("修路", "修桥", "修灯"), max_choices=2)
        secret = a_poll(cast, key="secret", paper=True, secret=True)
        helped = number_of(plain, cast.ah_kwok)
        marked = number_of(paper, cast.ah_fong)
        help_to_vote(cast, plain, cast.ah_fong, 2, helper=cast.ah_keung, witness=cast.ms_yip)
        db.session.remove()
    keung = v.of(cast.ah_keung)
    v.shows(cast.ah_keung, f"/rongxi/polls/{choice}/assistances/new?number={helped}")
    keung.submit(f"/rongxi/polls/{plain}/assistances/new?number={helped}", "section.ballot form", choice="1")
    v.look(keung, keung.page)
    page = f"/rongxi/polls/{paper}/attendance"
    v.of(cast.ms_yip).submit(page, "form:has(#numbers)", numbers=str(marked), channel="paper")
    v.shows(cast.ms_yip, page)
    v.shows(cast.old_chan, f"/rongxi/polls/{secret}/attendance")
    fong = v.of(cast.ah_fong)
    v.shows(cast.ah_fong, f"/rongxi/polls/{plain}/contests/new")
    fong.submit(f"/rongxi/polls/{plain}/contests/new", reason="没有商量过")
    v.shows(cast.old_chan, f"/rongxi/polls/{plain}/contests/")
    with v.app.app_context():
        a_letter(cast, plain)
        db.session.remove()
    v.shows(cast.uncle_ho, f"/rongxi/polls/{plain}/letters/")


def a_letter(cast: Cast, poll_id: int) -> None:
    """Ah Fong votes for her husband with a letter that nobody has looked at."""
    number, letter = number_of(poll_id, cast.ah_kwok), a_photo(cast.ah_fong)
    order = BallotRequest(
        cast.id, poll_id, cast.ah_fong.id, (1,), new_token(), channel=Channel.PROXY, number=number, letter=letter
    )
    db.session.rollback()
    ballots.cast(order, clock=clock.now)


def appeals(v: Village) -> None:
    """Somebody says that they are missing on a roll, and somebody that a notice is wrong."""
    with v.app.app_context():
        poll = a_poll(v.cast, key="roll")
        notice = db.session.query(Notice).order_by(Notice.id.desc()).first()
        assert notice is not None
        hangs = notice.id
        db.session.remove()
    young, at = v.of(v.cast.siu_ming), f"/rongxi/polls/{poll}/appeals"
    young.submit(f"{at}/new", "form[action$='/made']")
    v.shows(v.cast.uncle_ho, f"{at}/")
    v.of(v.cast.ah_keung).submit(f"/rongxi/notices/{hangs}", "form[action$='/objections']", text="名册漏了人")
    v.shows(v.cast.old_chan, f"/rongxi/notices/{hangs}")


def roll(v: Village) -> None:
    """A new roll with questions, and then without."""
    clerk = v.of(v.cast.ms_yip)
    path = clerk.submit("/rongxi/roll/imports/new", file=(io.BytesIO(ROLL.encode()), "roll.csv")).request.path
    v.look(clerk, clerk.page)
    answer_page(v.app, clerk, v.cast.ms_yip, path)
    v.look(clerk, clerk.page)


def cards_of_the_house(v: Village) -> None:
    """A card that is asked for, confirmed, claimed, lost."""
    cast, page = v.cast, "/rongxi/cards/household?code=01-001"
    v.shows(cast.ms_yip, page)
    whose, present = str(cast.ah_fong.id), str(cast.ah_kwok.id)
    v.of(cast.ms_yip).submit(page, "form[action$=household][method=post]", person_id=whose, present_id=present)
    v.shows(cast.uncle_ho, "/rongxi/rights/")
    with v.app.app_context():
        cards.issue(cast.upper_group, cast.ms_yip.act())
        found = [
            code for card, code in cards.unclaimed(cast.upper_group) if card.household_id == cast.ah_fong.household_id
        ]
        db.session.remove()
    stranger = v.stranger()
    stranger.get(f"/rongxi/card?code={found[0]}", follow_redirects=True)
    v.look(stranger, stranger.page)
    stranger.submit(f"/rongxi/card?code={found[0]}", person_id=str(cast.ah_fong.id), pin=PIN)
    another = v.stranger()
    another.get(f"/rongxi/card?code={found[0]}", follow_redirects=True)
    v.look(another, another.page)
    v.shows(cast.ms_yip, page)


def own_data(v: Village) -> None:
    """Something that is asked about one's own data."""
    v.of(v.cast.ah_fong).submit("/rongxi/me/data", kind="correction", words="生日写错了")
    v.shows(v.cast.ms_yip, "/rongxi/data-requests")


def proofs_and_codes(v: Village) -> None:
    """A code by message, a second proof, and who is asked again before an act."""
    cast, outbox = v.cast, v.app.config["CONSULT"].instance_path / "outbox.jsonl"
    clerk = v.of(cast.ms_yip)
    clerk.submit("/rongxi/second-proof", "form[action$=app]")
    v.look(clerk, clerk.page)
    secret = "".join(clerk.text("main .fingerprint").split())
    clerk.press("form.sheet", digits=pyotp.TOTP(secret).at(clock.now()))
    stranger = v.stranger()
    stranger.submit("/rongxi/sign-in", phone=cast.ms_yip.phone)
    v.look(stranger, stranger.page)
    stranger.submit("/rongxi/sign-in/code", code=json.loads(outbox.read_text().splitlines()[-1])["code"])
    v.look(stranger, stranger.page)
    v.shows(cast.uncle_ho, "/rongxi/second-proofs")
    with v.app.app_context():
        cards.issue(cast.lower_group, cast.ms_yip.act())
        card = db.session.query(HouseholdCard).filter_by(household_id=cast.uncle_ho.household_id).one()
        cards.claim(card, cast.uncle_ho.id, PIN, on=today(), now=clock.now())
        token = sign_ins.begin(cast.uncle_ho.row(), SignInWay.CODE, now=clock.now())
        db.session.remove()
    asked = v.stranger()
    asked.set_cookie(SIGN_IN_COOKIE, token)
    with pytest.MonkeyPatch.context() as half_an_hour:
        half_an_hour.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(minutes=30)))
        assert asked.get("/rongxi/me/data/export.csv").status_code == 401
        v.look(asked, asked.page)


def mediation(v: Village) -> None:
    """What is brought in steps on a phone, and the consents that a mediator enters for several."""
    cast = v.cast
    fong = v.of(cast.ah_fong)
    v.shows(cast.ah_fong, "/rongxi/cases/new/story?kind=neighbours")
    fong.press("form[action$='/drafts']", story="他家的水滴到我家墙脚。")
    v.look(fong, fong.page)
    with v.app.app_context():
        address = a_case(cast, CaseState.ASSIGNED)
        db.session.remove()
    v.shows(cast.aunt_leung, f"/rongxi/cases/{address}/consents")


def acts_on_cases(v: Village) -> None:
    """Show the form of each act on a case once, from its own address: the page of the case lists some only when they are due."""
    shown: set[CaseAct] = set()
    for number, made in enumerate(CASES):
        with v.app.app_context():
            address = made(v.cast, f"case-{number}")
            db.session.remove()
        if made in LATER:
            v.later(timedelta(days=LATE))
        for who in (v.cast.aunt_leung, v.cast.ah_fong):
            for wanted in [one for one in CaseAct if one not in shown]:
                client = v.of(who)
                if client.get(f"/rongxi/cases/{address}/{wanted}").status_code == 200:
                    shown.add(wanted)
                    v.look(client, client.page)


LATE = 30
"""Days after which the last obligation of the usual agreement is overdue."""


def _in(state: CaseState) -> CaseOf:
    return lambda cast, key: a_case(cast, state, key=key)


def _a_clue(cast: Cast, key: str) -> str:
    """What a grid worker heard; nobody asked for mediation yet."""
    sides = [party_of(cast.ah_fong.row(), CaseRole.APPLICANT), party_of(cast.old_chan.row(), CaseRole.RESPONDENT)]
    return a_clue(cast, sides, key=key).address


def _with_many(cast: Cast, key: str) -> str:
    """Two on one side, and one on the other whom nobody has found on the roll."""
    asks = [party_of(one.row(), CaseRole.APPLICANT) for one in (cast.ah_fong, cast.ah_keung)]
    return a_case(cast, CaseState.APPLIED, key=key, sides=[*asks, Side(CaseRole.RESPONDENT, "陈伯坚")])


def _at_court(cast: Cast, key: str) -> str:
    address = a_case(cast, CaseState.PERFORMING, key=key)
    on = villages.local_day(cast.row(), clock.now()).isoformat()
    asked = {"court": "清新区法院", "on": on, "both_agree": True}
    act(cast, address, cast.aunt_leung, CaseAct.APPLY_CONFIRMATION, asked)
    return address


def _broken(cast: Cast, key: str, *, confirmed: bool = False) -> str:
    """An obligation that was not done in time, told of as late as that."""
    address = _at_court(cast, key) if confirmed else a_case(cast, CaseState.PERFORMING, key=key)
    if confirmed:
        on = villages.local_day(cast.row(), clock.now()).isoformat()
        said = {"result": "confirmed", "on": on, "number": "司确1号"}
        act(cast, address, cast.aunt_leung, CaseAct.CONFIRMATION, said)
    late = clock.now() + timedelta(days=LATE)
    act(cast, address, cast.ah_fong, CaseAct.BREACH, {"row": 2, "words": "钱没有给"}, at=late)
    return address


def _broken_confirmed(cast: Cast, key: str) -> str:
    return _broken(cast, key, confirmed=True)


def _enforced(cast: Cast, key: str) -> str:
    address, late = _broken(cast, key, confirmed=True), clock.now() + timedelta(days=LATE)
    asked = {"court": "清新区法院", "on": villages.local_day(cast.row(), late).isoformat()}
    act(cast, address, cast.aunt_leung, CaseAct.ENFORCE, asked, at=late)
    return address


def _sued(cast: Cast, key: str) -> str:
    address, late = _broken(cast, key), clock.now() + timedelta(days=LATE)
    asked = {"court": "清新区法院", "on": villages.local_day(cast.row(), late).isoformat()}
    act(cast, address, cast.aunt_leung, CaseAct.SUE, asked, at=late)
    return address


def counts(v: Village) -> None:
    """After the close: sheets, marks from the signed list, and the words of a vote under another proposal."""
    cast = v.cast
    with v.app.app_context():
        poll = a_poll(cast, key="sheets", paper=True)
        decided = a_poll(cast, key="decided")
        mark(cast, poll, cast.ah_fong, cast.ah_kwok)
        vote(cast, decided, cast.ah_fong, 2)
        db.session.remove()
    v.later(AFTER_THE_CLOSE)
    at = f"/rongxi/polls/{poll}"
    v.shows(cast.sister_chow, f"{at}/late-marks/", f"{at}/late-marks/?what=undo")
    v.shows(cast.old_chan, f"{at}/count-sheets/")
    opened = v.of(cast.old_chan).submit(f"{at}/count-sheets/", place="上围票箱", channel="paper")
    v.shows(cast.old_chan, opened.request.path)
    with v.app.app_context():
        closing.declare(db.session.get_one(Poll, decided), cast.old_chan.act())
        again = a_consultation(cast, words=replace(words_of_its_own("for-decided"), title="又修上圳"), key="again")
        polls.draft(
            db.session.get_one(Consultation, again),
            a_plan(closes_at=clock.now() + timedelta(days=9)),
            cast.sister_chow.act(key="again"),
        )
        db.session.remove()
    v.shows(cast.sister_chow, f"/rongxi/consultations/{again}/same-words/")


def _photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(out, "JPEG")
    return io.BytesIO(out.getvalue())


Scene = Callable[[Village], None]
SCENES: tuple[tuple[Scene, frozenset[str]], ...] = (
    (cards_of_the_house, frozenset({"cards.claim", "cards.issue_another", "cards.sign_in"})),
    (roll, frozenset({"rolls.answer"})),
    (own_data, frozenset({"data_requests.answer"})),
    (
        proofs_and_codes,
        frozenset(
            {
                "proofs.create",
                "second_factors.answer",
                "second_factors.ask_change",
                "second_factors.set_up_app",
                "sign_ins.check_code",
            }
        ),
    ),
    (
        talk,
        frozenset({"endings.withdraw", "recordings.create", "revisions.create", "statements.create", "tasks.look_at"}),
    ),
    (hidden_words, frozenset({"hidings.appeal", "hidings.decide", "hidings.restore"})),
    (drafts, frozenset({"consultations.describe", "drafts.keep_place", "drafts.keep_words"})),
    (law, frozenset({"four_deliberations.record_paper"})),
    (mediation, frozenset({"case_consents.enter", "case_filings.hand_in", "case_filings.keep"})),
    (
        meetings,
        frozenset(
            {
                "agendas.revise",
                "count_sheets.enter_by_pin",
                "doors.bring_letter",
                "meetings.call",
                "proceedings.add_speaker",
                "proceedings.adjourn",
                "proceedings.change_chair",
                "proceedings.close_item",
                "proceedings.close_meeting",
                "proceedings.resume",
            }
        ),
    ),
    (
        votes,
        frozenset(
            {
                "assistances.create",
                "assistances.look",
                "attendance.assign",
                "attendance.unmark",
                "contests.create",
                "contests.decide",
                "letters.look",
            }
        ),
    ),
    (appeals, frozenset({"postings.answer", "roll_appeals.accept", "roll_appeals.refuse"})),
    (counts, frozenset({"count_sheets.create", "count_sheets.enter", "late_marks.create", "same_words.create"})),
)
"""In their order: cards and rights before a vote is announced, whose days they would wait for; last what needs that days pass.
With each the views whose forms no page of the demo village has."""
S = CaseState
CASES: tuple[CaseOf, ...] = (
    _a_clue,
    _with_many,
    *map(_in, (S.APPLIED, S.ACCEPTED, S.ASSIGNED, S.MEDIATING, S.AGREED_IN_WRITING, S.PERFORMING, S.PERFORMED)),
    *map(_in, (S.WITHDRAWN, S.DECLINED, S.ESCALATED, S.CLOSED)),
    _at_court,
    *(LATER := (_broken, _broken, _broken_confirmed, _enforced, _sued)),
)
"""Cases whose acts between them are all acts; last those whose acts are late. One may end by the first act that takes anything."""
