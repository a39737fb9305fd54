"""Attacks on the filter of private numbers: each text field of each form that somebody can open, in signs that hide one."""

import re
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import inspect, text

from consult import clock
from consult.domain.cases.states import CaseState
from consult.models import db
from consult.web.kept_words import SECRET_FIELDS
from tests import hostile
from tests.cases import a_case
from tests.village import a_consultation, a_draft, a_poll, sign_in_as

KEYCAPS = "找我" + "".join(f"{one}\ufe0f\u20e3" for one in "13800138000")
MACAU = "找我 +853 6612 3456"
PLAIN = "说几句话"
READERS = ["ah_fong", "aunt_leung", "ms_yip", "old_chan", "uncle_ho", "sister_chow"]
MOST_PAGES = 55
WITHOUT = re.compile(r"sign-in|preferences|/end$|search|/cards|second-proof|/language")
"""Forms that sign in or out, look something up, or store nothing."""
SOON = clock.now() + timedelta(days=20)
FITTING = {
    "date": f"{SOON:%Y-%m-%d}",
    "datetime-local": f"{SOON:%Y-%m-%dT10:00}",
    "time": "10:00",
    "number": "3",
    "month": f"{SOON:%Y-%m}",
}


def text_forms(client) -> Iterator[tuple[str, dict[str, object], list[str]]]:
    """Address, fields as somebody fills them in, and the names of the fields for words, of each form there is."""
    waiting, seen = ["/rongxi/"], set()
    known: set[object] = set()
    while waiting and len(seen) < MOST_PAGES:
        at = waiting.pop(0)
        place = re.sub(r"\d+|[0-9a-f]{24}", "#", at.split("?")[0])
        if at in seen or WITHOUT.search(at) or ("?" in at and place in known):
            continue
        seen.add(at)
        known.add(place)
        answer = client.get(at)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = client.page
        waiting += [one for one in hostile.links(page) if one.startswith("/rongxi")]
        for form in page.select("main form[action][method=post]"):
            action = str(form["action"])
            words = [
                str(one["name"])
                for one in form.select("textarea[name], input[type=text][name], input[name]:not([type])")
            ]
            mark = (re.sub(r"\d+|[0-9a-f]{24}", "#", action), tuple(words))
            if not words or mark in known or WITHOUT.search(action):
                continue
            known.add(mark)
            yield action, filled(form), words


def filled(form) -> dict[str, object]:
    """A form as somebody fills it in who leaves nothing out."""
    found: dict[str, object] = {}
    for field in form.select("[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if kind in ("file", "image", "reset"):
            continue
        if field.name == "select":
            options = [str(one.get("value", one.get_text())) for one in field.select("option")]
            found.setdefault(name, next((one for one in options if one), ""))
        elif kind in ("radio", "checkbox", "submit", "hidden") or field.name == "button":
            found.setdefault(name, str(field.get("value", "1")))
        else:
            given = field.get_text().strip() if field.name == "textarea" else str(field.get("value", ""))
            found[name] = given or FITTING.get(kind) or ("12" if field.get("inputmode") else PLAIN)
    return found


def stored(app, marker: str) -> set[str]:
    """Tables and columns in which a text stands as it was sent."""
    found = set()
    with app.app_context():
        for table in inspect(db.engine).get_table_names():
            for column in inspect(db.engine).get_columns(table):
                if str(column["type"]).upper().startswith(("VARCHAR", "TEXT", "JSON")):
                    query = text(f'SELECT 1 FROM "{table}" WHERE CAST("{column["name"]}" AS TEXT) LIKE :like LIMIT 1')
                    if db.session.execute(query, {"like": f"%{marker}%"}).first():
                        found.add(f"{table}.{column['name']}")
        db.session.rollback()
    return found


def test_no_form_stores_a_number_in_words_that_others_read(app, client, village, matter, called):
    with app.app_context():
        a_poll(village)
        a_draft(village, key="draft-2")
        a_consultation(village, key="consultation-2")
        a_case(village, CaseState.PERFORMING)
        a_case(village, key="second")
    tried, taken, lost = 0, set(), []
    for name in READERS:
        sign_in_as(client, getattr(village, name))
        for action, fields, words in list(text_forms(client)):
            for word in words:
                number = (KEYCAPS, MACAU)[tried % 2]
                answer = client.post(action, data=fields | {word: number})
                tried += 1
                assert answer.status_code < 500, (name, action, word)
                if (
                    word not in SECRET_FIELDS
                    and answer.status_code == 422
                    and number
                    not in client.page.get_text()
                    + "".join(str(one.get("value", "")) for one in client.page.select("input"))
                ):
                    lost.append((name, action, word))
            if client.post(action, data=fields).status_code in (200, 303):
                taken.add(action)
    assert tried > 100 and len(taken) > 20, "forms that are taken with other words"
    assert {"comment.text", "meeting.title", "objection.text", "report.words"} <= stored(app, PLAIN)
    assert not lost
    assert not stored(app, KEYCAPS) and not stored(app, MACAU)
