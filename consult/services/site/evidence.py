"""Verify that the photos and recordings in the records are those whose salted digests are in the log."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.models import (
    AuditEntry,
    BoardPhoto,
    CheckIn,
    CountSheet,
    DeliberationStep,
    LateMarks,
    MatterPaperRecord,
    PollChange,
    Recording,
    SheetEntry,
    SignedPage,
    StoredFile,
    Village,
    db,
)
from consult.services.core.uploads import stored_files

NAMED = (
    (
        Tag.PAGE_SIGNED,
        "picture",
        "meeting:{}",
        select(SignedPage.village_id, SignedPage.meeting_id, SignedPage.file_name),
    ),
    (
        Tag.BOARD_PHOTOGRAPHED,
        "picture",
        "notice:{}",
        select(BoardPhoto.village_id, BoardPhoto.notice_id, BoardPhoto.file_name),
    ),
    (
        Tag.SHEET_ENTERED,
        "picture",
        "poll:{}",
        select(SheetEntry.village_id, CountSheet.poll_id, SheetEntry.picture).join(CountSheet),
    ),
    (
        Tag.CHANGE_ASKED,
        "picture",
        "poll:{}",
        select(PollChange.village_id, PollChange.poll_id, PollChange.picture),
    ),
    (
        Tag.LATE_MARKS_ASKED,
        "picture",
        "poll:{}",
        select(LateMarks.village_id, LateMarks.poll_id, LateMarks.picture),
    ),
    (Tag.ARRIVAL_NOTED, "letter", "meeting:{}", select(CheckIn.village_id, CheckIn.meeting_id, CheckIn.letter)),
    (
        Tag.STEP_RECORDED,
        "picture",
        "consultation:{}",
        select(DeliberationStep.village_id, DeliberationStep.consultation_id, DeliberationStep.picture),
    ),
    (
        Tag.PAPER_RECORDED,
        "picture",
        "consultation:{}",
        select(MatterPaperRecord.village_id, MatterPaperRecord.consultation_id, MatterPaperRecord.picture),
    ),
    (
        Tag.PROPOSAL_RECORDED,
        "sound",
        "proposal:{}",
        select(Recording.village_id, Recording.proposal_id, Recording.file_name),
    ),
)
"""The tag and the fact that hold a file's digest, the subject, and the select of (village, id of the subject, name)."""


def faults(village: Village) -> Iterator[str]:
    """Yield a line for each file that is gone, differs from what was kept, or is not the one in the log."""
    known = {row.name: row for row in db.session.scalars(select(StoredFile).where(StoredFile.village_id == village.id))}
    for tag, fact, subject, query in NAMED:
        logged = _logged(village.id, tag, fact)
        for row in db.session.execute(query.where(query.selected_columns[0] == village.id)):
            if row[2]:
                yield from _fault_of(subject.format(row[1]), known.get(row[2]), logged)


def _fault_of(subject: str, row: StoredFile | None, logged: set[tuple[str, Any]]) -> Iterator[str]:
    if row is None:
        yield f"{subject}: it names a file that was never kept"
    elif (subject, row.digest) not in logged:
        yield f"{subject}: file {row.id} is not the one in the log"
    elif not stored_files.is_whole(row):
        yield f"{subject}: file {row.id} is gone, or was changed after it was kept"


def _logged(village_id: int, tag: Tag, fact: str) -> set[tuple[str, Any]]:
    query = select(AuditEntry.subject, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag == tag.value
    )
    return {(subject, json.loads(facts).get(fact)) for subject, facts in db.session.execute(query)}
