"""Make the sounds of public pages ahead of time, and take those away that no page says any more.

A sound is found by what the page says now (`Script.name`). Words that are hidden, withdrawn or changed therefore lose
their sound in the same instant, whoever knows its address; the file follows with the next run. No request speaks.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from consult.domain.audit import Tag
from consult.domain.spoken.scripts import Script, prefix_of
from consult.models import db
from consult.models.site import sound_queries
from consult.services.core import files
from consult.services.core.uploads import decoding, disk, speech
from consult.services.core.uploads.speech import Unspoken

SPOKEN_FOR = timedelta(days=730)
"""How old a proposal or an announcement may be to be read aloud: what is older keeps no sound."""
SECONDS_A_RUN = 60.0
"""After so many seconds a run begins no further sound: the next one goes on."""
QUIET = frozenset({Tag.BALLOT_CAST})
"""What happens often and changes no word of a page."""
log = logging.getLogger("consult.jobs")

Scripts = Callable[[int], Iterable[Script]]
"""What a village's pages say, newest first."""


@dataclass(frozen=True)
class Sound:
    """The sound of a script, which is there."""

    name: str
    size: int

    @property
    def seconds(self) -> int:
        """How long it lasts: all sounds have the same bit rate."""
        return max(1, round(self.size / speech.BYTES_A_SECOND))

    @property
    def kilobytes(self) -> int:
        """How much a phone fetches."""
        return max(1, round(self.size / 1000))


def find(script: Script) -> Sound | None:
    """Return the sound of a script; None: it is not made yet. Asks the disk, not the database."""
    name = speech.name_of(script)
    size = files.size_of(files.SOUNDS, name)
    return Sound(name, size) if size is not None else None


def missing(scripts: Iterable[Script]) -> list[Script]:
    """Return the scripts whose sounds are not made yet, each once."""
    return list({speech.name_of(one): one for one in scripts if find(one) is None}.values())


def make(script: Script) -> Sound:
    """Speak a script and keep its sound. Raises Unspoken, Busy, OSError."""
    made = speech.speak(script)
    name = files.keep(made, files.SOUNDS, speech.name_of(script))
    return Sound(name, len(made))


def remove(village_id: int, *, but: Collection[str] = ()) -> int:
    """Delete the sounds of a village but those of these names. Returns how many."""
    gone = [name for name in files.names(files.SOUNDS, prefix_of(village_id)) if name not in but]
    files.forget(files.SOUNDS, gone)
    return len(gone)


@dataclass
class Maker:
    """Keeps the sounds of all villages as their pages are. It remembers up to where it has read each village's log."""

    scripts: Scripts
    seen: dict[int, int] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Names of sounds that could not be made: until the night they keep no other from its turn."""

    def make_due(self, *, ending: Callable[[], bool] = lambda: False) -> str:
        """Make what is missing in villages where something was done since the last run. Returns what it did, for the log."""
        until, made, gone = time.monotonic() + SECONDS_A_RUN, 0, 0
        heads = {one: head for one, head in sound_queries.heads().items() if self._may_have_changed(one, head)}
        wanted: dict[int, list[Script]] = {}
        for village_id in heads:  # what is said no more goes first, in all villages
            scripts = list(self.scripts(village_id))
            gone += remove(village_id, but={speech.name_of(one) for one in scripts})
            wanted[village_id] = missing(scripts)
        db.session.rollback()  # speaking takes long: no transaction is left open meanwhile
        for village_id, head in heads.items():
            for script in wanted[village_id]:
                if speech.name_of(script) in self.failed:
                    continue
                if ending() or time.monotonic() > until or disk.is_low():
                    return _told(made, gone)
                made += self._make(script)
            self.seen[village_id] = head
        return _told(made, gone)

    def forget(self) -> None:
        """Look at all villages again in the next run: days pass, files are lost, and what could not be made may be now."""
        self.seen.clear()
        self.failed.clear()

    def _may_have_changed(self, village_id: int, head: int) -> bool:
        seen = self.seen.get(village_id)
        if seen == head:
            return False
        if seen is None or sound_queries.has_news(village_id, after=seen, without=QUIET):
            return True
        self.seen[village_id] = head
        return False

    def _make(self, script: Script) -> bool:
        try:
            make(script)
        except (Unspoken, decoding.Busy, OSError):
            self.failed.add(speech.name_of(script))
            log.exception("a sound of village %s was not made", script.prefix.rstrip("-"))
            return False
        return True


def _told(made: int, gone: int) -> str:
    return f"{made} made, {gone} removed" if made or gone else ""
