"""The state of entries that were written before enforcement and lawsuit were states of their own (schema 0037).

Entries are sealed and never changed. What was taken to court then stood as TERMINATED, as if there were no agreement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry
from consult.domain.cases.states import CaseState

MEANT = {CaseAct.ENFORCE: CaseState.ENFORCEMENT, CaseAct.SUE: CaseState.LAWSUIT}


def mended(entries: Sequence[ActEntry]) -> list[ActEntry]:
    """Return the entries with the state that each of them means."""
    states = states_meant((entry.act, entry.state) for entry in entries)
    return [
        entry if entry.state is state else replace(entry, state=state)
        for entry, state in zip(entries, states, strict=True)
    ]


def states_meant(written: Iterable[tuple[CaseAct, CaseState]]) -> list[CaseState]:
    """Return the states of a case by its entries in their order: TERMINATED after a way to court means that court."""
    found, court = [], CaseState.TERMINATED
    for act, state in written:
        if state is CaseState.TERMINATED and act in MEANT:
            court = MEANT[act]
        if state is not CaseState.TERMINATED:
            court = CaseState.TERMINATED
        found.append(court if state is CaseState.TERMINATED else state)
    return found
