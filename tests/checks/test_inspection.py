"""The inspection of pages finds what it is there to find."""

import pytest
from flask import Response

from consult.models import db
from consult.web import i18n
from consult.web.access import public
from tests.client import markup_of
from tests.conftest import Watch
from tests.inspection import faults

GOOD = """<!doctype html><html lang="yue-Hant-HK"><head><title>議事</title></head><body><main><h1>議事</h1>
<form method="post" action="/votes" hx-post="/votes"><input type="hidden" name="csrf_token" value="x">
<label for="name">名</label><input id="name" name="name"><button>投</button></form>
<img src="/a.jpg" alt=""><a href="/b" hx-get="/b">睇</a></main></body></html>"""

TABLE = "<thead><tr><th>組</th><th>票</th></tr></thead><tbody><tr><th>石角</th><td>3</td></tr></tbody>"
WRONG = [
    ("<h1>議事</h1>", "<h1>議事</h1><h1>又議事</h1>", "h1"),
    (' lang="yue-Hant-HK"', "", "lang"),
    ('<label for="name">', '<label for="other">', "label"),
    ('<input id="name"', '<p id="name"></p><input id="name"', "share the id"),
    ('<input type="hidden" name="csrf_token" value="x">', "", "csrf_token"),
    (' action="/votes" hx-post', " hx-post", "method and action"),
    ('hx-post="/votes"', 'hx-post="/other"', "hx-post"),
    ('<a href="/b" hx-get="/b">', '<a hx-get="/b">', "hx-get"),
    (' alt=""', "", "alt"),
    ("<h1>", "<time>12月2號</time><h1>", "no machine reads"),
    ("<h1>", '<h1 style="color:red">', "inline style"),
    ("<h1>", "<script>alert(1)</script><h1>", "inline"),
    ("<button>", '<button onclick="go()">', "inline script"),
    ("<button>投</button>", "<button></button>", "without a name"),
    ("<button>投</button>", "", "without a button"),
    ("<h1>", '<h1 aria-describedby="nowhere">', "aria-describedby"),
    ("<title>議事</title>", "", "title"),
    ("<main>", "<div>", "main"),
    (
        "<button>",
        '<label for="way">點嚟</label><select id="way" name="way" aria-invalid="true" aria-describedby="way-mistake"></select>'
        '<p class="mistake" id="way-mistake">呢度寫返幾個字先。</p><button>',
        "asks for words",
    ),
    ("<h1>", f"<table>{TABLE}</table><h1>", "without data_table"),
    (
        "<h1>",
        f'<div class="scroll" role="group" aria-label="票"><table>{TABLE}</table></div><h1>',
        "head of its column",
    ),
    (
        "<button>",
        '<label for="why">點解 <small>最多 1200 個字</small></label><input id="why" name="why" data-most="200"><button>',
        "does not say so",
    ),
]


def test_a_good_page_has_no_faults():
    assert not faults(GOOD, fragment=False)


@pytest.mark.parametrize(("good", "wrong", "said"), WRONG, ids=[w[2] for w in WRONG])
def test_each_fault_is_named(good, wrong, said):
    assert good in GOOD
    assert any(said in fault for fault in faults(GOOD.replace(good, wrong), fragment=False))


@pytest.mark.parametrize(("good", "wrong", "said"), WRONG, ids=[w[2] for w in WRONG])
def test_a_page_with_a_fault_is_never_taken_for_one_that_was_found_good(good, wrong, said):
    assert markup_of(GOOD.replace(good, wrong)) != markup_of(GOOD)


def test_a_page_that_differs_in_its_token_only_is_inspected_once():
    assert markup_of(GOOD.replace('value="x"', 'value="y"')) == markup_of(GOOD)
    assert markup_of(GOOD.replace(' value="x"', "")) != markup_of(GOOD)


def test_a_table_in_its_frame_whose_cells_name_their_column_is_a_good_one():
    table = TABLE.replace("<td>", '<td data-label="票">')
    framed = f'<div class="scroll" role="group" aria-label="票"><table>{table}</table></div>'
    assert not faults(GOOD.replace("<h1>", f"{framed}<h1>"), fragment=False)


def test_a_fragment_has_one_root_with_an_id():
    assert not faults('<section id="ballot"><p>投</p></section>', fragment=True)
    assert faults("<section><p>投</p></section>", fragment=True)
    assert faults('<p id="a"></p><p id="b"></p>', fragment=True)


@pytest.mark.own_app
def test_a_get_that_writes_is_noticed(app, client):

    @app.get("/writes")
    @public
    def writes() -> Response:
        db.session.execute(db.text("SELECT 1"))
        db.session.commit()
        return Response("written", mimetype="text/plain")

    assert client.get("/writes").text == "written"
    watch = app.extensions["watch"]
    assert watch.written_on_get == ["/writes"]
    watch.written_on_get.clear()


@pytest.mark.parametrize("turn", [1, 2])
def test_an_engine_that_serves_many_tests_tells_only_the_watch_of_the_test_at_hand(app, turn):
    """Else each statement is told to the watches of all tests before: a page came to cost twice as much by the end."""
    with app.app_context():
        assert (
            len([heard for heard in db.engine.dispatch.commit if isinstance(getattr(heard, "__self__", None), Watch)])
            == 1
        )
        assert len(list(db.engine.dispatch.before_cursor_execute)) == 1


def test_a_template_that_is_kept_is_kept_for_one_language(app):
    with app.app_context():
        environments = []
        for row in i18n.offered():
            with i18n.speaking(row):
                environments.append(i18n.environment())
    kept = environments[0].bytecode_cache
    assert len({kept.get_bucket(one, "base.html", None, "").key for one in environments}) == len(environments) > 2


@pytest.mark.parametrize(
    "said", ["谁:李永康", "议题,", "结果(公示)", "投咗票。 截止之后", "<b>谁</b>: 李永康", "见下)完"]
)
def test_marks_glued_between_chinese_words_are_seen(said):
    page = GOOD.replace("<h1>議事</h1>", f"<h1>議事</h1><p>{said}</p>")
    assert any("glued" in fault for fault in faults(page, fragment=False))


@pytest.mark.parametrize("said", ["3, 7, 12-15", "晚上7:30", "PDF (A4)", "谁：李永康（申请人）", "赞成 268"])
def test_numbers_codes_and_latin_words_have_their_own_marks(said):
    page = GOOD.replace("<h1>議事</h1>", f"<h1>議事</h1><p>{said}</p>")
    assert not faults(page, fragment=False)


def test_what_people_wrote_may_have_any_marks():
    page = GOOD.replace("<h1>議事</h1>", '<h1>議事</h1><p lang="zh-Hans-CN">谁:李永康, 结果。 完</p>')
    assert not faults(page, fragment=False)
