"""Read the entries of a case with their corrections (更正): the old words stay, the corrected ones are in force."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry, Correction
from consult.domain.cases.states import CaseState


def in_force(entries: Iterable[ActEntry]) -> list[ActEntry]:
    """Return the entries that count, with what they say after all corrections. Twice is the same as once."""
    return [entry for entry in corrected(entries) if not entry.void]


def corrected(entries: Iterable[ActEntry]) -> list[ActEntry]:
    """Return all entries in their order, struck ones too; each has the words in force and its corrections."""
    found: list[ActEntry] = []
    for entry in entries:
        found.append(entry)
        if entry.act is CaseAct.CORRECT_ENTRY:
            _correct(found, entry)
        elif entry.act is CaseAct.CONFIRM_CORRECTION:
            _confirm(found, entry)
    return found


def _of(found: list[ActEntry], number: int) -> ActEntry | None:
    return next((one for one in found if one.number == number), None)


def _put(found: list[ActEntry], entry: ActEntry) -> None:
    """Put an entry in the place of the one of its number."""
    found[next(n for n, one in enumerate(found) if one.number == entry.number)] = entry


def _correct(found: list[ActEntry], entry: ActEntry) -> None:
    """Note a correction at the entry that it corrects, and put it in force unless it waits."""
    facts, target = entry.facts, _of(found, int(entry.facts["entry"]))
    if target is None or any(one.number == entry.number for one in target.corrections):
        return  # struck before, or not for this reader; or read already
    one = Correction(
        number=entry.number,
        by=int(facts["by"]),
        by_name=facts["by_name"],
        on=entry.on,
        reason=facts["reason"],
        void=bool(facts["void"]),
        before=target.facts,
        after=facts["values"],
        waits=bool(facts.get("waits")),
    )
    noted = replace(target, corrections=(*target.corrections, one))
    _put(found, noted if one.waits else _put_right(noted, one))
    _judge_anew(found, facts.get("judged") or ())


def _confirm(found: list[ActEntry], entry: ActEntry) -> None:
    """Put a correction in force that waited for the second look, or drop it."""
    facts, number = entry.facts, int(entry.facts["correction"])
    target = next((e for e in found if any(c.number == number and c.waits for c in e.corrections)), None)
    if target is None:
        return
    one = next(c for c in target.corrections if c.number == number)
    others = tuple(c for c in target.corrections if c.number != number)
    if facts["answer"] != "yes":
        _put(found, replace(target, corrections=others))
        return
    seen = replace(one, waits=False, before=target.facts, confirmed_by=facts["by_name"])
    _put(found, _put_right(replace(target, corrections=(*others, seen)), seen))
    _judge_anew(found, facts.get("judged") or ())


def _put_right(target: ActEntry, one: Correction) -> ActEntry:
    return replace(target, facts={**target.facts, **one.after}, void=one.void)


def _judge_anew(found: list[ActEntry], judged: Iterable[list[object]]) -> None:
    """Set the states in which the case stood after entries, as a correction makes them."""
    for number, state, _code in judged:
        if state and (target := _of(found, int(str(number)))) is not None:
            _put(found, replace(target, state=CaseState(str(state))))


def code_of(judged: Sequence[Sequence[Any]]) -> str:
    """Return in the clear what monthly figures need of a correction: numbers, states and codes of entries, no words."""
    return json.dumps([list(one) for one in judged], separators=(",", ":")) if judged else ""


def read_code(code: str) -> list[tuple[int, str, str]]:
    """Return number, state and code of each entry that a correction judges anew, from its code in the clear."""
    return [(int(number), state, new) for number, state, new in json.loads(code or "[]")]
