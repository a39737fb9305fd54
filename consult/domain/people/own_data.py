"""Name what a village holds about a person: each table that names people, in one category; what an export leaves out.

Others are never in an export of one's own data: of a row that names several people only one's own id is given.
"""

from enum import StrEnum


class Holding(StrEnum):
    """A kind of thing that is held about a person, as the page names it."""

    ROLL = "roll"
    WAYS_IN = "ways_in"
    OFFICES = "offices"
    MESSAGES = "messages"
    WORDS = "words"
    SUPPORT = "support"
    VOTES = "votes"
    MEETINGS = "meetings"
    REQUESTS = "requests"
    DUTIES = "duties"


class RequestKind(StrEnum):
    """A thing that somebody asks to be done with their own data."""

    CORRECTION = "correction"
    ERASURE = "erasure"
    LOCK = "lock"
    """Keep it, and use it for nothing but what the law demands (PIPL 44)."""


ENDS_WAYS_IN = frozenset({RequestKind.ERASURE})
"""Requests that the house is told of and can stop, and that two officers of different offices grant."""


WORDS_LENGTH = 500
HELD: dict[Holding, tuple[str, ...]] = {
    Holding.ROLL: (
        "departure.person_id",
        "household.representative_id",
        "representative_choice.person_id",
        "right_change.person_id",
        "rule_change.person_id",
    ),
    Holding.WAYS_IN: (
        "sign_in.person_id",
        "household_card.person_id",
        "second_factor.person_id",
        "recovery_code.person_id",
        "factor_request.person_id",
    ),
    Holding.OFFICES: ("role_grant.person_id",),
    Holding.MESSAGES: ("notification.person_id", "notification_switch.person_id", "outbox_message.person_id"),
    Holding.WORDS: (
        "proposal_draft.person_id",
        "consultation.opened_by",
        "proposal.proposed_by",
        "proposal_revision.revised_by",
        "recording.recorded_by",
        "stored_file.owner_id",
        "withdrawal.withdrawn_by",
        "comment.person_id",
        "statement.person_id",
        "petition.opened_by",
        "objection.made_by",
        "report.person_id",
        "hiding.author_id",
        "hiding_party.person_id",
        "contest.contested_by",
        "vote_answer.said_by",
        "rating.person_id",
        "acceptance.person_id",
    ),
    Holding.SUPPORT: (
        "endorsement.person_id",
        "seconding.person_id",
        "reaction.person_id",
        "petition_signature.person_id",
    ),
    Holding.VOTES: (
        "roll_entry.person_id",
        "roll_entry.voted_by",
        "ballot_event.actor_id",
        "assistance.voter_id",
        "proxy_letter.giver_id",
        "proxy_letter.holder_id",
        "poll_change.person_id",
        "roll_appeal.person_id",
    ),
    Holding.MEETINGS: (
        "rsvp.person_id",
        "arrival.person_id",
        "meeting_roll_entry.person_id",
        "meeting_roll_entry.attending_id",
        "meeting_addition.person_id",
    ),
    Holding.REQUESTS: ("data_request.person_id", "data_lock.person_id"),
}
"""Columns that hold a person's id, by what the row is to that person. Every other such column is a duty."""

NEVER = frozenset(
    {
        "village_id",
        "salt",
        "request_key",
        "idem_key",
        "key",
        "last_error",
        "claimed_until",
        "tries",
        "public_key",
        "credential_id",
        "last_step",
        "sign_count",
    }
)
"""Columns that say nothing about a person."""
UNREADABLE = ("_cipher", "_hash", "_mark", "wrapped")
"""How the names of columns end that are encrypted or hashed."""


def holding_of(column: str) -> Holding:
    """Return the category of a column, named as table.column."""
    return next((holding for holding, columns in HELD.items() if column in columns), Holding.DUTIES)


def is_told(name: str, holding: Holding) -> bool:
    """Tell whether an export gives a column of this name. Of duties only what and when: the rest is the village's."""
    if name in NEVER or name.endswith(UNREADABLE):
        return False
    return holding is not Holding.DUTIES or name == "id" or name.endswith(("_id", "_at", "number"))
