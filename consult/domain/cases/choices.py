"""Read what can be chosen in forms of cases from choices.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RefusalGround:
    """The grounds on which the committee does not take a case; each names whose it is."""

    name: str
    goes_to: str
    source: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "choices.toml").read_text(encoding="utf-8"))


def choices(of: str) -> tuple[str, ...]:
    """Return the codes of one table of choices.toml, in their order."""
    return tuple(grounds()) if of == "decline" else tuple(_table()[of])


@lru_cache(maxsize=1)
def grounds() -> dict[str, RefusalGround]:
    """Return the grounds on which a case is declined, by their code."""
    return _grounds("ground")


@lru_cache(maxsize=1)
def known_grounds() -> dict[str, RefusalGround]:
    """Return the grounds that an entry may hold, also those that are given no more."""
    return _grounds("ground") | _grounds("past_ground")


def _grounds(table: str) -> dict[str, RefusalGround]:
    return {row["name"]: RefusalGround(row["name"], row["goes_to"], row["source"]) for row in _table()[table]}


def discreet_topics() -> frozenset[str]:
    """Return the topics of which no list shows a word of the story before somebody was asked about danger."""
    return frozenset(_table()["neutral"]["topics"])


def neutral_title() -> str:
    """Return the title of a case in which somebody may be in danger: it gives nothing away."""
    return str(_table()["neutral"]["title"])


def dangers() -> dict[str, str]:
    """Return what the desk is told where there is violence, each with its articles."""
    return {row["name"]: row["source"] for row in _table()["danger"]}


def topics() -> dict[str, str]:
    """Return the topics of the first page, each with the category it proposes."""
    table: dict[str, str] = _table()["topic"]
    return table


@dataclass(frozen=True)
class ConfirmationRule:
    """A condition under which a court confirms agreements of a category or a tag."""

    asks: str
    """The question to the desk: `title`, `identity`, `scope`, `procedure`."""
    never: bool
    source: str


def confirmation_rule(kind: str, tag: str) -> ConfirmationRule | None:
    """Return what has to be answered before a court confirms such an agreement; None where nothing has to be."""
    rows = _table()["confirmation_rule"]
    of_tag = next((row for row in rows if tag and tag in row.get("tag", ())), None)
    row = of_tag or next((row for row in rows if kind in row.get("kind", ())), None)
    if row is None or "asks" not in row:
        return None
    return ConfirmationRule(row["asks"], row.get("never", False), row["source"])


def may_be_confirmed(kind: str, tag: str) -> bool:
    """Tell whether a court may confirm such an agreement, be it that it depends on its terms."""
    rule = confirmation_rule(kind, tag)
    return rule is None or not rule.never


def may_concern_the_village(kind: str, tag: str) -> bool:
    """Tell whether a case may be a matter of the village, and not the parties' own affair."""
    table = _table()["village_matter"]
    return (not kind or kind in table["kind"]) and tag not in table["not_tag"]


def claims_of(topic: str) -> tuple[tuple[str, ...], str]:
    """Return what an applicant may want in a matter of a topic, and what is asked besides: `where`, `which` or `whom`."""
    row = _table()["claim"][topic]
    return tuple(row["wants"]), str(row["asks"])


@lru_cache(maxsize=1)
def every_claim() -> tuple[str, ...]:
    """Return what an applicant may want in any matter, each once."""
    return tuple(dict.fromkeys(want for row in _table()["claim"].values() for want in row["wants"]))
