"""The fields that a poll's bundle opens of each entry of the log. Every other field, and every other entry, stays committed.

Never opened: the actor; an instant but those of announcing, changing, ending, closing, declaring; roll numbers, arrivals,
paper and raised hands as they were marked; anything of a secret poll's casts.
"""

from collections.abc import Mapping
from typing import Any

from consult.domain.audit import Tag

ALWAYS = frozenset(("tag", "subject"))
TALLY = "roll present counts by_channel counts_by_channel blank invalid issued returned late"
FIELDS = {
    Tag.MEETING_CALLED: "facts.fingerprint",
    Tag.POLL_ANNOUNCED: "at facts.fingerprint facts.units",
    Tag.CHANGE_ASKED: "by facts.change facts.kind facts.office",
    Tag.POLL_CHANGED: "at by facts.change facts.fingerprint",
    Tag.POLL_ENDED: "at by facts.closes_at facts.here",
    Tag.LATE_MARKS_CONFIRMED: "by facts.request facts.channel facts.units facts.asked_by facts.asked_office facts.office "
    "facts.undoes facts.of_late",
    Tag.SHEET_OPENED: "facts.sheet facts.channel facts.corrects",
    Tag.SHEET_ENTERED: "by facts.sheet facts.digest",
    Tag.SHEET_CONFIRMED: "facts.sheet facts.channel facts.corrects facts.figures",
    Tag.BALLOT_VOIDED: "facts.why",
    Tag.CONTEST_OPINION: "by facts.contest facts.office facts.upheld facts.in_box",
    Tag.CONTEST_RULED: "facts.contest facts.upheld facts.in_box",
    Tag.CONTEST_UNDECIDED: "facts.contest",
    Tag.POLL_CLOSED: "at facts.marks facts.listed facts.rules facts.told facts.acts facts.appeals "
    + " ".join(f"facts.{name}" for name in TALLY.split()),
    Tag.POLL_DECLARED: "at facts.tally facts.verdict facts.told facts.notice facts.acts facts.appeals",
    Tag.NOTICE_POSTED: "facts.notice_tag facts.poll facts.year facts.number facts.assets",
}
OPEN_TO_ALL = frozenset(tag.value for tag in FIELDS)
FIELDS_OF_SCRUTINEERS = {
    Tag.SHEET_ENTERED: "facts.picture",
    Tag.POLL_CLOSED: "facts.ballots",
}
CASTS_OF_SCRUTINEERS = "facts.commitment facts.rev facts.channel"
"""Of a named poll: each choice is held against its commitment. Neither unit nor instant."""


def opened_fields(tag: str, *, full: bool, secret: bool) -> frozenset[str]:
    """Return the names of the fields that a bundle shows of this poll's entries with a tag; empty: the digest alone."""
    known = Tag(tag)
    names = FIELDS.get(known, "")
    if full:
        names += " " + FIELDS_OF_SCRUTINEERS.get(known, "")
        names += " " + CASTS_OF_SCRUTINEERS if known is Tag.BALLOT_CAST and not secret else ""
    return frozenset(names.split()) | ALWAYS if names.strip() else frozenset()


def said(fields: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return the same fields of an entry of the first form, which nobody outside can recompute."""
    return {name: fields[name] for name in sorted(names & fields.keys())}
