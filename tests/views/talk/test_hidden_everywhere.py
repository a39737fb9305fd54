"""What is hidden is gone on every page and at every address, for everybody but those who decide about it."""

import io

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.talk.comments import Stance
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.models import (
    Comment,
    Consultation,
    Notice,
    Notification,
    Objection,
    OutboxMessage,
    Petition,
    Picture,
    Poll,
    Progress,
    Proposal,
    Recording,
    Removal,
    db,
)
from consult.services.board import notice_objections
from consult.services.core import files, search, transactions
from consult.services.core.uploads import stored_files
from consult.services.meetings import petitions
from consult.services.polls import polls
from consult.services.talk import moderation, moderation_subjects, revisions
from tests.services.polls.test_poll_changes import ask, confirm
from tests.services.talk.test_comments import reply
from tests.tasks import a_task, note
from tests.village import a_consultation, a_matter, a_photo, a_plan, a_poll, say

pytestmark = pytest.mark.both_databases
BAD = "你这个臭八婆收了人家的钱"


def hide(app, cast, kind: str, ref: object) -> None:
    with app.app_context():
        subject = moderation_subjects.find(cast.id, kind, str(ref))
        moderation.hide(subject, ReportGround.INSULT, "骂人", cast.old_chan.act())


@pytest.fixture
def bad_matter(app, village):
    """A matter by Ah Keung whose words, picture and recording are an insult. Returns its id and the proposal's."""
    with app.app_context():
        one = a_matter(village, by=village.ah_keung, words=Draft(BAD, BAD, BAD, None, (), place=BAD))
        proposal = db.session.get_one(Consultation, one).proposal.id
        picture, sound = a_photo(village.ah_keung), _a_sound(village)
        with transactions.writing():
            common = {"village_id": village.id, "proposal_id": proposal}
            db.session.add(Picture(**common, file_name=picture, width=40, height=30, description=BAD))
            recorded = {"recorded_by": village.ah_keung.id, "recorded_at": clock.now()}
            db.session.add(Recording(**common, file_name=sound, seconds=3, transcript=BAD, **recorded))
    return one, proposal


def _a_sound(cast) -> str:
    return stored_files.keep(io.BytesIO(b"no sound").read(), files.RECORDINGS, cast.ah_keung.act()).name


def pages(one: int) -> list[str]:
    at = f"/rongxi/consultations/{one}"
    return ["/rongxi/", "/rongxi/consultations/", at, f"{at}/revisions", f"{at}/timeline"]


def test_a_hidden_matter_stands_on_no_page(app, client, as_person, village, bad_matter):
    one, proposal = bad_matter
    hide(app, village, "revision", f"{proposal}.1")
    for path in pages(one):
        client.get(path)
        assert "臭八婆" not in client.text(), path
    client.get("/rongxi/search?q=臭八婆")
    assert not client.page.select(f"main a[href*='/consultations/{one}']")
    client.get(f"/rongxi/consultations/{one}")
    assert village.old_chan.name in client.text("main") and "隐藏了" in client.text("main")
    assert client.get(f"/rongxi/recordings/{proposal}.m4a").status_code == 404
    assert client.get("/rongxi/pictures/1").status_code == 404
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/hidings/1")
    assert BAD in ho.text("main"), "the supervisor reads the original"
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/hidings/1")
    assert BAD in keung.text("main") and as_person(village.ah_kwok).get("/rongxi/hidings/1").status_code == 404


@pytest.mark.parametrize("kind", ["picture", "recording"])
def test_one_picture_or_the_recording_is_hidden_alone(app, client, village, bad_matter, kind):
    one, proposal = bad_matter
    assert client.get("/rongxi/pictures/1").status_code == 200
    hide(app, village, kind, 1 if kind == "picture" else proposal)
    gone = {"picture": "/rongxi/pictures/1", "recording": f"/rongxi/recordings/{proposal}.m4a"}[kind]
    assert client.get(gone).status_code == 404
    client.get(f"/rongxi/consultations/{one}")
    assert len(client.page.select("main .aside a, main .aside")) and "隐藏了" in client.text("main")


def test_differences_show_nothing_of_a_hidden_revision(app, client, village, bad_matter):
    one, proposal = bad_matter
    hide(app, village, "revision", f"{proposal}.1")
    with app.app_context():
        words, act = Draft("修渠", "客气的摘要", "", None, ()), village.ah_keung.act(language="zh-Hans-CN", key="r")
        revisions.revise(
            db.session.get_one(Consultation, one), words, act, base=1, reason="改了", accepted=[], in_office=False
        )
    client.get(f"/rongxi/consultations/{one}/revisions")
    assert "臭八婆" not in client.text() and "改了" in client.text(), "its reason stays, the comparison goes"
    client.get(f"/rongxi/consultations/{one}")
    assert "客气的摘要" in client.text("main")


def test_a_hidden_petition_is_masked_in_list_and_page(app, client, village):
    with app.app_context():
        plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_VILLAGERS, BAD, BAD)
        ref = petitions.open_petition(plan, village.ah_keung.act(language="zh-Hans-CN", key="p")).id
    hide(app, village, "petition", ref)
    for path in ("/rongxi/petitions/", f"/rongxi/petitions/{ref}"):
        client.get(path)
        assert "臭八婆" not in client.text(), path


def test_a_title_leaves_every_line_message_and_notice_with_the_words(app, village):
    with app.app_context():
        one = a_consultation(village, by=village.ah_keung, words=Draft(BAD, BAD, BAD, None, (), place=BAD))
        proposal = db.session.get_one(Consultation, one).proposal.id
        act = village.sister_chow.act(key="bad")
        poll = polls.draft(db.session.get_one(Consultation, one), a_plan(question=f"{BAD}？"), act).id
        polls.announce(db.session.get_one(Poll, poll), village.sister_chow.act())
        confirm(village, ask(village, poll, ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")))
        with transactions.writing():
            for n, (about, title) in enumerate(((one, BAD), (None, BAD), (None, "修渠"))):
                line = {"village_id": village.id, "person_id": village.ah_fong.id}
                line |= {"facts": {"kind": "x", "title": title}}
                told_at = {"consultation_id": about, "told_at": clock.now()}
                db.session.add(Notification(**line, event="duty", subject=f"x:{n}", **told_at))
                times = {"written_at": clock.now(), "due_at": clock.now()}
                db.session.add(OutboxMessage(**line, channel="sms", template="duty", key=f"x:{n}", tries=0, **times))
        db.session.remove()
    before = titles(app, Notification), titles(app, OutboxMessage)
    assert before[0].count(BAD) >= 2 and before[1].count(BAD) >= 2 and found(app, village, "notice")
    hide(app, village, "revision", f"{proposal}.1")
    hidden = titles(app, Notification), titles(app, OutboxMessage)
    assert all(BAD not in some and "修渠" in some for some in hidden), "whatever a line is filed under"
    assert not found(app, village, "notice")
    with app.app_context():
        moderation.restore(db.session.get_one(Removal, 1), "看错了", village.old_chan.act())
        db.session.remove()
    now = titles(app, Notification), titles(app, OutboxMessage)
    assert [some.count(BAD) for some in now] >= [some.count(BAD) for some in before] and found(app, village, "notice")


def test_the_title_of_a_hidden_petition_leaves_the_lines_about_it(app, village):
    with app.app_context():
        plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_VILLAGERS, BAD, BAD)
        ref = petitions.open_petition(plan, village.ah_keung.act(language="zh-Hans-CN", key="p")).id
        for who in (village.ah_fong, village.ah_kwok, village.aunt_leung, village.uncle_ho):
            petitions.sign(db.session.get_one(Petition, ref), who.act())
        db.session.remove()
    assert BAD in titles(app, Notification), "enough have signed"
    hide(app, village, "petition", ref)
    assert BAD not in titles(app, Notification) and BAD not in titles(app, OutboxMessage)


def test_a_hidden_suggestion_that_was_taken_up_keeps_its_name_and_not_its_words(app, client, village):
    with app.app_context():
        one = a_matter(village, by=village.ah_keung)
        said = say(village, one, village.ah_fong, Stance.SUGGESTION, BAD)
        words, act = Draft("修渠", "摘要", "", None, ()), village.ah_keung.act(language="zh-Hans-CN", key="r")
        matter = db.session.get_one(Consultation, one)
        revisions.revise(matter, words, act, base=1, reason="改了", accepted=[said], in_office=False)
        moderation.hide(db.session.get_one(Comment, said), ReportGround.INSULT, "骂人", village.sister_chow.act())
    client.get(f"/rongxi/consultations/{one}/revisions")
    assert "臭八婆" not in client.text() and village.ah_fong.name[0] in client.text("main")


def titles(app, model) -> list[str]:
    with app.app_context():
        return [facts.get("title") for facts in db.session.scalars(select(model.facts))]


def found(app, cast, kind: str) -> list[str]:
    with app.app_context():
        return [one.subject for one in search.find(cast.id, "臭八婆", most=9) if one.kind == kind]


def test_a_hidden_objection_and_a_hidden_note_leave_their_trace(app, client, village):
    with app.app_context():
        a_poll(village)
        notice = db.session.scalars(select(Notice)).first()
        notice_objections.object_to(notice, BAD, village.ah_keung.act(language="zh-Hans-CN", key="o"))
        objection, at = db.session.scalars(select(Objection.id)).one(), notice.id
        task = a_task(village)
        note(village, task, village.ah_keung)
        progress = db.session.scalars(select(Progress)).first()
        text, ref = progress.text, progress.id
    hide(app, village, "objection", objection)
    hide(app, village, "progress", ref)
    client.get(f"/rongxi/notices/{at}")
    assert "臭八婆" not in client.text() and "隐藏了" in client.text()
    client.get(f"/rongxi/tasks/{task}")
    assert text not in client.text("ol.root") and "隐藏了" in client.text("ol.root")


def test_what_a_reply_quotes_is_masked_for_neighbours(app, client, village):
    with app.app_context():
        one = a_matter(village, by=village.ah_keung)
        said = say(village, one, village.ah_fong, text=BAD)
        reply(said, village.ah_kwok, "她说「臭八婆收了人家的钱」，太过分")
        moderation.hide(db.session.get_one(Comment, said), ReportGround.INSULT, "骂人", village.sister_chow.act())
    for path in (f"/rongxi/consultations/{one}", f"/rongxi/comments/{said}"):
        client.get(path)
        assert "臭八婆" not in client.text() and "■■■" in client.text() and "太过分" in client.text()


def test_everybody_can_report_each_kind_and_the_proposer_in_office_is_told_why_not_to_hide(app, as_person, village):
    with app.app_context():
        one = a_matter(village, by=village.sister_chow)
        proposal = db.session.scalars(select(Proposal.id).where(Proposal.consultation_id == one)).one()
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/consultations/{one}")
    address = kwok.page.select_one("a[href*='/revision/']")["href"]
    assert kwok.submit(address, ground="insult", about_me="1").status_code == 200
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/revision/{proposal}.1/hiding")
    assert not chow.page.select("form[action$=hiding]")
    chan = as_person(village.old_chan)
    chan.get("/rongxi/hidings/")
    assert village.ah_kwok.name not in chan.text("main")
    assert chan.get(f"/rongxi/revision/{proposal}.1/hiding").status_code == 200
    assert chan.page.select("form[action$=hiding]")
