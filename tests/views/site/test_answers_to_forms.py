"""What leads back to the answer to a form, a change of language or a page that was kept, finds a page and sends nothing again."""

import pytest

from consult.web import pages
from tests.village import a_consultation, say


@pytest.mark.parametrize("says", [True, False], ids=["the browser says where the form stood", "it does not"])
def test_large_type_on_the_answer_to_a_form_leads_to_a_page(app, village, as_person, says):
    with app.app_context():
        comment = say(village, a_consultation(village), village.ah_kwok, key="above")
    client, stood = as_person(village.ah_fong), f"/rongxi/comments/{comment}"
    headers = {"Referer": f"http://localhost{stood}"} if says else {}
    form = {"csrf_token": client.token(stood), "key": "k", "text": ""}
    assert client.post(f"{stood}/replies", data=form, headers=headers).status_code == 422
    assert client.get(f"{stood}/replies").status_code == 405, "an address that only takes forms"
    assert client.post(f"{stood}/replies", data=form, headers=headers).status_code == 422
    leads_to = client.page.select_one(".big-type [name=next]")["value"]
    assert leads_to == client.page.html["data-posted"] == (stood if says else "/rongxi/")
    assert client.press(".big-type", elder="1").status_code == 200


@pytest.mark.parametrize("came_from", ["", "/comments"], ids=["refused once", "refused twice"])
def test_the_answer_to_a_comment_leads_to_its_form_and_not_to_the_list_at_its_address(
    app, village, as_person, came_from
):
    with app.app_context():
        stood = f"/rongxi/consultations/{a_consultation(village)}"
    client = as_person(village.ah_fong)
    form = {"csrf_token": client.token(stood), "key": "k", "text": ""}
    answer = client.post(f"{stood}/comments", data=form, headers={"Referer": f"http://localhost{stood}{came_from}"})
    assert answer.status_code == 422
    assert client.page.html["data-posted"] == client.page.select_one(".languages [name=next]")["value"] == stood


def test_the_answer_at_an_address_with_another_page_leads_to_the_page_of_the_form(app, village):
    with app.test_request_context("/rongxi/me", method="POST", headers={"Referer": "http://localhost/rongxi/notices"}):
        assert pages.address_to_read() == "/rongxi/notices"


def test_the_answer_to_a_form_of_an_address_that_is_read_too_leads_to_that_address(client, village):
    client.get("/rongxi/sign-in?next=/rongxi/me")
    assert client.press("form.sheet", phone="12").status_code == 422
    assert client.page.html["data-posted"].startswith("/rongxi/sign-in")
    assert client.get(client.page.html["data-posted"]).status_code == 200


def test_a_source_that_is_too_long_stands_in_its_field_again_with_the_number_that_fits(village, as_person):
    client, long = as_person(village.old_chan), "条" * 201
    form = "form[action$='/VA_people/standing']"
    assert client.submit("/rongxi/bodies", form=form, source=long).status_code == 422
    assert client.page.find(id="source-VA_people")["value"] == long
    assert "200" in client.text("#mistakes") and client.page.select_one("#mistakes a")["href"] == "#source-VA_people"
