"""Say how much one person may send in one day: generous for anybody who takes part, too little to bury the others.

Ballots, check-ins and what officers do for others are not counted here: nobody is kept from a vote.
"""

from collections.abc import Mapping
from enum import StrEnum

from consult.domain.audit import Tag

MEGABYTE = 1024 * 1024


class Use(StrEnum):
    """A thing that is counted."""

    COMMENTS = "comments"
    PROPOSALS = "proposals"
    DRAFTS = "drafts"
    REVISIONS = "revisions"
    STATEMENTS = "statements"
    REPORTS = "reports"
    OBJECTIONS = "objections"
    WORK_NOTES = "work_notes"
    CASE_WRITING = "case_writing"
    FILES = "files"
    BYTES = "bytes"
    OFFICE_FILES = "office_files"
    OFFICE_BYTES = "office_bytes"
    ROLL_IMPORTS = "roll_imports"
    ROLL_APPEALS = "roll_appeals"


MOST_A_DAY: Mapping[Use, int] = {
    Use.COMMENTS: 60,
    Use.PROPOSALS: 40,
    Use.DRAFTS: 60,
    Use.REVISIONS: 60,
    Use.STATEMENTS: 60,
    Use.REPORTS: 40,
    Use.OBJECTIONS: 40,
    Use.WORK_NOTES: 100,
    Use.CASE_WRITING: 100,
    Use.FILES: 60,
    Use.BYTES: 200 * MEGABYTE,
    Use.OFFICE_FILES: 300,
    Use.OFFICE_BYTES: 1500 * MEGABYTE,
    Use.ROLL_IMPORTS: 40,
    Use.ROLL_APPEALS: 20,
}
"""For one person and one day of the village. Files count when they arrive, whether or not they can be decoded."""

OF_STRANGERS: Mapping[Use, Mapping[str, int]] = {
    Use.ROLL_APPEALS: {"number": 8, "browser": 8, "source": 60, "village": 150}
}
"""For who need not be signed in, in one day: by number or person and by browser session (a family has one of each), by the
address it comes from, and in the village. An address may be a whole hamlet behind its carrier; yet two of them together do
not use up the village's day."""

FREE_RETRIES = 3
"""So many times the same file with the same form comes again at no cost; the next one counts as a new one."""

COUNTED: Mapping[Tag, Use] = {
    Tag.COMMENT_WRITTEN: Use.COMMENTS,
    Tag.QUESTION_REOPENED: Use.COMMENTS,
    Tag.CONSULTATION_OPENED: Use.PROPOSALS,
    Tag.PROPOSAL_REVISED: Use.REVISIONS,
    Tag.PROPOSAL_RECORDED: Use.REVISIONS,
    Tag.STATEMENT_WRITTEN: Use.STATEMENTS,
    Tag.WORDS_REPORTED: Use.REPORTS,
    Tag.HIDING_APPEALED: Use.REPORTS,
    Tag.PETITION_OPENED: Use.OBJECTIONS,
    Tag.OBJECTION_MADE: Use.OBJECTIONS,
    Tag.VOTE_CONTESTED: Use.OBJECTIONS,
    Tag.PROGRESS_NOTED: Use.WORK_NOTES,
    Tag.WORK_RATED: Use.WORK_NOTES,
}
"""Acts with words of villagers, by the entry of the log that each of them writes."""
