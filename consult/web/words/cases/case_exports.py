"""A case as a file for the platform of a court: its facts as JSON and CSV, its papers as one PDF.

The schema stands in docs/case-export.md. Only what both sides read is in it: no private talk of a party, no note of the
desk, no phone, no day of birth, no id of this app.
"""

import json
from collections.abc import Sequence
from typing import Any

from consult.domain.cases.papers import Paper
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import Audience
from consult.services.cases.reading import Opened
from consult.services.core import exports
from consult.web import printing
from consult.web.words.cases import case_page_words, case_papers

SCHEMA = "mediation-case/1"
OF_THIS_APP = frozenset({"person", "mediator", "giver", "consultation", "phones", "code", "judged", "born"})
"""Facts of entries that mean something only here, or that are personal beyond the matter. `by` of an entry is its writer's id; of
an obligation it is the number of the party who owes it."""


def files_of(case: Opened) -> dict[str, bytes]:
    """Return the files of the export by name."""
    s, facts = case.situation, facts_of(case)
    return {
        "case.json": json.dumps(facts, ensure_ascii=False, indent=2).encode(),
        "parties.csv": _csv(facts["parties"], PARTY_COLUMNS),
        "obligations.csv": _csv(facts["obligations"], ROW_COLUMNS),
        "entries.csv": _csv(
            [{**one, "facts": json.dumps(one["facts"], ensure_ascii=False)} for one in facts["entries"]], ENTRY_COLUMNS
        ),
        "volume.pdf": printing.official("case_volume", lambda: case_papers.of_volume(case)),
    } | ({} if s.agreement is None else {"agreement.pdf": _agreement(case)})


def _agreement(case: Opened) -> bytes:
    return printing.official("case_paper", lambda: case_papers.of_paper(case, Paper.AGREEMENT))


PARTY_COLUMNS = ("number", "part", "name", "standing", "for_party", "organisation", "in_charge", "credit_code")
ROW_COLUMNS = ("number", "from", "to", "what", "amount_fen", "due_on", "way", "done_on")
ENTRY_COLUMNS = ("number", "act", "state", "written_on", "happened_on", "facts")


def facts_of(case: Opened) -> dict[str, Any]:
    """Return the facts of a case as case.json has them."""
    s, row, one = case.situation, case.row, case.situation.agreement
    return {
        "schema": SCHEMA,
        "number": case_page_words.number(row.year, row.number),
        "title": s.title,
        "kind": s.kind,
        "tag": s.tag,
        "source": row.source.value,
        "state": case.state.value,
        "filed_on": _day(s.filed_on),
        "accepted_on": _day(s.accepted_on),
        "closed_on": _day(s.closed_on),
        "mediators": [name for _person, name in s.mediators],
        "parties": [_party(party) for party in s.present()],
        "agreement": None
        if one is None
        else {
            "written": one.written,
            "agreed_on": _day(one.agreed_on),
            "effective_on": _day(one.effective_on),
            "facts": one.facts,
            "terms": one.terms,
            "confirmed_by_court": s.confirmed,
        },
        "obligations": _rows(s),
        "entries": [_entry(entry) for entry in case.entries if entry.audience == Audience.ALL and not entry.void],
    }


def _party(party: Any) -> dict[str, Any]:
    return {
        "number": party.number,
        "part": party.part.value,
        "name": party.name,
        "standing": party.standing.value,
        "for_party": party.for_party or None,
        "organisation": party.body,
        "in_charge": party.in_charge,
        "credit_code": party.credit_code,
    }


def _rows(s: Situation) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "from": row.by,
            "to": sorted(s.creditors(row)),
            "what": row.what,
            "amount_fen": row.amount_fen,
            "due_on": _day(row.due_on),
            "way": row.way,
            "done_on": _day(row.done_on),
        }
        for row in (s.agreement.rows if s.agreement is not None else ())
    ]


def _entry(entry: ActEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "act": entry.act.value,
        "state": entry.state.value,
        "written_on": entry.on.isoformat(),
        "happened_on": entry.happened.isoformat(),
        "facts": _plain({name: value for name, value in entry.facts.items() if name != "by"}),
    }


def _plain(value: Any) -> Any:
    """Return facts without what means something only in this app; of pairs of person and name the name."""
    if isinstance(value, dict):
        named = {name: one for name, one in value.items() if name not in OF_THIS_APP}
        if "assigned" in named:
            named["assigned"] = [name for _person, name in named["assigned"]]
        return {name: _plain(one) for name, one in named.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None


def _csv(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    return exports.as_csv([list(columns), *([_cell(row[name]) for name in columns] for row in rows)])


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return "" if value is None else str(value)
