"""Pages that a machine reads aloud: made before, found by what the page says now, gone with the words."""

from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.domain import languages
from consult.domain.characters import MASK
from consult.domain.spoken.scripts import Script, prefix_of
from consult.domain.talk.moderation import ReportGround
from consult.models import AuditEntry, AuditHead, Consultation, Notice, Poll, Recording, Village, db
from consult.models.site import sound_queries
from consult.services.core import files, transactions
from consult.services.core.uploads import speech, stored_files
from consult.services.polls import closing
from consult.services.site import sounds
from consult.services.talk import moderation, moderation_subjects, withdrawals
from consult.web.words import heard_words
from tests import hours
from tests.village import a_draft, a_matter, a_poll, close, vote

MANDARIN, CANTONESE = {"Accept-Language": "zh-CN"}, {"Accept-Language": "yue"}
LATER = timedelta(days=4)
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village)


def make(app, maker: sounds.Maker | None = None) -> str:
    """Do what the job runner does, until nothing is left: a run ends after a minute. Returns what it says of it."""
    maker, said = maker or sounds.Maker(heard_words.village_scripts), []
    with app.app_context():
        while done := maker.make_due():
            said.append(done)
    return ", ".join(said)


def stand_ins(app, village) -> None:
    """Keep a file for each script of a village: of which words there is a sound hangs on its name alone, and speaking takes long."""
    with app.app_context():
        for script in heard_words.village_scripts(village.id):
            files.keep(b"a sound", files.SOUNDS, speech.name_of(script))


def kept(app, village) -> list[str]:
    with app.app_context():
        return files.names(files.SOUNDS, prefix_of(village.id))


def parts(app, poll_id: int, language=languages.MANDARIN) -> list[tuple[str, str]]:
    """What is read of the page of a vote."""
    with app.app_context():
        script = heard_words.poll_script(db.session.get_one(Poll, poll_id), language)
        return list(script.parts) if script else []


def link(client, path: str, headers=MANDARIN) -> str:
    client.get(path, headers=headers)
    found = client.page.select_one("a.listen[data-sound]")
    return str(found["href"]) if found else ""


@pytest.mark.both_databases
def test_a_phone_without_a_voice_hears_a_vote_in_the_language_of_its_reader(app, client, village, poll):
    path = f"/rongxi/polls/{poll}"
    assert link(client, path) == "" and client.page.select_one("button.listen[hidden]"), "nothing is made yet"
    assert client.get(f"/rongxi/sounds/polls/{poll}/cmn.mp3").status_code == 404 and not kept(app, village)
    assert make(app)
    heard = {
        voice: client.get(link(client, path, asked)).data for voice, asked in (("cmn", MANDARIN), ("yue", CANTONESE))
    }
    assert heard["cmn"] != heard["yue"] and min(map(len, heard.values())) > 20_000
    client.get(path, headers=MANDARIN)
    said = client.page.select_one(".by-machine").text
    assert "机器读的" in said and f"{round(len(heard['cmn']) / 1000)} KB" in said


@pytest.mark.both_databases
def test_a_sound_is_fetched_in_parts_and_once(app, client, village, poll):
    make(app)
    address = link(client, f"/rongxi/polls/{poll}")
    part = client.get(address, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.mimetype, len(part.data)) == (206, "audio/mpeg", 100)
    whole = client.get(address)
    assert whole.headers["Cache-Control"] == "private, no-cache", "it is asked for each time whether it still stands"
    again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_read_is_title_summary_cost_question_choices_and_hours(app, village, poll):
    said = parts(app, poll)
    words = " ".join(text for _, text in said)
    for part in ("修好上圳三百米水圳", "去年大水冲坏了三处", "您赞成修上圳吗", "赞成、反对、弃权", "截止"):
        assert part in words, words
    assert not any(one.isdecimal() for one in words)


def test_what_people_wrote_is_read_in_its_own_language_and_the_words_between_in_the_listeners(app, village, poll):
    with app.app_context():
        db.session.get_one(Poll, poll).consultation.proposal.language = languages.CANTONESE.tag
        db.session.commit()
    said = parts(app, poll)
    assert [voice for voice, _ in said[:2]] == ["yue", "yue"] and said[-1][0] == "cmn"
    assert {voice for voice, _ in parts(app, poll, languages.CANTONESE)} == {"yue"}


def test_english_makes_no_sound_whatever_language_it_is_said_to_be_in(app, village, poll):
    before = parts(app, poll)
    for tag, title in (("en", "Repair the ditch"), (languages.MANDARIN.tag, "Repair the ditch now")):
        with app.app_context():
            proposal = db.session.get_one(Poll, poll).consultation.proposal
            proposal.language, proposal.title, proposal.summary = tag, title, "It broke in the flood"
            db.session.commit()
        said = parts(app, poll)
        assert said and len(said) < len(before)
        assert not any(letter in words for _, words in said for letter in "abcdefgh"), said


def test_both_readers_of_cantonese_hear_the_same_sound(app, client, village, poll):
    make(app)
    path = f"/rongxi/polls/{poll}"
    assert link(client, path, CANTONESE) == link(client, path, {"Accept-Language": "yue-Hans"}) != ""
    assert link(client, path, {"Accept-Language": "en"}) == "", "no voice reads English sentences"


@pytest.mark.both_databases
def test_a_result_is_read_with_its_figures_once_it_is_declared(app, client, village, poll, monkeypatch):
    with app.app_context():
        vote(village, poll, village.aunt_leung, 1)
        close(at=clock.now() + LATER)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    make(app)
    path = f"/rongxi/polls/{poll}"
    assert link(client, path) == "", "counted, and not declared: its sound would still be that of the ballot"
    assert client.get(f"/rongxi/sounds/polls/{poll}/cmn.mp3").status_code == 404
    with app.app_context():
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=clock.now()))
    make(app)
    assert client.get(link(client, path)).mimetype == "audio/mpeg"
    words = " ".join(text for _, text in parts(app, poll))
    assert "赞成：一人" in words and "反对：零人" in words


def test_hidden_words_have_no_sound_from_the_same_instant_and_no_file_after_the_next_run(app, client, village):
    with app.app_context():
        matter = a_matter(village)
        proposal = db.session.get_one(Consultation, matter).proposal.id
    maker = sounds.Maker(heard_words.village_scripts)
    make(app, maker)
    address, there = link(client, f"/rongxi/consultations/{matter}"), kept(app, village)
    assert client.get(address).status_code == 200 and there
    with app.app_context():
        subject = moderation_subjects.find(village.id, "revision", f"{proposal}.1")
        moderation.hide(subject, ReportGround.INSULT, "骂人", village.old_chan.act())
    assert client.get(address).status_code == 404
    assert link(client, f"/rongxi/consultations/{matter}") == ""
    assert "removed" in make(app, maker) and not kept(app, village)


def test_what_was_withdrawn_is_not_read_aloud(app, client, village):
    with app.app_context():
        matter = a_matter(village)
    make(app)
    address = link(client, f"/rongxi/consultations/{matter}")
    with app.app_context():
        withdrawals.withdraw(db.session.get_one(Consultation, matter), "不办了", village.ah_fong.act())
    assert client.get(address).status_code == 404
    make(app)
    assert not kept(app, village)


def test_a_draft_is_never_spoken(app, client, village):
    with app.app_context():
        draft = a_draft(village, key="draft")
    make(app)
    assert parts(app, draft) == []
    assert client.get(f"/rongxi/sounds/polls/{draft}/cmn.mp3").status_code == 404


@pytest.mark.parametrize("change", [{"body": "VC"}, {"cancelled_at": AT}, {"annulled_at": AT}], ids=str)
def test_votes_of_office_holders_and_votes_that_do_not_stand_are_in_no_script(app, village, poll, change):
    with app.app_context(), db.session.no_autoflush:
        row = db.session.get_one(Poll, poll)
        consultation = row.consultation
        for name, value in change.items():
            setattr(row, name, value)
        assert heard_words.poll_script(row, languages.MANDARIN) is None
        assert "您赞成" not in str(heard_words.consultation_script(consultation, [row], languages.MANDARIN))
        db.session.rollback()


def test_there_is_no_sound_in_another_village_or_in_a_voice_that_nobody_has(app, client, village, poll):
    make(app)
    assert client.get(f"/rongxi/sounds/polls/{poll}/cmn.mp3").status_code == 200
    for path in (
        f"/rongxi/sounds/polls/{poll}/en.mp3",
        f"/nowhere/sounds/polls/{poll}/cmn.mp3",
        "/rongxi/sounds/polls/99/cmn.mp3",
    ):
        assert client.get(path).status_code == 404


def test_the_movers_own_voice_goes_before_a_machines(app, client, village):
    with app.app_context():
        matter = a_matter(village)
        proposal = db.session.get_one(Consultation, matter).proposal.id
        name = stored_files.keep(b"her voice", files.RECORDINGS, village.ah_fong.act()).name
        with transactions.writing():
            own = {
                "seconds": 3,
                "transcript": "这条圳要修了",
                "recorded_by": village.ah_fong.id,
                "recorded_at": clock.now(),
            }
            db.session.add(Recording(proposal_id=proposal, village_id=village.id, file_name=name, **own))
    make(app)
    client.get(f"/rongxi/consultations/{matter}")
    hers, machines = (str(one["href"]) for one in client.page.select("a.listen[data-sound]"))
    assert hers.endswith(f"/recordings/{proposal}.m4a") and machines.endswith("cmn.mp3")


def test_a_page_asks_the_database_nothing_more_for_its_sound(app, client, village, poll):
    for path in (f"/rongxi/polls/{poll}", "/rongxi/consultations/1"):
        client.get(path)
        client.get(path)  # what a server looks up once is no cost of a page
        before = len(client.queries)
        make(app)
        client.get(path)
        assert client.page.select_one("a.listen") and len(client.queries) == before
        with app.app_context():
            sounds.remove(village.id)


def test_the_job_looks_only_at_villages_where_something_happened(app, village, poll):
    maker = sounds.Maker(heard_words.village_scripts)
    assert "made" in make(app, maker)
    asked: list[int] = []
    maker.scripts = lambda village_id: asked.append(village_id) or ()
    make(app, maker)
    with app.app_context():
        vote(village, poll, village.aunt_leung, 1)
        assert db.session.scalar(select(func.count()).where(AuditEntry.tag == "ballot:cast"))
    make(app, maker)
    assert asked == [], "ballots change no word of a page"
    with app.app_context():
        a_matter(village)
    make(app, maker)
    assert asked == [village.id]


def test_a_lost_file_is_made_again_when_all_are_looked_at(app, village, poll):
    maker = sounds.Maker(heard_words.village_scripts)
    make(app, maker)
    there = kept(app, village)
    with app.app_context():
        files.forget(files.SOUNDS, there)
    assert not make(app, maker)
    maker.forget()
    make(app, maker)
    assert kept(app, village) == there


def test_a_sound_that_cannot_be_made_is_tried_once_and_keeps_no_other_from_its_turn(app, village, poll):
    with app.app_context():
        found = list(heard_words.village_scripts(village.id))
    silent = Script(village.id, (("cmn", " "),))
    maker = sounds.Maker(lambda _: [silent, *found])
    with app.app_context():
        for _ in range(len(found) + 1):
            maker.make_due(ending=chain([False], repeat(True)).__next__)  # a run ends after a sound that took long
        assert maker.failed == {speech.name_of(silent)} and sounds.missing([silent, *found]) == [silent]
    maker.forget()
    assert not maker.failed, "in the night it is tried again"


def test_what_is_said_no_more_goes_in_all_villages_before_a_sound_is_made(app, village, poll):
    with app.app_context():
        other = Village(slug="other", name="别村", founded_at=AT)
        db.session.add(other)
        db.session.flush()
        db.session.add(AuditHead(village_id=other.id, number=1, hash="0" * 64))
        db.session.commit()
        gone = files.keep(b"old words", files.SOUNDS, prefix_of(other.id) + "0" * 40)
        maker = sounds.Maker(lambda one: heard_words.village_scripts(one) if one == village.id else ())
        maker.make_due(ending=lambda: True)  # as when a model needs minutes for the first village
        assert files.size_of(files.SOUNDS, gone) is None


def test_sounds_are_in_no_backup_and_stay_small(app, village, poll):
    make(app)
    with app.app_context():
        assert not [path for path in files.kept() if path.suffix == ".mp3"]
        script = next(iter(heard_words.village_scripts(village.id)))
        sound = sounds.find(script)
        assert sound is not None and sound.size / script.characters < 2_000
        assert sound.name == speech.name_of(script) and sound.seconds == round(sound.size / 3_000)


def test_a_command_makes_names_what_is_missing_and_removes(app, village, poll, tmp_path):
    run = app.test_cli_runner().invoke
    assert "missing (cmn)" in run(args=["voice", "missing"]).output
    done = run(args=["voice", "make", "--village", "rongxi"])
    assert done.exit_code == 0 and "made" in done.output, done.output
    assert "missing (" not in run(args=["voice", "missing"]).output
    removed = run(args=["voice", "remove"]).output
    assert "removed" in removed and not kept(app, village)
    assert run(args=["voice", "make", "--village", "nowhere"]).exit_code
    said = run(args=["voice", "say", "19:30开会", str(tmp_path / "a.mp3")])
    assert "晚上七点半开会" in said.output and (tmp_path / "a.mp3").stat().st_size > 3_000
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Village))


@pytest.mark.both_databases
def test_a_notice_is_heard_with_its_kind_matter_and_what_it_tells(app, client, village, poll, monkeypatch):
    with app.app_context():
        vote(village, poll, village.aunt_leung, 1)
        close(at=clock.now() + LATER)
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
        ids = {one.tag: one.id for one in db.session.scalars(select(Notice))}
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    assert link(client, f"/rongxi/notices/{ids['poll_declared']}") == "", "nothing is made yet"
    stand_ins(app, village)
    for tag, says in (("poll_announced", "截止"), ("poll_declared", "赞成：一人")):
        assert client.get(link(client, f"/rongxi/notices/{ids[tag]}")).mimetype == "audio/mpeg"
        with app.app_context():
            script = heard_words.notice_script(db.session.get_one(Notice, ids[tag]), languages.MANDARIN)
            words = " ".join(text for _, text in script.parts)
        assert says in words and "修好上圳三百米水圳" in words, words
    assert client.get("/rongxi/sounds/notices/99/cmn.mp3").status_code == 404


def test_a_notice_whose_matter_is_hidden_has_no_sound(app, client, village, poll):
    stand_ins(app, village)
    path = link(client, "/rongxi/notices/1")
    with app.app_context():  # as after a vote that was cancelled: while one is on, its words cannot be hidden
        db.session.get_one(Poll, poll).consultation.proposal.title = MASK
        db.session.commit()
    assert path and client.get(path).status_code == 404
    assert link(client, "/rongxi/notices/1") == ""


def test_every_kind_of_page_that_can_be_heard_has_its_sound_in_the_demo_village(app, demo_village, client):
    with app.app_context():
        village = db.session.scalars(select(Village).order_by(Village.id)).first()
        since = clock.now() - sounds.SPOKEN_FOR
        told = {one.tag: one.id for one in sound_queries.notices(village.id, since=since)}
        votes = {one.declaration is None: one.id for one in sound_queries.polls(village.id, since=since)}
        talk = sound_queries.consultations(village.id, since=since)[0].id
        db.session.remove()
    assert len(told) > 3 and len(votes) == 2
    stand_ins(app, village)
    ids = {"consultations": [talk], "polls": votes.values(), "notices": told.values()}
    for headers in (MANDARIN, CANTONESE):
        for what, those in ids.items():
            for one in those:
                address = link(client, f"/rongxi/{what}/{one}", headers)
                assert f"/sounds/{what}/{one}/" in address and client.get(address).status_code == 200, (what, one)
