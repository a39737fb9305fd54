"""What PostgreSQL cannot store is refused before a page or an act meets it. On both databases."""

import pytest

from tests.village import a_consultation, say

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ro%00ngxi/", 404), ("/rongxi/roll?q=%00", 400), ("/rongxi/search?q=a%00", 400), ("/rongxi/cases/%00", 404)],
)
def test_a_nul_in_an_address_is_no_fault(as_person, village, path, status):
    assert as_person(village.ms_yip).get(path).status_code == status


def test_a_nul_in_a_form_is_no_fault(app, as_person, village):
    with app.app_context():
        comment = say(village, a_consultation(village), village.ah_fong)
    assert as_person(village.ah_kwok).send(f"/rongxi/comments/{comment}/replies", text="a\0b").status_code == 400


def test_a_vote_that_closes_before_it_opens_is_named_at_the_field(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
    chan, at = as_person(village.old_chan), f"/rongxi/consultations/{consultation}/polls/new"
    for closes in ("2030-12-24T10:00", "2030-12-23T10:00"):
        chan.get(at)
        answer = chan.press(
            "main form[action$='/polls']", opens_at="2030-12-24T10:00", closes_at=closes, question="修路"
        )
        assert answer.status_code == 422 and chan.page.select_one("#closes_at-mistake") is not None
        assert chan.page.select_one("#question")["value"] == "修路"
