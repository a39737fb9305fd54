"""Hash and compare entries of the audit log: canonical form, chain, heads. Nothing is stored here."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
COMMAND_KEY = "command:"
"""The beginning of the key of an act that a command on the server did for a person; no form's key begins so."""


class Tag(StrEnum):
    """The acts that the log records, as subject:action. The facts of each are in audit_facts.py of its area."""

    VILLAGE_CREATED = "village:created"
    VILLAGE_CHANGED = "village:changed"
    ROLL_IMPORTED = "roll:imported"
    PERSON_ADDED = "person:added"
    PERSON_CORRECTED = "person:corrected"
    PERSON_DEPARTED = "person:departed"
    PERSON_JOINED = "person:joined"
    ROLE_GRANTED = "role:granted"
    ROLE_ENDED = "role:ended"
    RIGHT_ASKED = "right:asked"
    RIGHT_CONFIRMED = "right:confirmed"
    RIGHT_ENDED = "right:ended"
    NUMBER_CHANGED = "number:changed"
    REPRESENTATIVE_CHOSEN = "representative:chosen"
    CARDS_ISSUED = "cards:issued"
    CARD_CLAIMED = "card:claimed"
    CARD_WITHDRAWN = "card:withdrawn"
    CARD_BROUGHT_BACK = "card:brought_back"
    CODES_CAPPED = "codes:capped"
    EXPORT_MADE = "export:made"
    FACTOR_SET = "factor:set"
    FACTOR_ENDED = "factor:ended"
    FACTOR_CHANGE_ASKED = "factor_change:asked"
    FACTOR_CHANGE_CONFIRMED = "factor_change:confirmed"
    FACTOR_CHANGE_LAPSED = "factor_change:lapsed"
    CONSULTATION_OPENED = "consultation:opened"
    STANDING_ASKED = "standing:asked"
    STANDING_DROPPED = "standing:dropped"
    STANDING_SET = "standing:set"
    POLL_DRAFTED = "poll:drafted"
    POLL_ANNOUNCED = "poll:announced"
    BALLOT_CAST = "ballot:cast"
    POLL_TOUCHED = "poll:touched"
    POLL_CLOSED = "poll:closed"
    POLL_DECLARED = "poll:declared"
    POLL_SET_ASIDE = "poll:set_aside"
    UNIT_MARKED = "unit:marked"
    UNIT_UNMARKED = "unit:unmarked"
    LATE_MARKS_ASKED = "late_marks:asked"
    LATE_MARKS_CONFIRMED = "late_marks:confirmed"
    LATE_MARKS_DROPPED = "late_marks:dropped"
    BOX_VISITED = "box:visited"
    TICKER_ASSIGNED = "ticker:assigned"
    TICKER_ENDED = "ticker:ended"
    VOTE_CONTESTED = "vote:contested"
    CONTEST_OPINION = "contest:opinion"
    CONTEST_RULED = "contest:ruled"
    CONTEST_UNDECIDED = "contest:undecided"
    MATTER_COMPARED = "matter:compared"
    LETTER_LOOKED_AT = "letter:looked_at"
    HELP_ANSWERED = "help:answered"
    BALLOT_VOIDED = "ballot:voided"
    SHEET_OPENED = "sheet:opened"
    SHEET_ENTERED = "sheet:entered"
    SHEET_CONFIRMED = "sheet:confirmed"
    CHANGE_ASKED = "change:asked"
    CHANGE_DROPPED = "change:dropped"
    POLL_CHANGED = "poll:changed"
    FURTHER_VOTE_ASKED = "further_vote:asked"
    FURTHER_VOTE_CONFIRMED = "further_vote:confirmed"
    FURTHER_VOTE_ENDED = "further_vote:ended"
    ROLL_APPEAL_MADE = "roll_appeal:made"
    ROLL_APPEAL_REFUSAL_ASKED = "roll_appeal:refusal_asked"
    ROLL_APPEAL_ANSWERED = "roll_appeal:answered"
    ACT_REFUSED = "act:refused"
    BACKUP_RESTORED = "backup:restored"
    CLOCK_DOUBTED = "clock:doubted"
    CLOCK_CONFIRMED = "clock:confirmed"
    CLOCK_SETTLED = "clock:settled"
    NOTICE_POSTED = "notice:posted"
    CONSULTATION_MOVED = "consultation:moved"
    CONSULTATION_WITHDRAWN = "consultation:withdrawn"
    CONSULTATION_MERGED = "consultation:merged"
    MERGER_ASKED = "merger:asked"
    MERGER_CONFIRMED = "merger:confirmed"
    MERGER_ENDED = "merger:ended"
    ANSWER_EXTENDED = "answer:extended"
    CONSULTATION_RELATED = "consultation:related"
    PROPOSAL_REVISED = "proposal:revised"
    PROPOSAL_ENDORSED = "proposal:endorsed"
    ENDORSEMENT_REMOVED = "endorsement:removed"
    PROPOSAL_RECORDED = "proposal:recorded"
    PROPOSAL_ANSWERED = "proposal:answered"
    COMMENT_WRITTEN = "comment:written"
    QUESTION_ANSWERED = "question:answered"
    PICTURE_DESCRIBED = "picture:described"
    QUESTION_REOPENED = "question:reopened"
    SUMMARY_SIGNED = "summary:signed"
    STATEMENT_WRITTEN = "statement:written"
    WORDS_REPORTED = "words:reported"
    REPORT_SETTLED = "report:settled"
    WORDS_HIDDEN = "words:hidden"
    WORDS_RESTORED = "words:restored"
    HIDING_APPEALED = "hiding:appealed"
    APPEAL_DECIDED = "appeal:decided"
    TASK_MADE = "task:made"
    PROGRESS_NOTED = "progress:noted"
    WORK_LOOKED_AT = "work:looked_at"
    WORK_RATED = "work:rated"
    TASK_CORRECTED = "task:corrected"
    TASK_WITHDRAWN = "task:withdrawn"
    TASK_CHANGE_ASKED = "task_change:asked"
    TASK_CHANGE_ENDED = "task_change:ended"
    COUNCIL_ASKED = "council:asked"
    COUNCIL_CONFIRMED = "council:confirmed"
    COUNCIL_ENDED = "council:ended"
    MEETING_DRAFTED = "meeting:drafted"
    MEETING_CALLED = "meeting:called"
    MEETING_CHANGED = "meeting:changed"
    MEETING_CANCELLED = "meeting:cancelled"
    MEETING_NOTED = "meeting:noted"
    AGENDA_ITEM_CHANGED = "agenda_item:changed"
    AGENDA_ITEM_ADDED = "agenda_item:added"
    ARRIVAL_NOTED = "arrival:noted"
    ADDITION_ASKED = "addition:asked"
    ADDITION_CONFIRMED = "addition:confirmed"
    POLL_ENDED = "poll:ended"
    MINUTES_CONFIRMED = "minutes:confirmed"
    PAGE_SIGNED = "page:signed"
    MATTER_SET = "matter:set"
    RULE_ASKED = "rule:asked"
    RULE_CONFIRMED = "rule:confirmed"
    RULE_DROPPED = "rule:dropped"
    PAPER_RECORDED = "paper:recorded"
    MOTION_CHECKED = "motion:checked"
    STEP_RECORDED = "step:recorded"
    PETITION_OPENED = "petition:opened"
    PETITION_SIGNED = "petition:signed"
    OBJECTION_MADE = "objection:made"
    OBJECTION_ANSWERED = "objection:answered"
    BOARD_PHOTOGRAPHED = "board:photographed"
    CASE_FILED = "case:filed"
    CASE_MOVED = "case:moved"
    SWEEP_NOTED = "sweep:noted"
    REPORT_HANDED_IN = "report:handed_in"
    REPORT_DAY_SET = "report:day_set"
    RULES_SET = "rules:set"
    ROBOT_SET = "robot:set"
    DATA_ASKED = "data:asked"
    DATA_ANSWERED = "data:answered"
    DATA_UNLOCKED = "data:unlocked"
    DATA_FORGOTTEN = "data:forgotten"


ITS_OWN = frozenset(
    {
        *(Tag.VILLAGE_CREATED, Tag.VILLAGE_CHANGED, Tag.BACKUP_RESTORED, Tag.EXPORT_MADE, Tag.ACT_REFUSED),
        *(Tag.CLOCK_DOUBTED, Tag.CLOCK_CONFIRMED, Tag.CLOCK_SETTLED, Tag.CODES_CAPPED),
    }
)
"""What is done with a closed village itself."""
OF_ONES_OWN = frozenset(
    {
        *(Tag.DATA_ASKED, Tag.DATA_ANSWERED, Tag.DATA_UNLOCKED, Tag.DATA_FORGOTTEN, Tag.PERSON_CORRECTED),
        *(Tag.PERSON_DEPARTED, Tag.NUMBER_CHANGED, Tag.NOTICE_POSTED),
        *(Tag.CARDS_ISSUED, Tag.CARD_CLAIMED, Tag.CARD_WITHDRAWN, Tag.CARD_BROUGHT_BACK),
        *(Tag.FACTOR_SET, Tag.FACTOR_ENDED, Tag.FACTOR_CHANGE_ASKED, Tag.FACTOR_CHANGE_CONFIRMED),
        *(Tag.RIGHT_ASKED, Tag.RIGHT_CONFIRMED, Tag.ROLE_ENDED),
    }
)
"""To come in, to keep others out, and the rights over one's own data (Personal Information Protection Law, 44 to 47)."""
COME_TO_THEIR_END = frozenset(
    {
        *(
            Tag.RIGHT_ENDED,
            Tag.FACTOR_CHANGE_LAPSED,
            Tag.CHANGE_DROPPED,
            Tag.FURTHER_VOTE_ENDED,
            Tag.LATE_MARKS_DROPPED,
        ),
        *(Tag.STANDING_DROPPED, Tag.RULE_DROPPED, Tag.TASK_CHANGE_ENDED, Tag.COUNCIL_ENDED),
        *(Tag.MERGER_ENDED, Tag.CONSULTATION_MERGED),
    }
)
"""What the job runner lets lapse or come about that was asked for before."""
OF_A_VOTE = frozenset(
    {
        *(Tag.BALLOT_CAST, Tag.POLL_TOUCHED, Tag.POLL_CLOSED, Tag.POLL_DECLARED, Tag.POLL_SET_ASIDE, Tag.POLL_ENDED),
        *(Tag.UNIT_MARKED, Tag.UNIT_UNMARKED, Tag.CONTEST_UNDECIDED),
    }
)
"""No village is closed before its votes are declared: these ask nothing, and a ballot costs no statement more."""
TAKEN_WHEN_CLOSED = ITS_OWN | OF_ONES_OWN | COME_TO_THEIR_END | OF_A_VOTE
"""The acts that the log takes of a closed village. Every other is refused: it would begin or change something.

A closing and an act in the same second: whoever writes to the log first is first. The act stands and keeps the village
open, or the village is closed and the act is refused.
"""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One entry of the chain, with everything that goes into its hash."""

    village_id: int
    number: int
    recorded_at: datetime
    actor_id: int | None
    tag: str
    subject: str
    facts: str
    prev_hash: str

    def digest(self) -> str:
        """Return the SHA-256 over all fields, the hash of the entry before it included."""
        return sha256(
            canonical(
                [
                    self.village_id,
                    self.number,
                    self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
                    self.actor_id,
                    self.tag,
                    self.subject,
                    self.facts,
                    self.prev_hash,
                ]
            )
        )


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, UTF-8. Raises TypeError for floats: counts are integers."""
    _refuse_floats(value)
    return _ENCODER.encode(value)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form here")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_floats(part)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(salt: str, *parts: str) -> str:
    """Return SHA-256 over salt and words: it fixes a choice or a unit of the roll without telling which it is."""
    return sha256(":".join((salt, *parts)))


def fingerprint_groups(digest: str) -> str:
    """Format the first 128 bits of a hash for comparing by eye: eight groups of four hexadecimal digits."""
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))


def head_digits(digest: str) -> str:
    """Format a log head as printed on notices: eight groups of four decimal digits."""
    digits = f"{int(digest, 16) % 10**32:032d}"
    return " ".join(digits[i : i + 4] for i in range(0, 32, 4))
