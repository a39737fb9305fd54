"""The bare references: what the same stack does with nothing on top. Run as `granian … bench.bare:app`.

/list    page P: 30 items, 5 Core SELECTs, text compiled in
/babel   the same page with a Flask-Babel call at every text
/vote    V: one INSERT, count the poll, a small HTML answer
/post    E: a Flask POST without a database
"""

import os
import sqlite3
from typing import Any

from flask import Flask, render_template_string, request
from flask_babel import Babel
from sqlalchemy import create_engine, event, text

PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>榕溪村</title></head><body>
<header><h1>{village}</h1><p>{hello}{{{{ user.name }}}}</p></header><main><ul>{{% for p in proposals %}}
<li><article><h2><a href="/proposals/{{{{ p.id }}}}">{{{{ p.title }}}}</a></h2><p>{{{{ p.summary }}}}</p>
<p>{by} {{{{ p.author }}}} · {on} {{{{ p.created }}}}</p>
<p>{comments} {{{{ comments.get(p.id, 0) }}}} · {supports} {{{{ supports.get(p.id, 0) }}}}</p>
<p><a href="/proposals/{{{{ p.id }}}}#talk">{talk}</a> <a href="/proposals/{{{{ p.id }}}}#vote">{vote}</a></p></article></li>
{{% endfor %}}</ul></main></body></html>"""
WORDS = ("village", "hello", "by", "on", "comments", "supports", "talk", "vote")
CHINESE = ("榕溪村", "您好", "提议人", "日期", "留言", "支持", "去看看", "去投票")
COMPILED = PAGE.format(**dict(zip(WORDS, CHINESE, strict=True)))
TRANSLATED = PAGE.format(**{w: f"{{{{ _('{w}') }}}}" for w in WORDS})
ANSWER = "<p id=receipt>{{ n }} {{ counts }}</p>"

app = Flask(__name__)
Babel(app)
engine = create_engine(os.environ["BARE_URL"])


if engine.dialect.name == "sqlite":

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-20000",
            "mmap_size=134217728",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")


def _facts() -> dict[str, Any]:
    with engine.connect() as c:
        user = c.execute(text("SELECT id, name FROM bare_person WHERE id = :id"), {"id": 7}).one()
        c.execute(text("SELECT id, name FROM bare_village WHERE id = 1")).one()
        proposals = c.execute(
            text(
                "SELECT p.id, p.title, p.summary, p.created, a.name AS author FROM bare_proposal p "
                "JOIN bare_person a ON a.id = p.author_id ORDER BY p.id DESC LIMIT 30"
            )
        ).all()
        ids = tuple(p.id for p in proposals)
        marks = ",".join(map(str, ids))
        counted = f"WHERE proposal_id IN ({marks}) GROUP BY proposal_id"
        comments = {
            row[0]: row[1] for row in c.execute(text(f"SELECT proposal_id, count(*) FROM bare_comment {counted}"))
        }
        supports = {
            row[0]: row[1] for row in c.execute(text(f"SELECT proposal_id, sum(1) FROM bare_support {counted}"))
        }
    return {"user": user, "proposals": proposals, "comments": comments, "supports": supports}


@app.get("/list")
def listed() -> str:
    return render_template_string(COMPILED, **_facts())


@app.get("/babel")
def listed_with_babel() -> str:
    from flask_babel import gettext

    return render_template_string(TRANSLATED, _=gettext, **_facts())


@app.post("/vote")
def vote() -> str:
    with engine.begin() as c:
        c.execute(
            text("INSERT INTO bare_ballot (poll_id, voter, choice) VALUES (1, :voter, :choice)"),
            {"voter": request.form["voter"], "choice": int(request.form["choice"])},
        )
        counts = c.execute(text("SELECT choice, count(*) FROM bare_ballot WHERE poll_id = 1 GROUP BY choice")).all()
    return render_template_string(ANSWER, n=1, counts=[tuple(c) for c in counts])


@app.post("/post")
def post() -> str:
    return render_template_string(ANSWER, n=1, counts=request.form["choice"])


@app.get("/healthz")
def healthz() -> str:
    return "ok"


SCHEMA = """
CREATE TABLE bare_village (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE bare_person (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE bare_proposal (id INTEGER PRIMARY KEY, title TEXT, summary TEXT, created TEXT, author_id INTEGER);
CREATE TABLE bare_comment (id INTEGER PRIMARY KEY, proposal_id INTEGER);
CREATE INDEX bare_comment_p ON bare_comment (proposal_id);
CREATE TABLE bare_support (id INTEGER PRIMARY KEY, proposal_id INTEGER);
CREATE INDEX bare_support_p ON bare_support (proposal_id);
CREATE TABLE bare_ballot (poll_id INTEGER, voter TEXT, choice INTEGER, PRIMARY KEY (poll_id, voter));
"""


def fill() -> None:
    """300 people, 200 proposals, 2,000 comments, 12,000 supports: a village that has talked for a year."""
    with engine.connect() as c:
        raw = c.exec_driver_sql
        for statement in filter(str.strip, SCHEMA.split(";")):
            raw(statement)
        c.execute(text("INSERT INTO bare_village VALUES (1, '榕溪村')"))
        c.execute(text("INSERT INTO bare_person VALUES (:i, :n)"), [{"i": i, "n": f"陈桂{i}"} for i in range(1, 301)])
        c.execute(
            text("INSERT INTO bare_proposal VALUES (:i, :t, :s, '2026-11-24', :a)"),
            [
                {
                    "i": i,
                    "t": f"修好第{i}条水圳",
                    "s": "上圳从山塘口到老碾房这一段，去年大水冲坏了三处。",
                    "a": i % 300 + 1,
                }
                for i in range(1, 201)
            ],
        )
        c.execute(text("INSERT INTO bare_comment VALUES (:i, :p)"), [{"i": i, "p": i % 200 + 1} for i in range(2000)])
        c.execute(text("INSERT INTO bare_support VALUES (:i, :p)"), [{"i": i, "p": i % 200 + 1} for i in range(12000)])
        c.commit()


if __name__ == "__main__":
    with app.test_request_context():
        fill()
