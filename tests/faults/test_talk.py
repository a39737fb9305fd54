"""Many at once: numbers stay apart, the duty to answer begins once, a statement is reacted to once. On both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consult import clock
from consult.domain.people.owed import AnswerRule
from consult.domain.talk.common_ground import Position
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.models import (
    AuditEntry,
    Comment,
    Consultation,
    ContentReport,
    Endorsement,
    Notification,
    Person,
    ProposalDraft,
    Reaction,
    Seconding,
    Statement,
    db,
)
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import villages
from consult.services.site.verification import verify
from consult.services.talk import comments, common_ground, consultations, drafts, endorsements, moderation
from consult.web.access import SIGN_IN_COOKIE
from tests.faults.test_rush import CASTERS, crowd, in_threads
from tests.services.talk.test_common_ground import a_statement
from tests.village import a_consultation, a_matter, say

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]


def test_fifty_matters_raised_at_once_have_fifty_numbers(app, village):
    with app.app_context():
        people = crowd(village)

    def raising(person_id: int):
        draft = Draft("修灯", "井边的灯坏了", "", None, ())
        return lambda: (
            consultations.open_consultation(
                draft,
                [],
                Act.of(
                    db.session.get_one(Person, person_id), now=clock.now(), key=f"m{person_id}", language="zh-Hans-CN"
                ),
                group_ids=[],
                phase=Phase.RAISE,
            ).number
        )

    numbers = in_threads(app, [raising(person_id) for person_id in people])
    assert sorted(numbers) == list(range(1, CASTERS + 1))
    with app.app_context():
        assert list(verify(village.row())) == []


def test_fifty_who_stand_behind_it_at_once_oblige_the_council_once(app, village):
    with app.app_context():
        matter, people = a_matter(village), crowd(village)
        villages.set_endorsement_rule(village.row(), AnswerRule(20, 15), village.old_chan.act())

    def behind(person_id: int):
        return lambda: endorsements.endorse(
            db.session.get_one(Consultation, matter), Act.of(db.session.get_one(Person, person_id), now=clock.now())
        )

    in_threads(app, [behind(person_id) for person_id in people])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Endorsement)) == CASTERS + 1
        assert db.session.query(Notification).filter_by(event="duty", person_id=village.sister_chow.id).count() == 1
        assert db.session.get(Consultation, matter).answer_due_on is not None
        endorsed = select(func.count()).where(AuditEntry.tag == "proposal:endorsed")
        assert db.session.scalar(endorsed) == CASTERS


def test_the_same_press_ten_times_at_once_is_one_reaction(app, village):
    with app.app_context():
        statement = a_statement(village, a_consultation(village))

    def press():
        transactions.one_at_a_time("ah_kwok")  # as every request of one browser to one address does
        common_ground.react(db.session.get_one(Statement, statement), Position.DISAGREE, village.ah_kwok.act())

    in_threads(app, [press] * 10)
    with app.app_context():
        mine = select(Reaction.position).where(Reaction.person_id == village.ah_kwok.id)
        assert list(db.session.scalars(mine)) == [-1]


def second(cast, comment_id: int, statement_id: int) -> None:
    comments.second(db.session.get_one(Comment, comment_id), cast.ah_kwok.act())


def react(cast, comment_id: int, statement_id: int) -> None:
    common_ground.react(db.session.get_one(Statement, statement_id), Position.PASS, cast.ah_kwok.act())


def report(cast, comment_id: int, statement_id: int) -> None:
    comment = db.session.get_one(Comment, comment_id)
    moderation.report_content(comment, ReportGround.OTHER, "", cast.ah_kwok.act())


def begin_draft(cast, comment_id: int, statement_id: int) -> None:
    drafts.begin(cast.ah_kwok.act(key="draft"))


@pytest.mark.parametrize(
    ("act", "model", "rows"),
    [(second, Seconding, 1), (react, Reaction, 2), (report, ContentReport, 1), (begin_draft, ProposalDraft, 1)],
)
def test_the_same_act_from_ten_devices_of_one_person_at_once_is_one(app, village, act, model, rows):
    """Each device has a sign-in of its own: no turn of a browser keeps them apart."""
    with app.app_context():
        one = a_consultation(village)
        comment, statement = say(village, one, village.ah_fong), a_statement(village, one)
    in_threads(app, [lambda: act(village, comment, statement)] * 10)
    with app.app_context():
        assert db.session.query(model).count() == rows


TAPS = [
    ("consultations/1/comments", {"stance": "concern", "text": "断水怎么办", "key": "tap"}, Comment, 1),
    ("comments/1/seconding", {}, Seconding, 1),
    ("comments/1/replies", {"text": "图纸加上了", "key": "tap"}, Comment, 2),
    ("comment/1/report", {"ground": "other"}, ContentReport, 1),
    ("consultations/1/endorsement", {}, Endorsement, 1),
    ("consultations/1/statements", {"text": "早稻前修好", "key": "tap"}, Statement, 1),
    ("consultations/drafts/", {"key": "tap"}, ProposalDraft, 1),
]


@pytest.mark.parametrize(("path", "fields", "model", "rows"), TAPS, ids=[path for path, *_ in TAPS])
def test_ten_taps_at_once_are_one_act_and_nobody_sees_a_fault(app, as_person, village, path, fields, model, rows):
    with app.app_context():
        one = a_consultation(village)
        if path.startswith("comment"):
            say(village, one, village.ah_fong)
    first = as_person(village.ah_kwok)
    first.get("/rongxi/")
    token = first.page.select_one("input[name=csrf_token]")["value"]
    cookies = {name: first.get_cookie(name).value for name in (SIGN_IN_COOKIE, "page")}
    gate = threading.Barrier(10)

    def tap(_n: int) -> int:
        hand = app.test_client()
        for name, value in cookies.items():
            hand.set_cookie(name, value)
        gate.wait()
        return FlaskClient.post(hand, f"/rongxi/{path}", data={"csrf_token": token, **fields}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(tap, range(10)))
    assert set(statuses) <= {200, 303}, statuses
    with app.app_context():
        assert db.session.query(model).count() == rows
