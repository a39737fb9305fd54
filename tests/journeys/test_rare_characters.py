"""On a phone whose own fonts are old: the rare characters of names and of Cantonese are drawn with a font of ours."""

import pytest

from consult.config import ROOT
from tests.browser import Phone

LISTS = ROOT / "tests" / "data" / "characters"
SHOW = """words => {
    const line = Object.assign(document.createElement("p"), { id: "rare-line", textContent: words });
    line.style.fontFamily = "rare";
    document.querySelector("main").append(line);
    return document.fonts.load("16px rare", words).then(found => found.length);
}"""


def in_its_range(character: str) -> bool:
    """Tell whether a character may be looked for in the font: the rest stands in every phone sold in China."""
    return "\u3400" <= character <= "\u4dbf" or "\u9fc0" <= character <= "\u9fcf" or character >= "\U00020000"


@pytest.mark.one_language
def test_every_listed_character_that_old_phones_lack_comes_with_the_page(phone: Phone, village):
    listed = {c for file in LISTS.glob("*.txt") for c in file.read_text(encoding="utf-8") if not c.isspace()}
    rare = "".join(sorted(filter(in_its_range, listed)))
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.open("/rongxi/")
    assert not [url for url in asked if "rare" in url], "a page without such characters fetches no font"
    assert phone.page.evaluate(SHOW, rare) == 1
    session = phone.page.context.new_cdp_session(phone.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#rare-line"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [(font["isCustomFont"], font["glyphCount"]) for font in fonts] == [(True, len(rare))]
