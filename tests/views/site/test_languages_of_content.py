"""What people wrote stands in its own language on every page: a Cantonese screen reader reads no Mandarin as Cantonese."""

from bs4 import Tag
from bs4.element import NavigableString

from consult.domain import languages
from consult.models import Comment, Consultation, Poll, Proposal, Statement, db

FEWEST = 8
"""Han characters: shorter words stand in sentences of ours by chance."""


def written(app) -> dict[str, str]:
    """Return the longer texts of the village with the language of each."""
    with app.app_context():
        found = {p.title: p.language for p in db.session.query(Proposal)}
        found |= {p.summary: p.language for p in db.session.query(Proposal)}
        found |= {c.text: c.language for c in db.session.query(Comment)}
        found |= {s.text: s.language for s in db.session.query(Statement)}
    return {text: language for text, language in found.items() if text and len(text) >= FEWEST}


def language_of(node: NavigableString) -> str:
    """Return the language that a text is said to be in."""
    return next(str(parent["lang"]) for parent in node.parents if isinstance(parent, Tag) and parent.get("lang"))


def untagged(page, texts: dict[str, str]) -> list[str]:
    """Return what people wrote in another language than the page says it is in."""
    return [
        text
        for node in page.body.find_all(string=True)
        if node.parent.name not in {"script", "style", "title", "textarea"}
        for text, language in texts.items()
        if text in node and language_of(node).split("-")[0] != language.split("-")[0]
    ]


def paths(app) -> list[str]:
    with app.app_context():
        matters = [f"/rongxi/consultations/{one.id}" for one in db.session.query(Consultation)]
        votes = [f"/rongxi/polls/{one.id}" for one in db.session.query(Poll)]
    pages = ("", "tasks", "notices", "search?q=修", "meetings", "consultations", "me", "inbox", "polls")
    return [f"/rongxi/{one}" for one in pages] + matters + votes


def test_what_people_wrote_is_in_its_own_language_on_every_page_of_a_reader_of_cantonese(app, demo_village, client):
    texts = written(app)
    assert len({language.split("-")[0] for language in texts.values()}) > 1, "the village speaks both"
    wrong, looked = {}, 0
    for path in paths(app):
        answer = client.get(path, headers={"Accept-Language": languages.CANTONESE.tag})
        looked += answer.status_code == 200
        if answer.status_code == 200 and (found := untagged(client.page, texts)):
            wrong[path] = found
    assert looked > len(texts) // 4 and not wrong, wrong
