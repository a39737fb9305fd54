"""The demo village: what is said in it, and when it meets, whatever the clock of the machine that fills it."""

from collections import Counter
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from consult.demo.data import SLUG
from consult.domain.law.four_deliberations import DeliberationStage
from consult.models import Comment, DeliberationStep, Meeting, Village, db

pytestmark = pytest.mark.usefixtures("demo_village")
HALF_PAST_SEVEN = time(19, 30)
MEETINGS = 3
BEFORE_THE_MEETINGS = (DeliberationStage.PARTY_PROPOSES, DeliberationStage.COMMITTEES_DISCUSS)


def test_six_neighbours_speak_cantonese(app):
    with app.app_context():
        said = db.session.scalars(select(Comment).where(Comment.language.startswith("yue"))).all()
        assert len(said) >= 6
        assert all(set("喇嗰冇唔嘅咗啲系畀") & set(one.text) for one in said)


def test_meetings_begin_at_half_past_seven_of_the_villages_evening_but_for_one_that_can_be_held_at_once(app):
    with app.app_context():
        zone = ZoneInfo(db.session.scalars(select(Village.timezone).where(Village.slug == SLUG)).one())
        begins = [one.astimezone(zone) for one in db.session.scalars(select(Meeting.starts_at))]
    others = [one for one in begins if one.time() != HALF_PAST_SEVEN]
    assert len(begins) == MEETINGS and len(others) <= 1
    assert all(8 <= one.hour < 22 for one in others), "nobody is called out at night"


def test_nothing_is_said_of_two_matters_in_the_same_words(app):
    """What the Party branch said of the lamps once stood under the fee for the rubbish too."""
    with app.app_context():
        of_one_matter = DeliberationStep.step.in_(BEFORE_THE_MEETINGS)
        said = Counter(db.session.scalars(select(DeliberationStep.words).where(of_one_matter)))
        comments = Counter(db.session.scalars(select(Comment.text)))
    assert len(said) > 4 and [words for words, n in (said + comments).items() if n > 1] == []
