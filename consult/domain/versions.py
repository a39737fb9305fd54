"""The version of what a page showed: its form carries it, and an act that rests on it is refused when it has changed.

A version is a few named parts, each a short digest, so that the refusal can say what changed.
"""

from collections.abc import Mapping, Sequence

from consult.domain.audit import canonical, sha256
from consult.domain.refusals import Reason, Refused

Parts = Mapping[str, object]
"""Name of a part and what it says now, as anything that JSON can hold."""
DIGEST = 12
LONGEST = 400


def token(parts: Parts) -> str:
    """Return the version for a form, such as `answer:0a1b2c3d4e5f phase:…`."""
    return " ".join(f"{name}:{_digest(value)}" for name, value in sorted(parts.items()))


def changed(seen: str | None, parts: Parts) -> Sequence[str]:
    """Return the names of the parts that differ from what was seen. None seen: the act rests on no page."""
    if seen is None:
        return []
    known = dict(part.partition(":")[::2] for part in seen[:LONGEST].split())
    return sorted(name for name, value in parts.items() if known.get(name) != _digest(value))


def refuse_unless_same(seen: str | None, parts: Parts) -> None:
    """Raise Refused(CHANGED_MEANWHILE) with the names of the parts that changed since they were seen."""
    if different := changed(seen, parts):
        raise Refused(Reason.CHANGED_MEANWHILE, parts=list(different))


def _digest(value: object) -> str:
    return sha256(canonical([value]))[:DIGEST]
