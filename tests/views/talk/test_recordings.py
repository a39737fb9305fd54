"""The mover's voice beside the text: for every phone, with its words, not too long."""

import io
import wave

import pytest


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
    assert "这条圳要修了" in fong.text() and b"ftyp" in client.get(source).data[:32]


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


@pytest.mark.both_databases
def test_only_the_mover_speaks_beside_the_text(as_person, village, matter):
    assert as_person(village.ah_kwok).get(f"/rongxi/consultations/{matter}/recording").status_code == 403
