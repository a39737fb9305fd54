"""Keep the search index up to date with the records it is made of, and search in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from consult.domain import search as rules
from consult.domain.search import SearchKind
from consult.models import SearchEntry, SearchPair, db
from consult.models.search import holding


def put(
    kind: SearchKind,
    row_id: int,
    text: str,
    *,
    village_id: int,
    consultation_id: int | None,
    language: str,
    written_at: datetime,
) -> None:
    """Index the text of a row, or replace its entry, in the unit of work at hand."""
    subject = f"{kind}:{row_id}"
    remove(subject)
    plain = rules.plain(text)
    entry = SearchEntry(
        village_id=village_id,
        subject=subject,
        kind=kind,
        consultation_id=consultation_id,
        text=text,
        plain=plain,
        language=language,
        written_at=written_at,
    )
    db.session.add(entry)
    db.session.flush()
    rows = [{"village_id": village_id, "pair": pair, "entry_id": entry.id} for pair in sorted(rules.pairs(plain))]
    if rows:
        db.session.execute(insert(SearchPair), rows)


def remove(subject: str) -> None:
    """Remove the entry of a text (`subject` as kind:id), if there is one."""
    entry_id = db.session.scalar(select(SearchEntry.id).where(SearchEntry.subject == subject))
    if entry_id is not None:
        db.session.execute(delete(SearchPair).where(SearchPair.entry_id == entry_id))
        db.session.execute(delete(SearchEntry).where(SearchEntry.id == entry_id))


def find(village_id: int, query: str, *, most: int, before: int | None = None) -> Sequence[SearchEntry]:
    """Return the texts that contain every term, newest first. One statement, on either database."""
    held = holding(village_id, query)
    if held is None:
        return []
    query_ = select(SearchEntry).where(*held)
    if before:
        query_ = query_.where(SearchEntry.id < before)
    return db.session.scalars(query_.order_by(SearchEntry.id.desc()).limit(most)).all()
