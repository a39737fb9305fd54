"""A script: the words that are read aloud of one page, each part in the voice of its own language, and the name of its sound."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from consult.domain.spoken.spelling import spell
from consult.domain.spoken.tongues import TONGUES

FORMAT = 1
"""Part of the name of every sound: raised when the same words sound otherwise, for all sounds to be made anew."""
MOST_CHARACTERS = 1_200
"""About six minutes and a megabyte: what is longer is heard up to a full stop before it."""
MOST_READ = 4 * MOST_CHARACTERS
"""Of one text as it is written. What stands after them is not looked at."""
SENTENCE_END = re.compile("[。！？!?；;]")


@dataclass(frozen=True)
class Script:
    """The words of one sound, spelled out: (voice, words) in the order in which they are heard."""

    village_id: int
    parts: tuple[tuple[str, str], ...]

    @property
    def prefix(self) -> str:
        """How the names of all sounds of its village begin."""
        return prefix_of(self.village_id)

    @property
    def characters(self) -> int:
        """How many characters are said."""
        return sum(len(words) for _, words in self.parts)

    def name(self, marks: Mapping[str, str]) -> str:
        """Return the name of the file: it follows from the words and from what speaks them. `marks`: by voice."""
        said = json.dumps([FORMAT, [(voice, marks[voice], words) for voice, words in self.parts]], ensure_ascii=False)
        return self.prefix + hashlib.sha256(said.encode()).hexdigest()[:40]


def prefix_of(village_id: int) -> str:
    """Return how the names of all sounds of a village begin."""
    return f"{village_id:x}-"


def write(village_id: int, said: Iterable[tuple[str, str]], *, rest: tuple[str, str]) -> Script | None:
    """Return the script of texts, each with its voice. `rest`: what is said where more stands on the page than is heard.

    None: there is nothing to say.
    """
    parts, room = [], MOST_CHARACTERS
    for voice, text in said:
        words = _spelled(text[:MOST_READ], voice)
        heard = _up_to(words, room)
        if heard:
            parts.append((voice, heard))
        room -= len(words)
        if room < 0 or len(text) > MOST_READ:
            parts.append((rest[0], _spelled(rest[1], rest[0])))
            break
    return Script(village_id, tuple(parts)) if parts else None


@lru_cache(maxsize=4096)
def _spelled(text: str, voice: str) -> str:
    """Spell a text out once: each page of it asks."""
    return spell(text, TONGUES[voice])


def _up_to(words: str, room: int) -> str:
    """Return words up to the last full stop within so many characters; all that fit where there is none."""
    if len(words) <= room:
        return words
    ends = [found.end() for found in SENTENCE_END.finditer(words, 0, max(0, room))]
    return words[: ends[-1] if ends else max(0, room)]
