"""The guides of docs/guide: what they name is there, and the pages of /help and the posters say the same."""

import re
from dataclasses import replace
from itertools import product

import pypdfium2
import pytest
from PIL import Image

from consult import clock
from consult.cli import catalogues
from consult.cli.translate import derived_guides
from consult.config import ROOT
from consult.demo import accounts
from consult.domain import languages
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import sign_ins
from consult.services.site import guides
from consult.web.access import SIGN_IN_COOKIE
from tests import prints

FILES = sorted(guides.FOLDER.glob("*.md"))
NAMED = {"zh_Hans": re.compile(r"“([^“”]+)”")}
NAMED_ELSEWHERE = re.compile(r"「([^「」]+)」")
NOT_OF_A_PAGE = {"不能这样办", "出错了", "尽快", "全部通过"}
"""What guides in Mandarin quote that is no name: sentences of refusals in short, a word not to write, a line of a command."""
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
LARGEST = 25_000
READER_OF = {"clerk": "clerk", "chair": "branch_secretary", "mediator": "mediator", "supervisor": "supervisor"}
"""Which office the addresses in a guide are opened with; the others are for villagers."""


def language_of(path) -> str:
    return path.name.split(".")[1]


def names_in(path) -> set[str]:
    return set(
        NAMED.get(language_of(path), NAMED_ELSEWHERE).findall(
            LINK.sub(r"\1", PICTURE.sub("", path.read_text(encoding="utf-8")))
        )
    )


def font_sizes(words) -> set[float]:
    """Return how large the characters of a printed page are, in points, without those that a reader of PDF puts in between."""
    raw = pypdfium2.raw
    found = [at for at in range(words.count_chars()) if not chr(raw.FPDFText_GetUnicode(words.raw, at)).isspace()]
    return {raw.FPDFText_GetFontSize(words.raw, at) for at in found}


def words_of_pages(code: str) -> tuple[set[str], list[re.Pattern[str]]]:
    """Return the sentences of a language: those that stand as they are, and patterns of those with a place for a value."""
    plain, patterns = {one.name for one in languages.ALL}, []
    for message in catalogues.read_catalogue(code):
        for text in catalogues.forms(message) if message.id else ():
            plain.add(text)
            if "%(" in text:
                parts = re.split(r"%\(\w+\)[sd]", text)
                patterns.append(re.compile("…".join(map(re.escape, parts))))
    return plain, patterns


def test_guides_in_mandarin_quote_as_the_mainland_does():
    assert not [
        path.name for path in FILES if language_of(path) == "zh_Hans" and "「" in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("code", ["zh_Hans", "yue_Hant"])
def test_every_name_that_a_guide_quotes_stands_on_a_page(code):
    plain, patterns = words_of_pages(code)
    unknown = {
        (path.name, name)
        for path in FILES
        if language_of(path) == code
        for name in names_in(path)
        if name not in plain | NOT_OF_A_PAGE and not any(pattern.fullmatch(name) for pattern in patterns)
    }
    assert not unknown


def test_a_renamed_button_would_be_noticed():
    plain, patterns = words_of_pages("zh_Hans")
    assert "发短信给我" in plain and "发短信给您" not in plain
    assert any(pattern.fullmatch("对，投出…的票") for pattern in patterns)


def test_each_guide_is_there_in_every_language_that_has_a_catalogue():
    codes = [language.code for language in languages.translated()]
    assert {path.name for path in FILES} == {f"{name}.{code}.md" for name in guides.GUIDES for code in codes}


def test_the_derived_guides_are_as_they_follow_from_their_source():
    (derived,) = (one for one in languages.translated() if one.derived)
    for path, text in derived_guides(derived.code, derived.derived).items():
        assert path.read_text(encoding="utf-8") == text, "flask translate derive"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_two_languages_of_a_guide_have_the_same_steps_and_addresses(path):
    name = path.name.split(".")[0]
    one, other = guides.find(name, [language_of(path)]), guides.find(name, ["zh_Hans"])
    assert len(one.sections) == len(other.sections) and len(one.steps) == len(other.steps)
    text, mandarin = (guides.path_of(name, one.language).read_text(encoding="utf-8") for one in (one, other))
    assert [to for _, to in LINK.findall(PICTURE.sub("", text))] == [
        to for _, to in LINK.findall(PICTURE.sub("", mandarin))
    ]


def test_each_picture_is_small_and_of_one_size_and_says_what_it_shows():
    shown = [(path, *found) for path in FILES for found in PICTURE.findall(path.read_text(encoding="utf-8"))]
    assert shown
    for path, words, source in shown:
        assert words
        assert f".{language_of(path)}." in source, "in the language of its guide"
        file = (path.parent / source).resolve()
        assert file.stat().st_size <= LARGEST, file.name
        with Image.open(file) as picture:
            assert picture.size == guides.PICTURE_SIZE


def test_no_picture_is_left_that_no_guide_shows():
    shown = {
        (path.parent / source).resolve()
        for path in FILES
        for _, source in PICTURE.findall(path.read_text(encoding="utf-8"))
    }
    assert set((ROOT / "consult" / "static" / "guide").iterdir()) == shown


@pytest.fixture
def demo(config, demo_village):
    return replace(config, mode="demo")


@pytest.fixture
def reader(app):
    """A browser of somebody of the demo village, who holds this office."""

    def with_office(role: str):
        client = app.test_client()
        with app.app_context():
            who = next(one.person for one in accounts.members() if role in one.roles)
            client.set_cookie(SIGN_IN_COOKIE, sign_ins.begin(who, SignInWay.DEMO, now=clock.now()))
            db.session.remove()
        return client

    return with_office


class TestInTheDemoVillage:
    @pytest.fixture
    def config(self, demo):
        return demo

    def test_every_address_in_a_guide_answers_its_readers(self, reader):
        for path in FILES:
            client = reader(READER_OF.get(path.name.split(".")[0], "villager"))
            for _, to in LINK.findall(PICTURE.sub("", path.read_text(encoding="utf-8"))):
                if to.startswith("/"):
                    assert client.get(f"/rongxi{to}").status_code == 200, (path.name, to)

    @pytest.mark.parametrize(("name", "role"), READER_OF.items())
    def test_the_guide_of_ones_own_office_comes_before_those_of_others(self, app, reader, name, role):
        client = reader(role)
        client.get("/rongxi/help")
        first = [link["href"].rsplit("/", 1)[1] for link in client.page.select("main .ledger a")]
        with app.app_context():
            held = next(one.roles for one in accounts.members() if role in one.roles)
        own = {guide for guide, offices in guides.GUIDES.items() if offices & set(held)}
        assert name in own and set(first[: len(own)]) == own and set(first) == set(guides.GUIDES)

    def test_every_guide_opens_in_every_language_and_says_which_it_is_in(self, app):
        for language in languages.ALL:
            client = app.test_client()
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language.tag
            for name in guides.GUIDES:
                assert client.get(f"/rongxi/help/{name}").status_code == 200
                written_in = languages.OFFICIAL.tag if language is languages.SOURCE else language.tag
                assert client.page.select_one("main div[lang]")["lang"] == written_in
                assert client.page.html["lang"] == language.tag

    def test_a_step_is_on_a_page_of_its_own_with_its_picture(self, client):
        client.get("/rongxi/help/villager")
        steps = [link["href"] for link in client.page.select("main ol.ledger a")]
        assert 6 <= len(steps) <= 8
        for step in steps:
            assert client.get(step).status_code == 200
            (picture,) = client.page.select("main img")
            assert picture["alt"] and picture["loading"] == "lazy" and picture["width"] and picture["height"]
            assert client.get(picture["src"]).status_code == 200
        assert client.get("/rongxi/help/villager/99").status_code == 404
        assert client.get("/rongxi/help/villager/0").status_code == 404

    def test_the_page_asks_the_database_no_more_than_that_of_ones_data(self, client):
        client.get("/rongxi/privacy")
        allowed = len(client.queries)
        for path in ("/rongxi/help", "/rongxi/help/clerk", "/rongxi/help/villager/1"):
            client.get(path)
            assert len(client.queries) <= allowed

    def test_a_poster_says_what_the_page_says_on_one_sheet_large_and_in_black(self, client):
        for name, code in product(guides.POSTERS, ("zh_Hans", "yue_Hant", "yue_Hans")):
            answer = client.get(f"/rongxi/help/{name}.pdf?copy={code}")
            assert answer.status_code == 200 and answer.mimetype == "application/pdf"
            (page,) = prints.words(answer.data)
            said, guide = re.sub("[\u200b\u2060]", "", "".join(page.split())), guides.find(name, [code])
            whole = {quoted for step in guide.steps for quoted in re.findall("「[^「」]{1,8}」", step)}
            (rows,) = prints.lines(answer.data)
            assert all(any(quoted in row.replace("\u2060", "") for row in rows) for quoted in whole), "a button in two"
            assert not prints.half_width(said)
            for sentence in (guide.title, guide.summary, *guide.steps, guide.closing, "榕溪村", "/rongxi/"):
                assert "".join(sentence.split()) in said, sentence
            sheet = pypdfium2.PdfDocument(answer.data)[0]
            words = sheet.get_textpage()
            assert min(font_sizes(words)) >= 18
            grey = sheet.render(scale=0.5).to_pil().convert("RGB")
            assert all(max(pixel) - min(pixel) <= 2 for _, pixel in grey.getcolors(1 << 24))


def test_the_foot_leads_there_and_where_there_is_one_village_help_is_its_own(client, village):
    client.get("/rongxi/")
    assert client.page.select("footer a[href='/rongxi/help']") and client.page.select("main nav a[href='/rongxi/help']")
    client.get("/program")
    assert client.page.select("footer a[href='/help']")
    client.get("/help")
    assert {link["href"] for link in client.page.select("main .ledger a")} >= {"/rongxi/help"}
