"""What got dearer: figures of `bench check` held against the recorded ones. No measuring here."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

ALLOWED = 1.10
"""What may be dearer by a tenth without being named."""
NOISE = 1.10
"""CPU figures of unchanged code differ by up to this factor from run to run; see `Recording.dearer`."""


@dataclass(frozen=True)
class Cost:
    """What one kind of page costs one reader."""

    cpu: float
    """CPU time as a multiple of the bare page's, median of the rounds."""
    statements: int
    bytes: int
    """Size of the answer's body before compression."""


@dataclass(frozen=True)
class Recording:
    """The figures of one run."""

    pages: dict[str, Cost]
    worker_mb: float
    """Proportional set size of the larger of two granian workers after every page was opened."""
    start: float
    """CPU time to import and make the app, as a multiple of that of the bare app."""

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> "Recording":
        pages = {name: Cost(**cost) for name, cost in facts["pages"].items()}
        return cls(pages, facts["worker_mb"], facts["start"])

    def as_facts(self) -> dict[str, Any]:
        return asdict(self)

    def dearer(self, before: "Recording") -> list[str]:
        """Name what costs over a tenth more than `before`, and what cannot be compared.

        Statements and bytes are exact; CPU, memory and start time are named only beyond the noise as well.
        """
        return [
            *(f"{name}: not measured any more" for name in before.pages.keys() - self.pages.keys()),
            *(line for name, cost in self.pages.items() for line in _page(name, before.pages.get(name), cost)),
            *_one("worker memory", before.worker_mb, self.worker_mb, " MB", NOISE),
            *_one("start", before.start, self.start, "x bare", NOISE),
        ]


def _page(name: str, before: Cost | None, now: Cost) -> Iterator[str]:
    if before is None:
        yield f"{name}: not recorded yet"
        return
    yield from _one(f"{name}: CPU", before.cpu, now.cpu, "x bare", NOISE)
    yield from _one(f"{name}: statements", before.statements, now.statements, "")
    yield from _one(f"{name}: bytes", before.bytes, now.bytes, "")


def _one(what: str, before: float, now: float, unit: str, noise: float = 1.0) -> Iterator[str]:
    if now > before * ALLOWED * noise:
        yield (
            f"{what} {before:.4g}{unit} -> {now:.4g}{unit} ({now / before - 1:+.0%})"
            if before
            else f"{what} 0 -> {now:.4g}"
        )
