"""Carry into a form what stands in the case already: words of the last session, people, places, days. All can be changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.recognised import recognise, sums_in
from consult.domain.cases.situation import ActEntry, Agreement, Situation

Values = dict[str, Any]
BETWEEN_NAMES = "、"


def carried(act: CaseAct, s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    """Return the fields of the form of an act that can be answered from what was written before, as they are typed."""
    likely = CARRIED.get(act)
    kept = kept_words(entries).get(act.value, {})
    return {**(likely(s, entries, today) if likely else {}), **kept}


def kept_words(entries: Sequence[ActEntry]) -> Mapping[str, Values]:
    """Return by act what was typed on one page for acts that could not be done then; nothing of acts done since."""
    kept = next((one for one in reversed(entries) if one.act is CaseAct.NOTE and one.facts.get("kept")), None)
    if kept is None:
        return {}
    done = {one.act.value for one in entries if one.number > kept.number}
    return {name: values for name, values in kept.facts["kept"].items() if name not in done}


def typed_rows(rows: Sequence[Mapping[str, Any]], first: int = 1) -> Values:
    """Return the fields of rows of an agreement, from the line `first` on, as somebody would have typed them."""
    values: Values = {}
    for n, row in enumerate(rows, first):
        to = row.get("to") or ()
        values |= {
            f"by_{n}": str(row["by"]),
            f"to_{n}": str(to[0]) if to else "",
            f"what_{n}": row["what"],
            f"amount_{n}": as_typed_yuan(row["amount"]),
            f"due_{n}": row["due"],
            f"way_{n}": row.get("way") or "",
        }
    return values


def as_typed_yuan(fen: int | None) -> str:
    """Return an amount as somebody types it into a form, in yuan; empty for none."""
    if fen is None:
        return ""
    return f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100)


def _last(entries: Sequence[ActEntry], *acts: CaseAct) -> Mapping[str, Any]:
    return next((one.facts for one in reversed(entries) if one.act in acts), {})


def names_present(s: Situation) -> str:
    """Return those who take part, with agents and representatives, as they are listed in a record."""
    return BETWEEN_NAMES.join(one.name for one in s.active())


def _place(s: Situation, entries: Sequence[ActEntry]) -> str:
    if s.session is not None:
        return s.session[2]
    return str(_last(entries, CaseAct.HOLD_SESSION, CaseAct.CALL_SESSION).get("place") or "")


def _session(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    earlier = _last(entries, CaseAct.HOLD_SESSION)
    return {"place": _place(s, entries), "present": str(earlier.get("present") or names_present(s))}


def _calling(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    called = _last(entries, CaseAct.CALL_SESSION)
    return {"on": "", "place": _place(s, entries), "at": called.get("at", ""), "how": called.get("how", "")}


def _investigation(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    earlier = _last(entries, CaseAct.INVESTIGATE)
    return {"place": str(earlier.get("place") or ""), "asked": str(earlier.get("asked") or "")}


def _visit(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    return {"persons": str(_last(entries, CaseAct.FOLLOW_UP).get("persons") or names_present(s))}


def _agreement(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    """Return a first draft from the last session; the agreement as it stands if none was held since it was written."""
    if s.agreement is not None and not _mediated_since(entries):
        stands = _as_it_stands(s.agreement)
        return {**stands, "on": today.isoformat()} if s.agreement.effective_on else stands
    session = _last(entries, CaseAct.HOLD_SESSION)
    agreed = session.get("result") == "agreed" and session.get("on")
    on = date.fromisoformat(str(session["on"])) if agreed else today
    proposal = str(session.get("proposal") or "")
    rows = recognise(proposal, s.sides(), on)
    typed = typed_rows(
        [
            {
                "by": one.by,
                "to": [one.to] if one.to else [],
                "what": one.what,
                "amount": one.amount_fen,
                "due": one.due.isoformat() if one.due else "",
            }
            for one in rows
        ]
    )
    typed = typed or _claimed(s)
    words = [str(session.get(name) or "") for name in ("said", "checked")]
    facts = "\n".join(one for one in words if one.strip())
    return {"on": on.isoformat(), "facts": facts, "terms": proposal, **typed}


def _claimed(s: Situation) -> Values:
    """Return a row for each party whose list named an amount, owed by the only one on the other side; to be put right.

    What is done for it and by when nobody has said yet.
    """
    asking = [one for one in s.sides() if one.claim_fen]
    others = [one for one in s.sides() if all(one.part is not other.part for other in asking)]
    if len(others) != 1:
        return {}
    return typed_rows(
        [{"by": others[0].number, "to": [one.number], "what": "", "amount": one.claim_fen, "due": ""} for one in asking]
    )


def _mediated_since(entries: Sequence[ActEntry]) -> bool:
    """Tell whether a session was held since the newest agreement was written: in a second mediation its words go before."""
    newest = next((one.act for one in reversed(entries) if one.act in (CaseAct.HOLD_SESSION, CaseAct.AGREE)), None)
    return newest is CaseAct.HOLD_SESSION


def _as_it_stands(agreement: Agreement) -> Values:
    rows = [
        {
            "by": row.by,
            "to": list(row.to),
            "what": row.what,
            "amount": row.amount_fen,
            "due": row.due_on.isoformat(),
            "way": row.way,
        }
        for row in agreement.rows
    ]
    return {
        "form": "written" if agreement.written else "oral",
        "on": agreement.agreed_on.isoformat(),
        "facts": agreement.facts,
        "terms": agreement.terms,
        **typed_rows(rows),
    }


def unread_sums(s: Situation, entries: Sequence[ActEntry], today: date) -> bool:
    """Tell whether sums stand in the proposal of the last session that nobody can read for certain."""
    stands = s.agreement is not None and not _mediated_since(entries)
    if stands or kept_words(entries).get(CaseAct.AGREE.value):
        return False
    proposal = str(_last(entries, CaseAct.HOLD_SESSION).get("proposal") or "")
    return sums_in(proposal) > len(recognise(proposal, s.sides(), today))


def _payment(s: Situation, entries: Sequence[ActEntry], today: date) -> Values:
    """Return the only row that is left, if there is no other."""
    rows = s.undone()
    return {"row": str(rows[0].number)} if len(rows) == 1 else {}


CARRIED: dict[CaseAct, Callable[[Situation, Sequence[ActEntry], date], Values]] = {
    CaseAct.HOLD_SESSION: _session,
    CaseAct.CALL_SESSION: _calling,
    CaseAct.INVESTIGATE: _investigation,
    CaseAct.FOLLOW_UP: _visit,
    CaseAct.AGREE: _agreement,
    CaseAct.PERFORM: _payment,
}
