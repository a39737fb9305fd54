"""A picture opens no door: what was kept is for the person and the form it was sent with, and for its place."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from itsdangerous import BadSignature
from PIL import Image
from sqlalchemy import String, select

from consult import clock
from consult.models import AuditEntry, Picture, Recording, SignedPage, StoredFile, Village, db
from consult.services.core import files
from consult.services.core.uploads import stored_files
from consult.services.meetings import minutes
from consult.services.site import unused_files
from consult.services.site.verification import verify
from consult.services.talk import drafts
from consult.web import uploads
from tests.meetings import a_held_meeting, meeting
from tests.tampering import without_triggers
from tests.views.talk.test_recordings import sound
from tests.village import a_consultation, a_photo

DESCRIBED = {"description": "字", "stance": "support", "text": "看图"}


def a_jpeg(colour: str = "white") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    out.seek(0)
    return out


def token_of_mistake(client, consultation: int, colour: str = "white") -> str:
    """Send a comment that is too long with a picture, and return the token that the form comes back with."""
    answer = client.submit(
        f"/rongxi/consultations/{consultation}",
        "#form",
        stance="concern",
        text="看图" * 600,
        picture=(a_jpeg(colour), "a.jpg"),
    )
    assert answer.status_code == 422
    return str(client.page.select_one("input[name=kept]")["value"])


@pytest.fixture
def matter(app, village) -> int:
    with app.app_context():
        return a_consultation(village)


def pictures_shown(app) -> int:
    with app.app_context():
        return db.session.query(Picture).count()


def comment_with(client, consultation: int, kept: str, slug: str = "rongxi") -> int:
    answer = client.send(f"/{slug}/consultations/{consultation}/comments", key=f"k-{kept[-9:]}", kept=kept, **DESCRIBED)
    return int(answer.status_code)


@pytest.mark.both_databases
def test_a_photo_that_arrived_need_not_be_sent_again_by_its_sender(app, as_person, village, matter):
    fong = as_person(village.ah_fong)
    kept = token_of_mistake(fong, matter)
    assert comment_with(fong, matter, kept) == 303
    assert pictures_shown(app) == 1


@pytest.mark.both_databases
def test_another_persons_token_opens_nothing(app, as_person, village, matter):
    kept = token_of_mistake(as_person(village.ah_fong), matter)
    assert comment_with(as_person(village.ah_kwok), matter, kept) == 303, "the words are taken, without a picture"
    assert pictures_shown(app) == 0


def test_a_token_is_for_its_form_alone(app, as_person, village, matter):
    fong = as_person(village.ah_fong)
    kept = token_of_mistake(fong, matter)
    with app.app_context():
        other = a_consultation(village, key="other")
    comment_with(fong, other, kept)
    assert pictures_shown(app) == 0


def test_neither_a_digest_nor_a_files_name_is_a_token(app, as_person, village, matter):
    with app.app_context():
        name = a_photo(village.ms_yip)
        row = db.session.scalars(select(StoredFile)).one()
        data = stored_files.path_of(row).read_bytes()
        guesses = [hashlib.sha256(data).hexdigest(), name, row.digest, str(row.id), f"{row.digest}:3"]
    fong = as_person(village.ah_fong)
    for guess in guesses:
        comment_with(fong, matter, guess)
    assert pictures_shown(app) == 0


def test_a_token_of_another_village_opens_nothing(app, as_person, village, matter):
    kept = token_of_mistake(as_person(village.ah_fong), matter)
    with app.app_context():
        wong = village.mr_wong
        slug = db.session.get_one(Village, wong.row().village_id).slug
    answer = as_person(wong).send(f"/{slug}/consultations/{matter}/comments", key="k", kept=kept, **DESCRIBED)
    assert answer.status_code in (403, 404) and pictures_shown(app) == 0


def test_a_token_ends_after_a_day(app, as_person, village, matter, monkeypatch):
    fong = as_person(village.ah_fong)
    kept = token_of_mistake(fong, matter)
    monkeypatch.setattr("consult.web.uploads.TOKEN_SECONDS", -1)
    comment_with(fong, matter, kept)
    assert pictures_shown(app) == 0


def test_another_persons_recording_is_not_put_beside_a_proposal(app, as_person, village):
    with app.app_context():
        mine, hers = (
            a_consultation(village, by=village.ah_fong),
            a_consultation(village, by=village.ah_kwok, key="hers"),
        )
    fong, kwok = as_person(village.ah_fong), as_person(village.ah_kwok)
    assert fong.submit(f"/rongxi/consultations/{mine}/recording", sound=(sound(1), "a.wav")).status_code == 422
    kept = fong.page.select_one("input[name=kept]")["value"]
    assert kwok.send(f"/rongxi/consultations/{hers}/recording", kept=kept, transcript="听").status_code == 422
    with app.app_context():
        assert db.session.query(Recording).count() == 0


@pytest.mark.both_databases
def test_the_same_photo_of_two_persons_is_two_files(app, as_person, village, matter):
    for who in (village.ah_fong, village.ah_kwok):
        token_of_mistake(as_person(who), matter, "red")
    with app.app_context():
        rows = db.session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
        assert {row.owner_id for row in rows} == {village.ah_fong.id, village.ah_kwok.id}
        assert len({row.name for row in rows}) == 2 and len({row.digest for row in rows}) == 2
        assert all(stored_files.is_whole(row) for row in rows)


@pytest.mark.both_databases
def test_the_log_holds_no_digest_that_could_be_computed_from_the_photo(app, village):
    with app.app_context():
        meeting_id = a_held_meeting(village)[0]
        photo = a_photo(village.old_chan)
        minutes.add_signed_page(meeting(meeting_id), photo, village.old_chan.act(key="p"))
        page = db.session.query(SignedPage).one()
        data = files.path_of(files.PICTURES, page.file_name).read_bytes()
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "page:signed")).one()
        row = db.session.scalars(select(StoredFile).where(StoredFile.name == photo)).one()
        logged = json.loads(entry.facts)["picture"]
        assert logged == stored_files.salted_digest(row.salt, data) == row.digest
        assert logged != hashlib.sha256(data).hexdigest() and photo not in entry.facts
        assert list(verify(db.session.get_one(Village, village.id))) == []


def test_an_exchanged_photo_is_found_by_verifying(app, village):
    with app.app_context():
        meeting_id = a_held_meeting(village)[0]
        photo = a_photo(village.old_chan)
        minutes.add_signed_page(meeting(meeting_id), photo, village.old_chan.act(key="p"))
        files.path_of(files.PICTURES, photo).write_bytes(a_jpeg("black").getvalue())
        assert any("was changed" in line for line in verify(db.session.get_one(Village, village.id)))
        row = db.session.scalars(select(StoredFile).filter_by(name=photo)).one()
        whole = stored_files.salted_digest(row.salt, a_jpeg("black").getvalue())
        without_triggers(f"UPDATE stored_file SET digest = '{whole}' WHERE id = {row.id}")
        assert any("not the one in the log" in line for line in verify(db.session.get_one(Village, village.id)))


@pytest.mark.both_databases
def test_no_act_names_a_file_of_another_village(app, village):
    with app.app_context():
        meeting_id = a_held_meeting(village)[0]
        photo = a_photo(village.mr_wong)
        with pytest.raises(LookupError):
            minutes.add_signed_page(meeting(meeting_id), photo, village.old_chan.act(key="p"))
        assert db.session.query(SignedPage).count() == 0


def test_stored_media_are_shown_as_media_and_nothing_else(app, as_person, client, village, matter):
    fong = as_person(village.ah_fong)
    fong.submit(
        f"/rongxi/consultations/{matter}",
        "#form",
        stance="concern",
        text="看",
        picture=(a_jpeg(), "a.jpg"),
        description="图",
    )
    source = fong.page.select_one("figure img")["src"]
    answer = client.get(source)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    assert (
        hashlib.sha256(answer.data).hexdigest()
        not in str(answer.headers) + fong.get(f"/rongxi/consultations/{matter}").text
    )


@pytest.mark.both_databases
def test_what_no_form_was_sent_with_is_deleted_after_three_days_and_nothing_else(app, as_person, village, matter):
    kept = token_of_mistake(as_person(village.ah_fong), matter)
    fong = as_person(village.ah_fong)
    token_of_mistake(fong, matter, "red")
    assert comment_with(fong, matter, kept) == 303
    with app.app_context():
        used = db.session.query(Picture).one().file_name
        assert unused_files.forget_unused(now=clock.now()) == 0
        assert unused_files.forget_unused(now=clock.now() + timedelta(days=4)) == 1
        assert [row.name for row in db.session.scalars(select(StoredFile))] == [used]
        assert [path.stem for path in files.kept()] == [used]


def test_every_column_that_names_a_file_is_known_to_those_who_delete():
    known = {(column.class_.__tablename__, column.key) for column in unused_files.NAMES}
    named = {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name in ("file_name", "picture", "letter", "sound") and isinstance(column.type, String)
    }
    assert known == named


def test_a_draft_keeps_its_picture_as_long_as_it_is_written(app, village):
    with app.app_context():
        draft = drafts.begin(village.ah_fong.act(key="d"))
        drafts.keep(draft.id, {"picture": [a_photo(village.ah_fong), "图"]}, village.ah_fong.act())
        assert unused_files.forget_unused(now=clock.now() + timedelta(days=40)) == 0


def test_a_token_is_for_one_form_and_not_for_all_of_its_feature(app, as_person, village, matter):
    fong = as_person(village.ah_fong)
    with fong:
        fong.get(f"/rongxi/consultations/{matter}")
        token = uploads._tokens("comments.create").dumps(1)
        assert uploads._tokens("comments.create").loads(token) == 1
        for other in ("comments.answer", "consultations.show", ""):
            with pytest.raises(BadSignature):
                uploads._tokens(other).loads(token)
