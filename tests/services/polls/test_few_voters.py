"""A secret vote of very few: an opinion is refused, and of a formal one everybody is warned."""

import pytest

from consult.domain.polls.polls import FEWEST_FOR_SECRECY, Standing, few_in_secret, why_not_secret
from consult.domain.refusals import Reason
from consult.models import Consultation, Poll, db
from consult.services.polls import polls
from tests.village import a_consultation, a_plan, a_poll
from tests.ways import refused

FEW = FEWEST_FOR_SECRECY - 1


@pytest.mark.parametrize(
    ("secret", "standing", "units", "reason"),
    [
        (True, Standing.ADVISORY, FEW, Reason.TOO_FEW_FOR_SECRECY),
        (True, Standing.ADVISORY, FEWEST_FOR_SECRECY, None),
        (False, Standing.ADVISORY, FEW, None),
        (True, Standing.FORMAL, FEW, None),
    ],
)
def test_an_opinion_is_not_asked_in_secret_of_fewer_than_five(secret, standing, units, reason):
    assert why_not_secret(secret=secret, standing=standing, units=units) is reason
    assert few_in_secret(FEWEST_FOR_SECRECY) == 0 and few_in_secret(FEW) == FEW


@pytest.mark.both_databases
def test_a_group_of_three_households_is_asked_openly(inside):
    few = {"body": "VG_house", "group_id": inside.upper_group}
    assert refused(a_poll, inside, secret=True, key="s", **few) is Reason.TOO_FEW_FOR_SECRECY
    a_poll(inside, key="n", **few)


def test_who_would_announce_it_is_warned_on_the_draft(app, village, as_person):
    with app.app_context():
        consultation = db.session.get_one(Consultation, a_consultation(village, key="few"))
        plan = a_plan(secret=True, body="VG_house", group_id=village.upper_group)
        poll = polls.draft(consultation, plan, village.sister_chow.act(key="few")).id
        db.session.remove()
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/polls/{poll}")
    assert "只有 3 个" in chow.text("main")
    assert chow.press("form[action$=announcement]").status_code == 409
    with app.app_context():
        assert db.session.get_one(Poll, poll).announced_at is None
