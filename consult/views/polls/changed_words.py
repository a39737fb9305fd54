"""What a proposal said when it was voted on and what it says now, side by side with the changes marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from consult.domain.talk import differences
from consult.domain.talk.differences import DifferencePart
from consult.models import Proposal, db
from consult.models.board.hidden import in_force
from consult.models.polls import poll_queries
from consult.models.talk import consultation_queries, moderation_queries
from consult.web.access import village

TEXTS = ("title", "summary", "place", "text")
Version = tuple[int, int]
"""A consultation and the number of a revision of its proposal."""


@dataclass(frozen=True)
class ChangedWords:
    """Two revisions side by side: of each text that differs its parts, and what it costs, where that differs."""

    texts: Sequence[tuple[str, Sequence[DifferencePart]]]
    costs: tuple[int | None, int | None] | None
    """Before and now, in fen; None: the same."""
    funding: tuple[Sequence[tuple[str, int]], Sequence[tuple[str, int]]] | None
    hidden: bool = False
    """Words of one of them were hidden by moderation: none are shown."""

    @property
    def any(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.texts or self.costs or self.funding)


def between(old: Version, new: Version) -> ChangedWords:
    """Compare two revisions, for a page."""
    subjects = [moderation_queries.words_subject(_proposal_of(matter), number) for matter, number in (old, new)]
    if in_force(village().id, subjects):
        return ChangedWords((), None, None, hidden=True)
    before, after = (consultation_queries.words_of(matter, revision=number)[1] for matter, number in (old, new))
    texts = _compared(*(tuple(str(words.get(name) or "") for name in TEXTS) for words in (before, after)))
    costs = before["cost_fen"], after["cost_fen"]
    funding = _funding(before), _funding(after)
    return ChangedWords(texts, costs if costs[0] != costs[1] else None, funding if funding[0] != funding[1] else None)


def since_vote(poll_id: int, consultation_id: int, *, revision: int | None = None) -> ChangedWords:
    """Compare the words that were voted on with a revision of a matter; None: the newest."""
    voted = poll_queries.version_of(poll_id)
    number = consultation_queries.words_of(consultation_id, revision=revision)[0]
    return between(voted, (consultation_id, number))


@lru_cache(maxsize=32)
def _compared(old: tuple[str, ...], new: tuple[str, ...]) -> Sequence[tuple[str, Sequence[DifferencePart]]]:
    """Compare texts once: a page that everybody opens must not do it each time."""
    changed = differences.changed_fields(dict(zip(TEXTS, old, strict=True)), dict(zip(TEXTS, new, strict=True)), TEXTS)
    return tuple(changed.items())


def _funding(words: dict[str, Any]) -> list[tuple[str, int]]:
    return [(str(name), int(amount)) for name, amount in words["funding"]]


def _proposal_of(consultation_id: int) -> int:
    return db.session.query(Proposal.id).where(Proposal.consultation_id == consultation_id).scalar() or 0
