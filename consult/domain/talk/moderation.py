"""Moderation: what is reported and hidden, on which grounds, who may decide, and what stands where hidden words stood.

There is no list of forbidden words: people report, and two different people look. A village's rules say so (docs/rights.md).
"""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

from consult.domain.characters import MASK

REASON_LENGTH = 300


class ReportGround(StrEnum):
    """The grounds for which content is reported or hidden."""

    INSULT = "insult"
    PRIVATE = "private"
    UNTRUE = "untrue"
    ADVERTISING = "advertising"
    OTHER = "other"


class ReportableKind(StrEnum):
    """The kinds of content that can be reported and hidden. One table: services.talk.moderation_subjects."""

    COMMENT = "comment"
    STATEMENT = "statement"
    REVISION = "revision"
    """The words of a proposal, as one revision has them: the matter itself is its newest one. Named 12.3."""
    RECORDING = "recording"
    """The spoken message beside a proposal, named by the proposal."""
    PICTURE = "picture"
    """One of a proposal."""
    PETITION = "petition"
    OBJECTION = "objection"
    PROGRESS = "progress"
    """A note on a task, with its picture."""


OPENING, CLOSING = "「『“‘\"'《", "」』”’\"'》"
QUOTED = re.compile(f"[{re.escape(OPENING)}]([^{re.escape(OPENING + CLOSING)}]{{2,}})[{re.escape(CLOSING)}]")
SHORTEST_REPEATED = 6
"""So many characters in a row that stand in hidden words, too, are a quotation without marks."""


def may_decide(decider_id: int, *, hidden_by: int, author_id: int) -> bool:
    """Tell whether this person may decide an appeal: neither the author nor who hid the content may."""
    return decider_id not in (hidden_by, author_id)


def named_in(text: str, people: Iterable[tuple[int, str]]) -> set[int]:
    """Return the ids of those whose name a text says: the whole name, or the given name of a name of three characters."""
    return {one for one, name in people if name in text or (len(name) > 2 and name[1:] in text)}


def mask_quotes(text: str, hidden: Collection[str]) -> str:
    """Return a text without what it quotes of hidden words: between quotation marks, or many characters in a row."""
    sources = [one for one in hidden if one]
    if not sources:
        return text
    shown = QUOTED.sub(lambda found: _without(found, sources), text)
    for source in sources:
        shown = _without_runs(shown, source)
    return shown


def _without(found: re.Match[str], sources: Collection[str]) -> str:
    if any(found[1].strip() in source for source in sources):
        return found[0].replace(found[1], MASK)
    return found[0]


def _without_runs(text: str, source: str) -> str:
    """Mask the runs of SHORTEST_REPEATED characters or more that stand in a source, too."""
    known = {source[n : n + SHORTEST_REPEATED] for n in range(len(source) - SHORTEST_REPEATED + 1)}
    kept, n = [], 0
    while n < len(text):
        if text[n : n + SHORTEST_REPEATED] not in known:
            kept.append(text[n])
            n += 1
            continue
        end = n + SHORTEST_REPEATED
        while end < len(text) and text[end - SHORTEST_REPEATED + 1 : end + 1] in known:
            end += 1
        kept.append(MASK)
        n = end
    return "".join(kept)
