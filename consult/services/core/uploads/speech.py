"""Speak a script: espeak-ng, or a model that a setting names, in a process of its own with bounded memory and seconds."""

import json

from consult.config import current_config
from consult.domain.spoken.scripts import Script
from consult.domain.spoken.tongues import TONGUES
from consult.services.core.uploads import decoding
from consult.services.core.uploads.decoding import Undecodable

ESPEAK = "espeak-ng"
BYTES_A_SECOND = 3_000
"""Of MP3 with 24 kbit/s."""
REASONS = {2: "the voice cannot be opened", 4: "nothing can be heard in it", None: "it took too long"}
"""What consult/decoders/speech.py ends with."""


class Unspoken(Exception):
    """A script was not spoken; the text says why, for the operator."""


def marks() -> dict[str, str]:
    """Return by voice what tells the sounds of its engine from those of others."""
    models = {one.voice: one.mark for one in current_config().voice_models}
    return {voice: models.get(voice, ESPEAK) for voice in TONGUES}


def name_of(script: Script) -> str:
    """Return the name of the file with the sound of a script, whether or not it is there."""
    return script.name(marks())


def speak(script: Script) -> bytes:
    """Return a script as MP3. Slow, and not inside a unit of work. Raises Unspoken, and decoding.Busy."""
    models = {one.voice: {"model": str(one.folder), "speaker": one.speaker} for one in current_config().voice_models}
    used = {voice for voice, _ in script.parts}
    asked = {"parts": script.parts, "voices": {voice: models.get(voice, {}) for voice in used}}
    program = decoding.SPEECH_BY_MODEL if used & models.keys() else decoding.SPEECH
    try:
        made = decoding.run(program, json.dumps(asked).encode())
    except Undecodable as error:
        raise Unspoken(REASONS.get(error.code, f"the program ended with {error.code}")) from error
    return made.partition(b"\n")[2]
