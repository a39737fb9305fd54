"""A case told as a story: real forms, sent by the cast on the days on which things happened, up to the archive.

story.on("2026-06-05", "19:30")
story.brings(cast.ah_fong, "neighbours", other="陈伯坚", story="…")
story.does(leung, CaseAct.ACCEPT, CaseState.ACCEPTED, title="…", kind="homestead", rights_told="1")
story.is_refused(leung, CaseAct.HOLD_SESSION, "还没有同意")
papers = story.volume()
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import Paper
from consult.domain.cases.reports import MonthlyReport
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import Household, MediationCase, Person, db
from consult.services.cases import figures
from consult.services.core import crypto
from consult.services.site.verification import verify
from tests import hours, prints
from tests.cases import grant
from tests.client import Client, controls
from tests.village import FOUNDED, Cast, Who


@dataclass
class Story:
    """One case and the people in it. Each act is a form that is opened, filled in and sent."""

    app: Flask
    cast: Cast
    as_person: Callable[[Who], Client]
    monkeypatch: pytest.MonkeyPatch
    address: str = ""
    _browsers: dict[int, Client] = field(default_factory=dict)
    _day: str = ""

    def on(self, day: str, at: str = "10:00") -> None:
        """Let it be a day and an hour in the village. Nobody is signed in for months."""
        moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), hours.VILLAGE_TIME)
        self.monkeypatch.setenv(hours.CLOCK_SHIFT, str((moment - datetime.now(UTC)).total_seconds()))
        if day != self._day:
            self._browsers.clear()
        self._day = day

    def browser(self, who: Who) -> Client:
        if who.id not in self._browsers:
            self._browsers[who.id] = self.as_person(who)
        return self._browsers[who.id]

    def villager(
        self, code: str, name: str, born: str, phone: str = "", *, relation: str = "户主", sex: str = "男"
    ) -> Who:
        """Put one more person on the roll of the lower group; a household is made with its first."""
        with self.app.app_context():
            query = select(Household).where(Household.village_id == self.cast.id, Household.code == code)
            home = db.session.scalars(query).first()
            if home is None:
                home = Household(village_id=self.cast.id, group_id=self.cast.lower_group, code=code)
                db.session.add(home)
                db.session.flush()
            person = Person(
                village_id=self.cast.id,
                household_id=home.id,
                roll_position=int(phone[-2:]) if phone else 99,
                name=name,
                relation=relation,
                sex=sex,
                number_since=FOUNDED,
                born=date.fromisoformat(born),
                phone_cipher=crypto.seal(phone) if phone else None,
                phone_mark=crypto.mark("phone", phone) if phone else None,
                collective_member=True,
                language="zh_Hans",
            )
            db.session.add(person)
            db.session.commit()
            return Who(person.id, name, home.id, phone)

    def officer(self, who: Who, role: Role) -> None:
        with self.app.app_context():
            grant(who, role)
            db.session.commit()

    @property
    def at(self) -> str:
        return f"/rongxi/cases/{self.address}"

    @property
    def state(self) -> CaseState:
        with self.app.app_context():
            query = select(MediationCase.state).where(MediationCase.address == self.address)
            return CaseState(db.session.scalars(query).one())

    # How it comes.

    def is_filed(self, by: Who, **fields: Any) -> None:
        """At the desk, in one form."""
        usual = {"source": "application", "way": "visit", "present": "1"}
        client = self.browser(by)
        answer = client.submit("/rongxi/cases/desk", "main form.sheet", follow=False, **_sent(usual | fields))
        assert answer.status_code == 303, client.text("main")
        self.address = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]

    def brings(self, who: Who, topic: str, way: str = "call", **fields: Any) -> None:
        """From somebody's own phone: the safety question, then three steps."""
        client = self.browser(who)
        assert "110" in client.get("/rongxi/cases/new").get_data(as_text=True)
        client.get(f"/rongxi/cases/new/story?kind={topic}")
        client.press("main form", **_sent(fields))
        assert client.page.select_one("#way") is not None, client.text("main")
        action = str(client.page.select("main form[action*='handing-in']")[0]["action"])
        self.address = action.split("/")[-2]
        assert client.press("main form", way=way).status_code == 200
        assert self.state is CaseState.APPLIED

    # What is done with it.

    def does(self, who: Who, act: CaseAct, leads_to: CaseState | None = None, /, **fields: Any) -> None:
        """Send the form of an act as it is filled in, with what is typed; it is done, and the case stands there."""
        client = self.browser(who)
        self._opens(client, act)
        self._sends(client, fields)
        assert leads_to is None or self.state is leads_to, f"{act} led to {self.state}"

    def agrees(self, by: Who, *rows: dict[str, str], plan: dict[str, Any] | None = None, **fields: Any) -> None:
        """Write an agreement in writing; `plan`: its rows are instalments, which the form itself makes."""
        client, said = self.browser(by), {"form": "written", **fields}
        self._opens(client, CaseAct.AGREE)
        if plan is not None:
            form = client.fill_in("main form.sheet", {**said, **plan, "make_plan": "1"})
            assert form.status_code == 200, client.text("main")
            self._sends(client, {})
            return
        while client.page.select_one(f"#what_{len(rows)}") is None:
            client.fill_in("main form.sheet", {"more_rows": "1"})
        numbered = {f"{name}_{n}": value for n, row in enumerate(rows, 1) for name, value in row.items()}
        self._sends(client, {**said, **numbered})

    def _opens(self, client: Client, act: CaseAct) -> None:
        assert client.get(f"{self.at}/{act}").status_code == 200, f"{act} in {self.state}: {client.text('main')}"

    def _sends(self, client: Client, fields: dict[str, Any]) -> None:
        answer = client.fill_in("main form.sheet", _sent(fields), follow=False)
        if answer.status_code == 200 and client.page.select_one("input[name=sure]"):  # what follows was said
            answer = client.fill_in("main form.sheet", {}, follow=False)
        assert answer.status_code == 303, f"{answer.status}: {client.text('main')}"

    def all_say_yes(self, by: Who, parties: Sequence[int], **fields: Any) -> None:
        """Tick the yes of several in one table."""
        yes = {f"answer_{number}": "yes" for number in parties}
        client = self.browser(by)
        answer = client.submit(f"{self.at}/consents", "main form.sheet", follow=False, **yes | fields)
        assert answer.status_code == 303, client.text("main")

    def is_refused(self, who: Who, act: CaseAct, says: str, /, **fields: Any) -> None:
        """It is not done, the reader is told why, and the case stands where it stood."""
        client, stood = self.browser(who), self.state
        opened = client.get(f"{self.at}/{act}")
        if opened.status_code == 200:
            form = client.page.select("main form.sheet")[-1]
            answer = client.post(str(form["action"]), data=controls(form) | _sent(fields))  # offered or not
            assert answer.status_code in (403, 409, 422), f"{act} answered {answer.status}"
        else:
            assert opened.status_code in (403, 404, 409)
        said = client.text("body")
        assert says in said, said
        assert self.state is stood

    # Steps that most stories share.

    def is_taken(self, by: Who, title: str, kind: str, tag: str = "", **fields: Any) -> None:
        """Accepted, its rights read out, and taken on by who took it in."""
        more = {"tag": tag, **fields} if tag else fields
        self.does(by, CaseAct.ACCEPT, CaseState.ACCEPTED, title=title, kind=kind, rights_told="1", **more)
        self.does(by, CaseAct.TAKE_ON, CaseState.ASSIGNED)

    def sits(self, by: Who, said: str, result: str = "agreed", **fields: Any) -> None:
        """A session was held."""
        self.does(by, CaseAct.HOLD_SESSION, CaseState.MEDIATING, said=said, result=result, **fields)

    def is_signed(self, by: Who, *parties: int, **fields: Any) -> None:
        """All have signed, and the seal is on it."""
        signed = {"signed": [str(one) for one in parties], "mediator_signed": "1", "sealed": "1", "photos": "signed"}
        self.does(by, CaseAct.SIGN, CaseState.PERFORMING, **signed | fields)

    def is_visited(self, by: Who, persons: str, **fields: Any) -> None:
        """All was done, and they are content."""
        found = {"performed": "all", "satisfied": "yes", "sued": "no"} | fields
        self.does(by, CaseAct.FOLLOW_UP, persons=persons, **found)

    def is_archived(self, by: Who, summary: str, shelf: str = "调解室二号柜", **fields: Any) -> None:
        self.does(by, CaseAct.CLOSE, CaseState.CLOSED, summary=summary, **fields)
        self.does(by, CaseAct.ARCHIVE, CaseState.ARCHIVED, shelf=shelf)

    # What comes of it.

    def page(self, who: Who) -> str:
        """The words of the case's page as one of them reads it."""
        client = self.browser(who)
        assert client.get(self.at).status_code == 200
        return client.text("main")

    def paper(self, who: Who, paper: Paper) -> str:
        """The words of one paper."""
        answer = self.browser(who).get(f"{self.at}/papers/{paper}.pdf")
        assert answer.status_code == 200
        return "".join(prints.words(answer.data))

    def volume(self, name: str = "") -> "Volume":
        """The official volume as the mediator prints it; `name`: kept in artefacts/prints, for eyes."""
        answer = self.browser(self.cast.aunt_leung).get(f"{self.at}/volume.pdf")
        assert answer.status_code == 200
        if name:
            prints.PICTURES.mkdir(parents=True, exist_ok=True)
            (prints.PICTURES / f"{name}.pdf").write_bytes(answer.data)
        return Volume(prints.words(answer.data))

    def report(self) -> MonthlyReport:
        """The figures of the year."""
        with self.app.app_context():
            found = figures.of_span(self.cast.id, date(2026, 1, 1), date(2027, 12, 31))
            assert found.reconciles
            assert found.ended == 1, "each case is counted once"
            return found

    def holds(self, *names: str) -> None:
        """Outsiders see nothing of it, and the log says that nothing was changed afterwards."""
        cast = self.cast
        for outsider in (cast.uncle_ho, cast.ms_yip, cast.sister_chow, cast.mr_wong):
            client = self.browser(outsider)
            for page in ("", "/volume.pdf", "/note", "/export.zip"):
                assert client.get(self.at + page).status_code != 200, f"{outsider.name} opens {page or 'the case'}"
        for page in ("/rongxi/cases/", "/rongxi/cases/board", "/rongxi/cases/figures"):
            answer = self.browser(cast.uncle_ho).get(page, follow_redirects=True)
            assert not [name for name in names if name in answer.get_data(as_text=True)]
        with self.app.app_context():
            assert list(verify(cast.row())) == []


@dataclass
class Volume:
    """The words of a volume: its cover, its index, its pages."""

    sheets: list[str]

    @property
    def cover(self) -> str:
        return self.sheets[0]

    @property
    def whole(self) -> str:
        return "".join(self.sheets)

    def of(self, title: str) -> str:
        """The first page of each document with a title, as one text."""
        return "".join(words for words in self.sheets[2:] if self._title(words) == title)

    def papers(self) -> list[str]:
        """The documents in their order, as their own pages are headed."""
        return list(dict.fromkeys(filter(None, (self._title(words) for words in self.sheets[2:]))))

    def _title(self, words: str) -> str:
        heading = words.removeprefix("榕溪村人民调解委员会")
        return next((title for title in TITLES if heading.startswith(title)), "")

    def is_sound(self, papers: str, *, cover: str) -> None:
        """These documents in this order, the index with each of them, these words on the cover.

        And nothing of what no volume may have: half-width or doubled marks, masked phones, characters that no font has.
        """
        assert self.papers() == papers.split()
        missing = [title for title in papers.split() if title not in self.sheets[1] and title not in COURT]
        assert not missing, f"the index does not name {missing}"
        assert not [words for words in cover.split() if words not in self.cover], self.cover
        assert "〔2026〕人调字第1号" in self.cover and f"全卷页数{len(self.sheets) - 2}" in self.cover
        assert not prints.half_width(self.whole)
        for mark in ("****", "〓", "None", "。。", "。、", "。；"):
            assert mark not in self.whole, mark


COURT = ("司法确认申请书", "司法确认情况记录")
"""Both stand in the index under the name that they have together."""
TITLES = (
    "人民调解申请书",
    "人民调解受理登记表",
    "不予受理告知书",
    "当事人权利义务告知书",
    "当事人身份核对表",
    "授权委托书",
    "调查记录",
    "证据材料",
    "人民调解记录",
    "人民调解协议书",
    "人民调解口头协议登记表",
    "履行凭证",
    "回访记录",
    *COURT,
    "终止调解告知书",
    "案件移送函",
    "卷宗情况说明",
    "封底",
)


def a_row(*said: str) -> dict[str, str]:
    """One obligation of an agreement, as it is typed: who, to whom, what, how much, by when, in which way."""
    return dict(zip(("by", "to", "what", "amount", "due", "way"), said, strict=True))


def _sent(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (a_picture(str(value)), f"{name}.jpg") if name == "photos" else value for name, value in fields.items()
    }


def a_picture(words: str) -> io.BytesIO:
    """A small photo of a page."""
    picture = Image.new("RGB", (300, 400), "#e8e4d8")
    ImageDraw.Draw(picture).rectangle((20, 20, 280, 380), outline="#555", width=3)
    ImageDraw.Draw(picture).text((40, 60), words, fill="#222", font_size=24)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    out.seek(0)
    return out
