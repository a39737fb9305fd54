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
