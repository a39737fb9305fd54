"""Attacks on corrections with photos: of another form, too many, of another kind, by whom the entry is none of."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import CaseFile, db
from tests.cases import a_case, grant
from tests.views.cases.test_case_corrections import entry_number
from tests.views.talk.test_consultations import photo


@pytest.fixture
def signed(app, village) -> tuple[str, int]:
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        address = a_case(village, CaseState.PERFORMING)
    return address, entry_number(app, village, address, CaseAct.SIGN)


def files(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(CaseFile)) or 0


def pages(n: int) -> list[tuple[Any, str]]:
    return [(photo(), f"page{one}.jpg") for one in range(n)]


def test_no_stranger_and_no_party_attaches_anything_to_an_entry_of_the_desk(app, as_person, village, signed):
    address, number = signed
    at, before = f"/rongxi/cases/{address}/entries/{number}/correct", files(app)
    for who in (village.ah_kwok, village.ah_fong, village.old_chan, village.uncle_ho):
        answer = as_person(who).send(at, at="/rongxi/me", key="mine", why_corrected="看看", photos=pages(2))
        assert answer.status_code in (403, 404, 409), who.name
    assert files(app) == before, "nothing of it is kept on the disk"


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.4 paper", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"\xff\xd8\xff" + b"x" * 2000],
)
def test_what_is_no_photo_is_not_taken(app, as_person, village, signed, content):
    address, number = signed
    leung, before = as_person(village.aunt_leung), files(app)
    at = f"/rongxi/cases/{address}/entries/{number}/correct"
    leung.get(at)
    sent = leung.press("main form.sheet", follow=False, why_corrected="拍漏了", photos=(io.BytesIO(content), "a.jpg"))
    assert sent.status_code == 422
    assert files(app) == before


def test_photos_that_wait_for_one_form_come_with_no_other(app, as_person, village, signed):
    """The key of another form, of this case or of another one, brings its photos into no correction."""
    address, number = signed
    with app.app_context():
        other = a_case(village, CaseState.MEDIATING, key="second")
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{other}/investigate")
    key = str(leung.page.select_one("main form[action*='investigate'] [name=key]")["value"])
    assert leung.press("main form[action*='investigate']", follow=False, words="", photos=pages(1)).status_code == 422
    at = f"/rongxi/cases/{address}/entries/{number}/correct"
    leung.get(at)
    seen = str(leung.page.select_one("main form.sheet [name=seen]")["value"])
    answer = leung.send(at, at=at, key=key, seen=seen, why_corrected="没有改")
    assert answer.status_code in (409, 422), "nothing new"
    with app.app_context():
        assert not list(db.session.scalars(select(CaseFile).where(CaseFile.entry_number > number)))


def test_a_form_refused_again_and_again_keeps_no_more_photos_than_one_form_takes(app, as_person, village):
    """Each try leaves its photos for the next one: together they stay under the bound of one form."""
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}/investigate")
    for n, there in ((4, 4), (4, 6), (1, 6)):
        sent = leung.press("main form[action*='investigate']", follow=False, words="", photos=pages(n))
        assert sent.status_code == 422 and files(app) == there
    assert leung.page.select_one(".mistake") and "6" in leung.text("#mistakes")
    leung.get(f"/rongxi/cases/{address}/investigate")
    sent = leung.press("main form[action*='investigate']", follow=False, words="", photos=pages(1))
    assert sent.status_code == 422 and files(app) == 7, "another form has room of its own"


def test_a_draft_keeps_no_more_photos_and_recordings_than_one_form_takes(app, as_person, village):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/cases/new/story?kind=water")
    for n, there in ((5, 5), (5, 6), (1, 6)):
        sent = fong.press(
            "main form[action$='/cases/drafts']", follow=False, story="打 138 0000 0001 找我", photos=pages(n)
        )
        assert sent.status_code == 422 and files(app) == there
    assert fong.page.select_one("#photos-mistake")
