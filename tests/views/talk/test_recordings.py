"""The mover's voice beside the text: for every phone, with its words, not too long."""

import io
import wave

import av
import pytest
from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.talk.moderation import ReportGround
from consult.models import AuditEntry, Poll, db
from consult.services.core.uploads import audio
from consult.services.talk import moderation, moderation_subjects
from tests.village import a_poll


def sound(seconds: int) -> io.BytesIO:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(2000)
        file.writeframes(b"\x10\x90\xf0\x70" * 500 * seconds)
    out.seek(0)
    return out


@pytest.mark.both_databases
def test_the_mover_puts_her_voice_beside_the_text_and_any_phone_can_play_it(as_person, client, village, matter):
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/consultations/{matter}/recording", sound=(sound(3), "a.wav"), transcript="这条圳要修了")
    source = fong.page.select_one("audio")["src"]
    heard = client.get(source, headers={"Range": "bytes=0-99"})
    assert (heard.status_code, heard.mimetype, len(heard.data)) == (206, "audio/mp4", 100)
    whole = client.get(source).data
    assert "这条圳要修了" in fong.text() and b"ftyp" in whole[:32]
    assert whole.index(b"moov") < whole.index(b"mdat"), (
        "its table of contents lies at the end: nothing is heard until all has come"
    )


def test_a_recording_sent_twice_is_noted_once_and_another_one_anew(app, as_person, village, matter):
    fong, noted = as_person(village.ah_fong), []
    for seconds, words in ((3, "这条圳要修了"), (3, "这条圳要修了"), (4, "这条圳要修了"), (4, "圳要修了")):
        fong.submit(f"/rongxi/consultations/{matter}/recording", sound=(sound(seconds), "a.wav"), transcript=words)
        with app.app_context():
            lines = select(func.count()).where(AuditEntry.tag == Tag.PROPOSAL_RECORDED)
            noted.append(db.session.scalar(lines))
    assert noted == [1, 1, 2, 3]


@pytest.mark.both_databases
def test_a_recording_without_its_words_is_kept_and_asked_for_again(as_person, village, matter):
    fong = as_person(village.ah_fong)
    answer = fong.submit(f"/rongxi/consultations/{matter}/recording", sound=(sound(2), "a.wav"))
    assert answer.status_code == 422 and fong.page.select_one("#transcript-mistake")
    kept = fong.page.select_one("input[name=kept]")["value"]
    fong.send(f"/rongxi/consultations/{matter}/recording", kept=kept, transcript="这条圳要修了")
    fong.get(f"/rongxi/consultations/{matter}")
    assert fong.page.select_one("audio") is not None


@pytest.mark.parametrize(
    "data", [sound(123).getvalue(), b"", b"not a sound", b"RIFF0000WAVE"], ids=["too long", "empty", "text", "broken"]
)
def test_what_is_too_long_or_no_recording_is_refused_with_a_sentence(as_person, village, matter, data):
    fong = as_person(village.ah_fong)
    answer = fong.submit(f"/rongxi/consultations/{matter}/recording", sound=(io.BytesIO(data), "a.wav"), transcript="x")
    assert answer.status_code == 422 and fong.page.select_one("#sound-mistake")


def test_a_recording_with_its_contents_first_plays_to_its_end(app):
    """The offsets of its table of contents point to the same sound as before it was moved."""
    with app.app_context():
        made, seconds = audio.encoded(sound(3).getvalue())
    with av.open(io.BytesIO(made)) as file:
        frames = list(file.decode(audio=0))
    heard = sum(frame.samples for frame in frames) / frames[0].sample_rate
    assert seconds == 3 and abs(heard - 3) < 0.2


@pytest.mark.parametrize("start", audio.WECHAT)
def test_a_voice_message_as_wechat_keeps_it_is_refused_by_its_name(as_person, village, matter, start):
    fong, data = as_person(village.ah_fong), io.BytesIO(start + b"\x20\x00" * 400)
    answer = fong.submit(
        f"/rongxi/consultations/{matter}/recording", sound=(data, "msg.amr"), transcript="这条圳要修了"
    )
    assert answer.status_code == 422 and "微信" in fong.text("#sound-mistake")
    assert fong.page.select_one("#transcript").text.strip() == "这条圳要修了"


def test_a_recording_in_which_nothing_is_heard_is_refused_with_a_sentence_of_its_own(as_person, village, matter):
    fong, silent = as_person(village.ah_fong), io.BytesIO()
    with wave.open(silent, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 2))
    silent.seek(0)
    answer = fong.submit(f"/rongxi/consultations/{matter}/recording", sound=(silent, "a.wav"), transcript="x")
    assert answer.status_code == 422 and "聽唔到" in fong.text("#sound-mistake")


@pytest.mark.both_databases
def test_only_the_mover_speaks_beside_the_text(as_person, village, matter):
    assert as_person(village.ah_kwok).get(f"/rongxi/consultations/{matter}/recording").status_code == 403


def test_the_movers_voice_stands_on_the_page_of_the_vote_before_the_machines_unless_it_is_hidden(
    app, as_person, client, village
):
    with app.app_context():
        poll = a_poll(village)
        proposal_id = db.session.get_one(Poll, poll).consultation.proposal.id
        matter = db.session.get_one(Poll, poll).consultation_id
    as_person(village.sister_chow).submit(
        f"/rongxi/consultations/{matter}/recording", sound=(sound(3), "a.wav"), transcript="这条圳要修了"
    )
    client.get(f"/rongxi/polls/{poll}")
    buttons = client.page.select("main .row .listen")
    assert buttons[0]["href"].endswith(f"/recordings/{proposal_id}.m4a") and len(buttons) == 2
    assert client.get(buttons[0]["href"]).mimetype == "audio/mp4"
    with app.app_context():
        subject = moderation_subjects.find(village.id, "recording", str(proposal_id))
        moderation.hide(subject, ReportGround.INSULT, "骂人", village.old_chan.act())
    client.get(f"/rongxi/polls/{poll}")
    assert len(client.page.select("main .row .listen")) == 1
