"""A request that collided with another is answered once more; after that it says so and keeps what was typed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from consult.models import Comment, Notification, db
from consult.services.talk import withdrawals
from consult.web import kept_words
from consult.web.access import SIGN_IN_COOKIE
from consult.web.guards import upload_gate
from tests import hours
from tests.checks.sources import TEMPLATES, files
from tests.faults.test_meetings_at_once import of
from tests.village import a_consultation, say

pytestmark = pytest.mark.both_databases
WORDS = "这条路要修宽一点，两辆车才过得去"
DEADLOCK = text("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")

SENT_ALONE = {"q", "source", "speaker", "days"}
"""Typed into an input without a type."""


@contextmanager
def colliding(times: int, seen: list[int], *, after: int = 0) -> Iterator[None]:
    """Let the database refuse units of work, as it does a transaction that another one is in the way of.

    The first ones, or those `after` so many.
    """

    def before_commit(session: Session) -> None:
        if "unit" not in session.info:
            return
        seen.append(1)
        if not after < len(seen) <= after + times:
            return
        if db.engine.dialect.name == "postgresql":
            session.execute(DEADLOCK)
        session.execute(text("INSERT INTO village SELECT * FROM village LIMIT 1"))  # a key that is there

    event.listen(Session, "before_commit", before_commit)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", before_commit)


def _a_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "#888").save(out, "JPEG")
    return out.getvalue()


def comment(client, consultation: int, **more):
    return client.send(
        f"/rongxi/consultations/{consultation}/comments", text=WORDS, key="mine", stance="support", **more
    )


def test_an_act_that_collided_once_is_done_and_what_follows_it_once(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
        above = say(village, consultation, village.ah_kwok, key="above")
    client, seen = as_person(village.ah_fong), []
    with colliding(1, seen):
        answer = client.send(f"/rongxi/comments/{above}/replies", text=WORDS, key="mine")
    assert answer.status_code == 303 and len(seen) == 2
    with app.app_context():
        assert db.session.query(Comment).filter_by(text=WORDS).count() == 1
        assert db.session.query(Notification).filter_by(person_id=village.ah_kwok.id).count() == 1


def test_a_proof_that_came_with_an_act_that_collided_leaves_the_browser_signed_in(village, as_person, monkeypatch):
    """The proof gives the sign-in a new token in a unit of its own, before the act that collides."""
    client, here = as_person(village.old_chan), "/rongxi/endorsement-rule"
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(minutes=30)))
    assert client.submit(here, needed="31", days="10", source="章程第12条").status_code == 401
    before = client.get_cookie(SIGN_IN_COOKIE).value
    with colliding(1, seen := [], after=1):
        assert client.press("#ask", follow=False).status_code == 303 and len(seen) == 3
    assert client.get_cookie(SIGN_IN_COOKIE).value.partition(".")[0] != before.partition(".")[0]
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(minutes=32)))
    assert client.get(here).status_code == 200


def test_uploads_of_a_request_that_collided_are_read_again(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
    client = as_person(village.ah_fong)
    with colliding(1, []):
        answer = comment(client, consultation, picture=(BytesIO(_a_picture()), "a.jpg"), description="井边")
    assert answer.status_code == 303, client.text("main")
    with app.app_context():
        assert db.session.query(Comment).filter_by(text=WORDS).one().picture is not None


def test_an_upload_that_collided_needs_no_second_place_among_the_uploads(app, village, as_person, monkeypatch):
    monkeypatch.setattr(upload_gate, "MOST_OF_ALL", 1)
    with app.app_context():
        consultation = a_consultation(village)
    client = as_person(village.ah_fong)
    picture = _a_picture() + bytes(upload_gate.UPLOAD)  # what follows the end of a JPEG is not looked at
    with colliding(1, seen := []):
        answer = comment(client, consultation, picture=(BytesIO(picture), "a.jpg"), description="井边")
    assert answer.status_code == 303 and len(seen) > 1


def test_a_second_collision_is_a_409_with_the_words_and_a_form_that_sends_them_again(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
    client = as_person(village.ah_fong)
    with colliding(2, []):
        answer = comment(client, consultation)
    assert answer.status_code == 409
    assert WORDS in client.text("main")
    assert client.page.find("input", {"name": "text"})["value"] == WORDS
    with app.app_context():
        assert db.session.query(Comment).count() == 0


def test_what_collided_twice_is_sent_again_to_where_it_was_sent_although_nobody_reads_there(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
        comment_id = say(village, consultation, village.ah_kwok, key="mine")
    client = as_person(village.ah_fong)
    with colliding(2, []):
        assert client.send(f"/rongxi/comments/{comment_id}/seconding").status_code == 409
    assert client.press("main form[method=post]", follow=False).status_code == 303


def test_a_refused_act_keeps_what_was_typed(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
        withdrawals.withdraw(of(consultation), "不修了", village.sister_chow.act())
    client = as_person(village.ah_fong)
    assert comment(client, consultation).status_code == 409
    assert WORDS in client.text("main")


def test_another_persons_key_is_no_fault(app, village, as_person):
    with app.app_context():
        consultation = a_consultation(village)
        say(village, consultation, village.ah_kwok, key="mine")
    assert comment(as_person(village.ah_fong), consultation).status_code == 409
    one, other = as_person(village.ah_fong), as_person(village.ah_kwok)
    assert one.send("/rongxi/consultations/drafts/", key="same").status_code == 303
    assert other.send("/rongxi/consultations/drafts/", key="same").status_code in (303, 409)


def test_no_secret_of_a_form_is_kept():
    for path in files(".html", below=TEMPLATES):
        for line in path.read_text().splitlines():
            if re.search(r"password|one-time-code", line) and (name := re.search(r'field\("(\w+)"', line)):
                assert name[1] in kept_words.SECRET_FIELDS, path


@pytest.mark.parametrize("words", ["https://example.org/ditch", "OK", "2500", "修水圳"])
def test_whatever_was_typed_is_given_back_in_any_script(app, village, as_person, words):
    with app.app_context():
        consultation = a_consultation(village)
        withdrawals.withdraw(of(consultation), "不修了", village.sister_chow.act())
    client = as_person(village.ah_fong)
    address = f"/rongxi/consultations/{consultation}/comments"
    assert client.send(address, key="k-e-y", stance="concern", text=words).status_code == 409
    kept = client.text("#kept")
    assert words in kept and "concern" not in kept and "k-e-y" not in kept


def test_what_a_page_had_before_somebody_is_not_given_back_and_an_hour_is_read_by_people(app):
    sent = {"seen": "changes:cf1cbb66a638 closing:afb182e2ecf2", "words": "大雨", "closes_at": "2099-01-01T20:00"}
    with app.test_request_context("/rongxi/polls/1/changes/", method="POST", data=sent):
        assert [one.value for one in kept_words.typed()] == ["大雨", "2099-01-01 20:00"]


def test_what_is_given_back_says_what_it_was_typed_for(app, village, as_person):
    """A number, a name or a day means nothing by itself; the words are those of the form, in the reader's language."""
    with app.app_context():
        consultation = a_consultation(village)
        withdrawals.withdraw(of(consultation), "不修了", village.sister_chow.act())
    client = as_person(village.ah_fong)
    sent = {"stance": "concern", "text": WORDS, "budget": "2500", "held_on": "2099-01-01"}
    assert client.send(f"/rongxi/consultations/{consultation}/comments", key="k", **sent).status_code == 409
    kept = [one.get_text() for one in client.page.select("#kept p")]
    assert kept == [WORDS, "預算（元）", "2500", "日期", "2099-01-01"]


LABEL = re.compile(r'\b(?:field|area)\("(\w+)",\s*(?:_\("((?:[^"\\]|\\.)*)"\s*[,)])?')


def test_what_is_given_back_is_called_as_in_the_forms():
    """A field that is called the same in all forms is called so again; each word in the list is one of a form with that field."""
    called: dict[str, set[str]] = {}
    for path in files(".html", below=TEMPLATES):
        for name, label in LABEL.findall(path.read_text()):
            called.setdefault(name, set()).add(label)
    alone = {name: next(iter(words)) for name, words in called.items() if len(words) == 1 and "" not in words}
    labels = kept_words.labels()
    assert {name: labels.get(name) for name in alone.keys() - kept_words.SECRET_FIELDS} == {
        name: word for name, word in alone.items() if name not in kept_words.SECRET_FIELDS
    }
    assert not {name: word for name, word in labels.items() if word not in called.get(name, ())}
    assert not labels.keys() & kept_words.SECRET_FIELDS


def test_what_is_chosen_or_made_by_the_server_is_not_given_back_as_typed():
    """Each name of a field in the templates is a typed one, or stands among those that are not."""
    typed, chosen = set(), set()
    for path in files(".html", below=TEMPLATES):
        text = path.read_text()
        typed |= set(re.findall(r'\b(?:field|area)\("(\w+)"', text))
        chosen |= set(re.findall(r'\b(?:choices|select)\("(\w+)"', text))
        for tag in re.findall(r"<(?:input|button|select|textarea)[^>]*>", text):
            name, kind = re.search(r'\bname="(\w+)"', tag), re.search(r'\btype="(\w+)"', tag)
            if name is not None:
                a_word = tag.startswith("<textarea") or (kind is not None and kind[1] in ("text", "search"))
                is_chosen = kind is None or kind[1] in ("hidden", "radio", "checkbox", "file")
                (typed if a_word else chosen if is_chosen else set()).add(name[1])
    assert len(typed) > 40 and len(chosen) > 30
    secret = kept_words.SECRET_FIELDS
    assert not [name for name in typed - secret if not kept_words.is_typed(name, "word")]
    either = typed | secret | SENT_ALONE
    assert not [name for name in chosen - either if kept_words.is_typed(name, "word")]


@pytest.mark.parametrize("path", ["//evil.example/x", "/%5Cevil.example", "/\\\\evil.example"])
def test_the_link_back_to_the_form_leads_to_no_other_site(app, path):
    """The browser says on which page the form stood; one of ours may have two slashes before another site's name."""
    come = {"Referer": f"http://localhost{path}"}
    with app.test_request_context("/rongxi/x", base_url="http://localhost", method="POST", headers=come):
        assert not kept_words.page_of_form().startswith(("//", "/\\"))
