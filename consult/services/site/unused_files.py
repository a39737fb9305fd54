"""Delete files that were uploaded with a form which was never sent to its end."""

from datetime import datetime, timedelta

from sqlalchemy import select, union

from consult.models import (
    BoardPhoto,
    CheckIn,
    DeliberationStep,
    LateMarks,
    MatterPaperRecord,
    Picture,
    PollChange,
    ProposalDraft,
    ProxyLetter,
    Recording,
    SheetEntry,
    SignedPage,
    StoredFile,
    db,
)
from consult.services.core import files, transactions
from consult.services.core.each import each
from consult.services.core.transactions import atomic

KEPT_FOR = timedelta(days=3)
"""Longer than the token of a form lasts: what is older can be named by no form any more."""
NAMES = (
    Picture.file_name,
    Recording.file_name,
    SignedPage.file_name,
    BoardPhoto.file_name,
    SheetEntry.picture,
    ProxyLetter.picture,
    PollChange.picture,
    LateMarks.picture,
    CheckIn.letter,
    DeliberationStep.picture,
    MatterPaperRecord.picture,
)
"""Every column that names a stored file; a check compares them with the models."""


def forget_unused(*, now: datetime) -> int:
    """Delete the rows of files that nothing names, and the files once that is durable. Returns how many."""
    named = union(*(select(column) for column in NAMES))
    query = select(StoredFile).where(StoredFile.stored_at < now - KEPT_FOR, StoredFile.name.not_in(named))
    drafted = _drafted()
    unused = [row.id for row in db.session.scalars(query) if row.name not in drafted]
    return len(each("forgetting stored file", unused, _forget))


@atomic
def _forget(file_id: int) -> None:
    row = db.session.get(StoredFile, file_id)
    if row is None:
        return
    folder = next(one for one in files.FOLDERS if one.name == row.folder)
    name = row.name
    transactions.after_commit(lambda: files.forget(folder, [name]))
    db.session.delete(row)


def _drafted() -> set[str]:
    """Return the names in proposals that are still being written."""
    found: set[str] = set()
    for fields in db.session.scalars(select(ProposalDraft.fields)):
        found |= {str(fields.get("kept") or ""), *map(str, (fields.get("picture") or [])[:1])}
    return found
