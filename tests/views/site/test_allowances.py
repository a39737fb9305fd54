"""Nobody buries the others: what one person sends in a day is counted, and a full disk stops uploads before votes."""

import dataclasses
import io
import threading
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from consult import clock
from consult.domain import allowances as rules
from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.refusals import Reason, Refused
from consult.models import Allowance, Comment, StoredFile, db
from consult.services.core.uploads import allowances
from tests.hours import today
from tests.village import a_consultation, a_poll, vote

TALK = {"stance": "concern", "text": "这条圳要修了，大家说说看"}
NEVER_COUNTED = {Tag.BALLOT_CAST, Tag.ARRIVAL_NOTED, Tag.SHEET_ENTERED, Tag.PETITION_SIGNED, Tag.PROPOSAL_ENDORSED}


def a_picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    out.seek(0)
    return out, "a.png"


@pytest.fixture
def few(monkeypatch):
    """Two of everything a day."""
    monkeypatch.setattr(
        "consult.services.core.uploads.allowances.MOST_A_DAY", dict.fromkeys(Use, 2) | {Use.BYTES: 10**6}
    )


@pytest.fixture
def no_room(app, config, monkeypatch):
    """A disk on which less is free than the mark says."""
    monkeypatch.setitem(app.config, "CONSULT", dataclasses.replace(config, least_free_bytes=1 << 60))


@pytest.fixture
def matter(app, village) -> int:
    with app.app_context():
        return a_consultation(village)


def write(client, matter: int, number: int, **more: object):
    return client.send(f"/rongxi/consultations/{matter}/comments", key=f"k{number}", **TALK, **more)


def test_a_villager_who_writes_all_evening_is_not_stopped():
    assert rules.MOST_A_DAY[Use.COMMENTS] >= 50 and rules.MOST_A_DAY[Use.FILES] >= 40
    assert set(rules.MOST_A_DAY) == set(Use)
    assert not NEVER_COUNTED & set(rules.COUNTED), "nobody is kept from a vote"


@pytest.mark.both_databases
def test_one_comment_too_many_is_refused_and_its_words_come_back(app, as_person, village, matter, few):
    fong, kwok = as_person(village.ah_fong), as_person(village.ah_kwok)
    assert [write(fong, matter, n).status_code for n in range(3)] == [303, 303, 429]
    assert TALK["text"] in fong.text("#kept"), "they can be copied and kept for tomorrow"
    assert write(kwok, matter, 9).status_code == 303, "another person's day is another one"
    with app.app_context():
        assert db.session.query(Comment).count() == 3


def test_a_double_tap_counts_once(app, as_person, village, matter, few):
    fong = as_person(village.ah_fong)
    assert [write(fong, matter, n).status_code for n in (1, 1, 1, 2)] == [303] * 4


def test_the_next_day_is_a_new_one(app, village, few):
    now = clock.now()
    with app.app_context():
        for act in (village.ah_fong.act(now=now), village.ah_fong.act(now=now + timedelta(days=1))):
            allowances.spend(Use.COMMENTS, act, 2)
            with pytest.raises(Refused) as refused:
                allowances.spend(Use.COMMENTS, act)
            assert refused.value.reason is Reason.ENOUGH_TODAY
        allowances.forget(before=today(timedelta(days=9)))
        assert db.session.query(Allowance).count() == 0


@pytest.mark.both_databases
def test_all_workers_count_together(app, village, monkeypatch):
    monkeypatch.setattr("consult.services.core.uploads.allowances.MOST_A_DAY", dict.fromkeys(Use, 10))
    taken: list[bool] = []

    def many() -> None:
        with app.app_context():
            for _ in range(5):
                try:
                    allowances.spend(Use.COMMENTS, village.ah_fong.act())
                    taken.append(True)
                except Refused:
                    taken.append(False)

    workers = [threading.Thread(target=many) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(taken) == [False] * 10 + [True] * 10


@pytest.mark.both_databases
def test_the_database_does_not_tell_whose_count_it_is(app, village):
    with app.app_context():
        allowances.spend(Use.CASE_WRITING, village.ah_fong.act())
        row = db.session.scalars(select(Allowance)).one()
        assert len(row.mark) == 64 and row.used == 1


def test_one_photo_too_many_is_refused_before_it_is_decoded_and_the_words_stay(app, as_person, village, matter, few):
    fong = as_person(village.ah_fong)
    for _ in range(2):
        fong.submit(f"/rongxi/consultations/{matter}", "#form", **TALK, picture=(io.BytesIO(b"junk"), "a.png"))
    answer = fong.submit(f"/rongxi/consultations/{matter}", "#form", **TALK, picture=a_picture(), description="图")
    assert answer.status_code == 422 and fong.page.select_one("#picture-mistake") is not None
    assert fong.page.select_one("#form textarea").text.strip() == TALK["text"]
    with app.app_context():
        assert db.session.query(StoredFile).count() == 0


def test_without_room_on_the_disk_words_and_votes_go_and_photos_do_not(app, as_person, village, matter, no_room):
    fong = as_person(village.ah_fong)
    answer = fong.submit(f"/rongxi/consultations/{matter}", "#form", **TALK, picture=a_picture(), description="图")
    assert answer.status_code == 422 and fong.page.select_one("#picture-mistake") is not None
    assert write(fong, matter, 1).status_code == 303
    with app.app_context():
        assert vote(village, a_poll(village), village.ah_fong, 1)


def test_officers_and_the_machine_that_watches_see_that_the_disk_is_nearly_full(as_person, client, village, no_room):
    assert client.get("/healthz").json["disk"] == "low"
    assert "硬盘" in as_person(village.ms_yip).get("/rongxi/").text
    assert "硬盘" not in as_person(village.ah_fong).get("/rongxi/").text


def test_a_roll_is_not_read_without_room(as_person, village, no_room):
    answer = as_person(village.ms_yip).send("/rongxi/roll/imports", file=(io.BytesIO(b"a,b"), "a.csv"))
    assert answer.status_code == 503


def files_counted(app, village) -> int:
    with app.app_context():
        act = village.ah_fong.act()
        mark = allowances._mark(Use.FILES, act, allowances._today(act))
        return db.session.scalar(select(Allowance.used).where(Allowance.mark == mark)) or 0


def test_an_upload_that_is_sent_again_after_a_lost_reply_is_counted_once(app, as_person, village, matter):
    fong = as_person(village.ah_fong)
    for _ in range(rules.FREE_RETRIES + 1):
        assert write(fong, matter, 1, picture=a_picture(), description="圳").status_code == 303
    assert files_counted(app, village) == 1
    write(fong, matter, 1, picture=a_picture(), description="圳")
    assert files_counted(app, village) == 2, "each is decoded: not without end"
    write(fong, matter, 2, picture=a_picture(), description="圳")
    assert files_counted(app, village) == 3, "another form"
