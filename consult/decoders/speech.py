"""Read a script aloud as one small MP3, by espeak-ng or by a model that sherpa-onnx opens.

A program: speech.py MOST_MEMORY MOST_SECONDS. Reads JSON: `parts`, a list of [voice, words], and `voices`, by the name of a
voice what speaks it: {} for espeak-ng, {"model": folder, "speaker": number} for a model. Writes a line with the seconds,
rounded up, and then the MP3. Ends with 2 if a voice cannot be opened, with 4 if nothing can be heard in what it said.

libespeak-ng has one state for a whole process; here each script has a process of its own, and its parts come in turn.
"""

from __future__ import annotations

import ctypes
import io
import json
import math
import os
import resource
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

RATE = 24_000
BITS_PER_SECOND = 24_000
"""Of speech in one channel; MP3 of this kind is what all browsers since Chromium 66 play, and what says how long it is."""
NO_VOICE, SILENT = 2, 4
QUIETEST = 800
"""Of 32,767: speech is louder."""
PAUSE_SECONDS = 0.5
"""Between two parts."""
WORDS_A_MINUTE = 140
"""Of espeak-ng, whose own pace is too fast to follow: at 140 a recogniser understood most."""
BETWEEN_FILES = ","
"""As sherpa-onnx takes several of them."""
SYNCHRONOUS, UTF8, RATE_PARAMETER = 2, 1, 1

Sound: TypeAlias = "tuple[array[int], int]"
"""Samples of 16 bits, and how many of them make a second."""
Speaker: TypeAlias = "Callable[[str], Sound]"


class NoVoice(Exception):
    """A voice is not there, or cannot be opened."""


def espeak() -> Callable[[str], Speaker]:
    """Return what gives the speaker of a language of espeak-ng, the library of the package espeakng-loader."""
    espeakng_loader = import_module("espeakng_loader")
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    hertz = int(library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0))
    if hertz <= 0:
        raise NoVoice("espeak-ng")
    said = array("h")
    taker = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    def take(samples: Any, many: int, _: Any) -> int:
        if samples and many > 0:
            said.frombytes(ctypes.string_at(samples, many * 2))
        return 0

    taking = taker(take)  # kept by `speak` below: the library calls it as long as it speaks
    library.espeak_SetSynthCallback(taking)

    def speaker(language: str) -> Speaker:
        def speak(words: str) -> Sound:
            if library.espeak_SetVoiceByName(language.encode()) != 0:
                raise NoVoice(language)
            library.espeak_SetParameter(RATE_PARAMETER, WORDS_A_MINUTE, 0)
            del said[:]
            text = words.encode() + b"\0"
            library.espeak_Synth(text, len(text), 0, 1, 0, UTF8, None, None)
            library.espeak_Synchronize()
            return array("h", said), hertz

        speak.__dict__["taking"] = taking
        return speak

    return speaker


def model(folder: Path, speaker: int) -> Speaker:
    """Return the speaker of a model: a Kokoro where the folder has voices.bin, otherwise a VITS. Raises NoVoice."""
    sherpa_onnx = import_module("sherpa_onnx")
    config = sherpa_onnx.OfflineTtsConfig(model=_model_config(sherpa_onnx, folder), max_num_sentences=1)
    rules = sorted(str(one) for one in folder.glob("*.fst"))
    config.rule_fsts = BETWEEN_FILES.join(rules)
    if not config.validate():
        raise NoVoice(folder.name)
    engine = sherpa_onnx.OfflineTts(config)

    def speak(words: str) -> Sound:
        made = engine.generate(words, sid=speaker, speed=1.0)
        samples = (max(-32767, min(32767, round(one * 32767))) for one in made.samples)
        return array("h", samples), int(made.sample_rate)

    return speak


def _model_config(sherpa_onnx: Any, folder: Path) -> Any:
    weights = next((one for one in sorted(folder.glob("*.onnx"))), folder / "model.onnx")
    common = {
        "model": str(weights),
        "tokens": str(folder / "tokens.txt"),
        "lexicon": BETWEEN_FILES.join(str(one) for one in sorted(folder.glob("lexicon*.txt"))),
    }
    data = folder / "espeak-ng-data"
    if (folder / "voices.bin").exists():
        kokoro = sherpa_onnx.OfflineTtsKokoroModelConfig(
            **common, voices=str(folder / "voices.bin"), data_dir=str(data) if data.is_dir() else _espeak_data()
        )
        return sherpa_onnx.OfflineTtsModelConfig(kokoro=kokoro, num_threads=1)
    vits = sherpa_onnx.OfflineTtsVitsModelConfig(**common, data_dir=str(data) if data.is_dir() else "")
    return sherpa_onnx.OfflineTtsModelConfig(vits=vits, num_threads=1)


def _espeak_data() -> str:
    return str(import_module("espeakng_loader").get_data_path())


def sounds(parts: list[tuple[str, str]], voices: Mapping[str, Mapping[str, Any]]) -> Iterator[Sound]:
    """Return what each part sounds like. Raises NoVoice."""
    known: dict[str, Speaker] = {}
    by_espeak: Callable[[str], Speaker] | None = None
    for name, words in parts:
        if name not in known and voices[name]:
            known[name] = model(Path(voices[name]["model"]), int(voices[name]["speaker"]))
        elif name not in known:
            by_espeak = by_espeak or espeak()
            known[name] = by_espeak(name)
        yield known[name](words)


def encode(spoken: Iterator[Sound], target: io.BytesIO) -> int:
    """Write sounds one after another as MP3, with a pause between them. Return the seconds. Raises ValueError for silence."""
    fifo, loudest, written = AudioFifo(), 0, 0
    with av.open(target, "w", format="mp3", options={"id3v2_version": "0", "write_id3v1": "0"}) as outgoing:
        stream = outgoing.add_stream("libmp3lame", rate=RATE)
        if not isinstance(stream, AudioStream):
            raise TypeError("mp3 gives a stream of sound")
        stream.bit_rate = BITS_PER_SECOND
        stream.layout = "mono"
        for samples, hertz in spoken:
            loudest = max(loudest, _peak(samples))
            resampler = AudioResampler(format="s16p", layout="mono", rate=RATE)
            pause = array("h", bytes(2 * int(PAUSE_SECONDS * hertz)))
            for frame in (*resampler.resample(_frame(samples + pause, hertz)), *resampler.resample(None)):
                frame.pts = None
                fifo.write(frame)
        size = stream.codec_context.frame_size or 1152
        while (part := fifo.read(size) or fifo.read()) is not None:
            part.pts = written
            written += part.samples
            outgoing.mux(stream.encode(part))
        outgoing.mux(stream.encode(None))
    if loudest < QUIETEST:
        raise ValueError("nothing can be heard")
    return math.ceil(written / RATE)


def _frame(samples: array[int], hertz: int) -> AudioFrame:
    frame = AudioFrame(format="s16", layout="mono", samples=len(samples))
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate = hertz
    return frame


def _peak(samples: array[int]) -> int:
    return max(max(samples), -min(samples)) if samples else 0


def main(most_memory: int, most_seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    os.nice(15)
    asked = json.load(sys.stdin.buffer)
    target = io.BytesIO()
    try:
        seconds = encode(sounds([(voice, words) for voice, words in asked["parts"]], asked["voices"]), target)
    except (NoVoice, ImportError, OSError):
        return NO_VOICE
    except ValueError:
        return SILENT
    sys.stdout.buffer.write(f"{seconds}\n".encode() + target.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
