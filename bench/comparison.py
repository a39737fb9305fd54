"""What got dearer: figures of `bench check` held against the recorded ones. No measuring here."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

ALLOWED = 1.10
"""What may be dearer by a tenth without being named."""
NOISE = 1.15
"""By what factor more a page's CPU, or a worker's memory, must be dearer. Runs of unchanged code on two cores with a
load of 4 to 10 differed from each other by up to 1.20 in one page's CPU once the drift of all pages was taken out."""
DRIFT = 1.25
"""The same for all pages at once, and for the start: with others at work on the machine the caches are cold, which our
pages feel more than the bare page. Those runs differed by up to 1.18 in the median of all pages, 1.12 in the start."""


@dataclass(frozen=True)
class Cost:
    """What one kind of page costs one reader."""

    cpu: float
    """CPU time as a multiple of the bare page's, median of the rounds."""
    calls: int
    """Function calls in the request's thread: they follow the CPU time of Python code, and differ by 0.02 % between runs."""
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

        Calls, statements and bytes are held to the tenth; CPU, memory and start are named only beyond the noise too.
        """
        both = [name for name in self.pages if name in before.pages]
        drift = median(self.pages[name].cpu / before.pages[name].cpu for name in both) if both else 1.0
        return [
            *(f"{name}: not measured any more" for name in before.pages if name not in self.pages),
            *(f"{name}: not recorded yet" for name in self.pages if name not in before.pages),
            *_one("all pages: CPU", 1.0, drift, "x as recorded", DRIFT),
            *(line for name in both for line in _page(name, before.pages[name], self.pages[name], max(1.0, drift))),
            *_one("worker memory", before.worker_mb, self.worker_mb, " MB", NOISE),
            *_one("start", before.start, self.start, "x bare", DRIFT),
        ]


def _page(name: str, before: Cost, now: Cost, drift: float) -> Iterator[str]:
    yield from _one(f"{name}: CPU", before.cpu, now.cpu, "x bare", NOISE * drift)
    yield from _one(f"{name}: calls", before.calls, now.calls)
    yield from _one(f"{name}: statements", before.statements, now.statements)
    yield from _one(f"{name}: bytes", before.bytes, now.bytes)


def _one(what: str, before: float, now: float, unit: str = "", noise: float = 1.0) -> Iterator[str]:
    if now > before * ALLOWED * noise:
        change = f" ({now / before - 1:+.0%})" if before else ""
        yield f"{what} {before:.6g}{unit} -> {now:.6g}{unit}{change}"
