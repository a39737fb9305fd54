"""A browser is told which of its forms have arrived, by the marks that the forms carried; never of one that did not."""

import pytest

from tests.cases import a_case, opened
from tests.checks.sources import TEMPLATES, files
from tests.village import a_consultation

MARK = "0123456789abcdef"


def named(client, path: str = "/rongxi/") -> str:
    client.get(path)
    return str(client.page.html.get("data-arrived", ""))


def test_the_page_after_an_act_names_the_mark_of_its_form(app, village, as_person):
    with app.app_context():
        talk = a_consultation(village)
    client = as_person(village.ah_fong)
    comment = f"/rongxi/consultations/{talk}/comments"
    assert client.send(comment, text="好", stance="support", kept_mark=MARK).status_code == 303
    assert named(client) == MARK


def test_a_mistake_is_no_arrival(app, village, as_person):
    with app.app_context():
        talk = a_consultation(village)
    client = as_person(village.ah_fong)
    comment = f"/rongxi/consultations/{talk}/comments"
    assert client.send(comment, text="", stance="support", kept_mark=MARK).status_code == 422
    assert named(client) == ""


@pytest.mark.parametrize("mark", ["", "x", MARK + "0", "<script>alert(1)", "陈" * 16])
def test_a_mark_that_is_none_is_not_handed_back(app, village, as_person, mark):
    with app.app_context():
        talk = a_consultation(village)
    client = as_person(village.ah_fong)
    client.send(f"/rongxi/consultations/{talk}/comments", text="好", stance="support", kept_mark=mark)
    assert named(client) == ""


def test_the_last_marks_are_named_and_no_more(app, village, as_person):
    client = as_person(village.ah_fong)
    for n in range(12):
        client.send("/rongxi/consultations/drafts/", key=f"key-{n}", kept_mark=f"{n:016x}")
    assert named(client).split() == [f"{n:016x}" for n in range(11, 3, -1)]


def test_a_second_look_is_no_arrival(app, village, as_person):
    with app.app_context():
        address = a_case(village)
    client = as_person(village.aunt_leung)
    answer = client.submit(f"/rongxi/cases/{address}/withdraw", who="1", reason="不想再追究。")
    assert answer.status_code == 200
    assert named(client) == ""


def test_which_copies_of_cases_may_stay_is_said_to_the_desk_alone(app, village, as_person):
    with app.app_context():
        address = a_case(village)
        assert opened(village, village.aunt_leung, address)
    asked = f"/rongxi/cases/readable?address={address}&address=ffffffffffffffffffffffff"
    assert as_person(village.aunt_leung).get(asked).json == [address]
    assert as_person(village.ah_fong).get(asked).json == []
    assert as_person(village.ah_kwok).get(asked).json == []


def test_each_form_of_the_area_of_cases_says_beforehand_what_is_kept_of_it():
    """A form in which something is typed is sealed, and has the sentence; one with buttons alone is neither."""
    for path in files(".html", below=TEMPLATES / "cases"):
        for form in path.read_text().split("<form")[1:]:
            tag, inside = form.split(">", 1)[0], form.split("</form>")[0]
            if 'method="post"' not in tag:
                continue
            fills_in = any(f"{name}(" in inside for name in ("field", "area", "act_field", "choices", "photos"))
            assert ("data-private" in tag) == ("keeps(sign_in_seconds)" in inside), path
            assert not fills_in or "data-private" in tag, path


def test_no_form_of_a_case_is_sent_to_the_address_of_its_page(app):
    """A form that posts to its own page takes the page's place in the history, and going back leads past what was typed."""
    reads = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    posts = {r.endpoint for r in app.url_map.iter_rules() if "POST" in (r.methods or ()) and r.rule in reads}
    for path in files(".html", below=TEMPLATES / "cases"):
        for form in path.read_text().split("<form")[1:]:
            tag = form.split(">", 1)[0]
            for endpoint in posts:
                assert f"'{endpoint}'" not in tag or "sent=1" in tag, (path, endpoint)
