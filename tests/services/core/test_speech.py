"""A machine reads aloud: MP3 that lasts about as long as its words, in a process that is bounded."""

import io
from array import array
from dataclasses import replace
from pathlib import Path

import av
import pytest

from consult.config import Config, Misconfigured
from consult.domain.spoken import scripts
from consult.domain.spoken.scripts import Script
from consult.services.core.uploads import decoding, speech
from tests.running import kokoro

NOTICE = {
    "cmn": "各位乡亲，村民委员会定于10月18日晚上7:30，在大榕树下开会，商量修水渠的事。请每户来一个人。",
    "yue": "各位鄉親，村委會定咗10月18號夜晚7:30，喺大榕樹下面開會，傾下整水圳嘅事。請每戶嚟一個人。",
}


def script_of(*said: tuple[str, str]) -> Script:
    return scripts.write(1, said, rest=(said[0][0], ""))


def heard(made: bytes) -> tuple[float, list[float]]:
    """Return the seconds of an MP3, and how loud each tenth of a second is, from 0 to 1."""
    with av.open(io.BytesIO(made)) as file:
        stream = file.streams.audio[0]
        assert (file.format.name, stream.codec_context.name, stream.rate, stream.channels) == (
            "mp3",
            "mp3float",
            24000,
            1,
        )
        samples = array("f")
        for frame in file.decode(stream):
            samples.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
    tenths = [samples[at : at + 2400] for at in range(0, len(samples), 2400)]
    return len(samples) / 24000, [max(max(one), -min(one)) for one in tenths if one]


@pytest.mark.parametrize("voice", NOTICE)
def test_a_notice_is_spoken_at_a_pace_that_people_can_follow(app, voice):
    script = script_of((voice, NOTICE[voice]))
    with app.app_context():
        made = speech.speak(script)
    seconds, loudness = heard(made)
    assert 0.15 < seconds / script.characters < 0.6, "seconds for a character"
    loud = [one for one in loudness if one > 0.05]
    assert len(loud) > len(loudness) / 2 and len({round(one, 2) for one in loud}) > 10, (
        "it speaks, and is no single tone"
    )
    assert abs(len(made) / seconds - speech.BYTES_A_SECOND) < speech.BYTES_A_SECOND / 20


def test_mandarin_and_cantonese_sound_different_and_more_words_last_longer(app):
    with app.app_context():
        mandarin, cantonese, twice = (
            speech.speak(script_of(*said))
            for said in ([("cmn", "开会")], [("yue", "开会")], [("cmn", "开会"), ("yue", "开会")])
        )
    assert mandarin != cantonese
    assert heard(twice)[0] == pytest.approx(heard(mandarin)[0] + heard(cantonese)[0], abs=0.3)


def test_what_makes_no_sound_is_not_kept_as_speech(app):
    with app.app_context(), pytest.raises(speech.Unspoken, match="nothing can be heard"):
        speech.speak(Script(1, (("cmn", " "),)))


def test_a_voice_that_cannot_be_opened_is_said_so(app):
    with app.app_context(), pytest.raises(decoding.Undecodable) as failed:
        decoding.run(decoding.SPEECH, b'{"parts": [["xx", "a"]], "voices": {"xx": {}}}')
    assert failed.value.code == 2 and speech.REASONS[2]


def test_a_photo_does_not_wait_for_a_page_that_is_read_aloud():
    assert decoding._queues[decoding.SPEECH.queue] is not decoding._queues[decoding.PICTURES.queue]


def test_a_setting_that_names_no_model_stops_the_start_with_a_sentence(tmp_path):
    env = {"CONSULT_MODE": "test", "INSTANCE_PATH": str(tmp_path)}
    for folder in ("voices", str(tmp_path), str(tmp_path / "gone")):
        with pytest.raises(Misconfigured, match=r"VOICE_MODEL_YUE .*tokens\.txt"):
            Config.from_env(env | {"VOICE_MODEL_YUE": folder})


def test_a_model_without_the_package_that_opens_it_stops_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr("consult.config.find_spec", lambda _: None)
    env = {"CONSULT_MODE": "test", "INSTANCE_PATH": str(tmp_path), "VOICE_MODEL_ZH": str(an_empty_model(tmp_path))}
    with pytest.raises(Misconfigured, match="sherpa-onnx"):
        Config.from_env(env)


def test_sounds_of_another_model_or_speaker_have_other_names(tmp_path, monkeypatch):
    monkeypatch.setattr("consult.config.find_spec", lambda name: name)  # as where the package is installed
    env = {"CONSULT_MODE": "test", "INSTANCE_PATH": str(tmp_path), "VOICE_MODEL_ZH": str(an_empty_model(tmp_path))}
    one, other = (Config.from_env(env | {"VOICE_SPEAKER_ZH": n}).voice_models[0] for n in ("0", "4"))
    assert one.mark != other.mark and (one.voice, other.speaker) == ("cmn", 4)
    with pytest.raises(Misconfigured, match="VOICE_SPEAKER_ZH"):
        Config.from_env(env | {"VOICE_SPEAKER_ZH": "the woman"})


def an_empty_model(folder: Path) -> Path:
    (folder / "model.onnx").write_bytes(b"")
    (folder / "tokens.txt").write_text("")
    return folder


def test_a_model_that_a_package_ships_speaks_mandarin(app, config, tmp_path):
    if lacking := kokoro.lacking():
        pytest.skip(f"no model spoke: {', '.join(lacking)} not installed. {kokoro.HOW}")
    script = script_of(("cmn", "各位乡亲，今晚开会。"), ("yue", "多謝。"))
    model = kokoro.make(tmp_path / "kokoro", "".join(words for _, words in script.parts))
    app.config["CONSULT"] = replace(config, voice_models=(model,))
    with app.app_context():
        made = speech.speak(script)
    seconds, loudness = heard(made)
    assert 1 < seconds < 20 and max(loudness) > 0.05
