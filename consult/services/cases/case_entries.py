"""The entries of a case: each is sealed, appended, and held by its digest in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.cases import clocks, rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import may_be_confirmed
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.models import CaseEntry, db
from consult.services.cases.reading import Opened, entry_of, without_first_words
from consult.services.core import audit
from consult.services.core.acts import Act


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry to append: what was done and said, who may read it, where the case stands afterwards."""

    act: CaseAct
    facts: Mapping[str, Any]
    audience: str
    state: CaseState
    key: str
    """Of the form, unique within the case."""
    day: date
    """By the village's clock."""
    now: datetime
    code: str | None = None
    """In the clear; None: by the table of acts."""

    def as_entry(self, number: int) -> ActEntry:
        """Return the entry as the rules read it."""
        return ActEntry(
            number=number,
            act=self.act,
            state=self.state,
            at=self.now,
            on=self.day,
            audience=self.audience,
            facts=dict(self.facts),
        )


def append(case: Opened, entry: NewEntry, after: Situation) -> None:
    """Append an entry and set the case's clocks to the situation `after` it. In the unit of work at hand."""
    due = clocks.due(entry.state, after)
    case.row.due_kind, case.row.due_on = (due[0].value, due[1]) if due else ("", None)
    case.row.confirm_by = clocks.confirm_by(after) if _open_to_court(entry.state, after) else None
    row = CaseEntry(
        case_id=case.row.id,
        number=next_number(case),
        village_id=case.row.village_id,
        act=entry.act,
        code=entry.code if entry.code is not None else rules.code_of(entry.act, entry.facts),
        state=entry.state,
        due_on=case.row.due_on,
        written_at=entry.now,
        day=entry.day,
        audience=entry.audience,
        cipher=case.keys.seal(entry.audience, entry.facts),
        request_key=request_key(case, entry.key),
    )
    db.session.add(row)
    db.session.flush()
    case.add(entry_of(row, case.keys))


def _open_to_court(state: CaseState, after: Situation) -> bool:
    may = after.court_on is None and after.suit is None and state in RULES[CaseAct.APPLY_CONFIRMATION].states
    return may and may_be_confirmed(after.kind, after.tag)


def request_key(case: Opened, key: str) -> str:
    """Return the key of a form as an entry of this case keeps it."""
    return f"{case.row.id}:{key}"


def next_number(case: Opened) -> int:
    """Return the number of the next entry, counting those the reader may not read."""
    query = select(CaseEntry.number).where(CaseEntry.case_id == case.row.id).order_by(CaseEntry.number.desc()).limit(1)
    return (db.session.scalar(query) or 0) + 1


def put_line(case: Opened, s: Situation) -> None:
    """Seal anew what lists show. The words of a draft are gone from it once it is handed in."""
    known = case.line if s.accepted_on else without_first_words(case.line, case.row.kind)
    title = s.title or known.get("title", "")
    opening = "" if title else known.get("opening", "")
    asking = [party.name for party in s.in_dispute() if party.part is CaseRole.APPLICANT]
    against = [party.name for party in s.in_dispute() if party.part is not CaseRole.APPLICANT]
    names = {"names": [*asking, *against], "applicants": len(asking)}
    case.line = {"title": title, "opening": opening, **names, "received": bool(s.received)}
    case.row.cipher = case.keys.seal("all", case.line)


def record(case: Opened, tag: Tag, number: int, now: datetime, **facts: Any) -> None:
    """Log that entries were made, from `number` on, by their digests: not by whom, and not what was said."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.row.id, CaseEntry.number >= number)
    digests = [digest_of(entry) for entry in db.session.scalars(query.order_by(CaseEntry.number))]
    by_no_name = Act.by_system(case.row.village_id, now=now)
    audit.record(tag, f"case:{case.row.id}", by_no_name, number=number, digests=digests, **facts)


def digest_of(entry: CaseEntry) -> str:
    """Return the digest of the words as they are sealed and of all that stands beside them in the clear."""
    clear = [entry.number, entry.act, entry.code, entry.state, entry.day.isoformat(), entry.audience, entry.cipher]
    return sha256(canonical([str(one) if isinstance(one, str) else one for one in clear]))
