"""The gates of a vote that decides: convener, notice, open plan, kind of matter, study, check. Each door asks here.

Doors are the poll by phone, the call of a meeting, and the vote on an item, noticed or added on the spot: `refuse_unless_open`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from consult.domain.law.bodies import Body, first_opening_day
from consult.domain.law.motions import AS_PROPOSED, ItemText, Motion
from consult.domain.people.roles import GROUP_SCOPED, ORGANISATION_SCOPED, HeldOffice
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class Exceptions:
    """Reasons an officer writes down where a rule is not kept; empty where it is."""

    short_notice: str = ""
    authorisation: str = ""


@dataclass(frozen=True, kw_only=True)
class Door:
    """The way by which a motion comes before a body, with the exceptions that were written for this way and no other."""

    body: Body
    group_id: int | None
    exceptions: Exceptions
    known_on: date
    """The day on which those who vote were told of it: of the notice, or on which it was added on the spot."""
    voted_on: date
    added: bool = False
    """It was added after the notice."""
    text: ItemText = AS_PROPOSED
    """What is put to the vote there."""


def refuse_unless_open(door: Door, motion: Motion, *, title: str) -> None:
    """Refuse a motion for which a gate is shut: open plan, notice, kind of matter, owner, authorisation, study, papers, check.

    Study, papers and check are those of the text that is put to the vote there. Each door asks this one, so that none is
    easier than another. Convener and quorum are asked where they are known.
    """
    days = {"called_on": door.known_on, "starts_on": door.voted_on}
    refuse_closed_plan([motion], **days)
    refuse_short_notice(door.body, door.exceptions, added=door.added, **days)
    motion.refuse_unless_ripe(
        title,
        door.body.code,
        door.group_id,
        authorisation=door.exceptions.authorisation,
        on=door.voted_on,
        text=door.text,
    )


def why_not_convener(
    body: Body, group_id: int | None, *, held: Collection[HeldOffice], has_collective: bool
) -> Reason | None:
    """Return why a person with these offices may not put a vote before a body; None: they may.

    `has_collective`: the village, or the group whose vote it is, has a collective organisation. Its directors call its
    bodies (CEO 27); where there is none, the committee or the group's head acts for it (VCL 28.4, 32.3).
    """
    callers = body.called_by if has_collective or not body.of_a_collective else body.acting
    own = GROUP_SCOPED | ORGANISATION_SCOPED
    if any(one.role in callers and (one.role not in own or one.group_id == group_id) for one in held):
        return None
    return Reason.NOT_CONVENER


def why_not_scope(
    body: Body, group_id: int | None, *, has_collective: bool, is_township: bool = False
) -> Reason | None:
    """Return why a body cannot be that of this group, or of the village; None: it can.

    `is_township`: it is no village but the collective organisation of a township, which has no other bodies.

    Representatives and directors are of a collective organisation: where there is none, there are none.
    """
    if is_township and not body.of_a_collective:
        return Reason.NOT_OF_A_TOWNSHIP
    if not body.is_of(group_id):
        return Reason.BODY_IS_VILLAGE_WIDE if group_id is not None else Reason.BODY_NEEDS_GROUP
    return Reason.NO_COLLECTIVE if body.of_a_collective and not has_collective and not body.acting else None


def notice_is_short(days: int, *, called_on: date, starts_on: date) -> bool:
    """Tell whether fewer full days of notice are given than the rule asks."""
    return starts_on < first_opening_day(called_on, days)


def may_be_shortened(body: Body, motions: Collection[Motion], *, called_on: date, starts_on: date) -> bool:
    """Tell whether the notice is short and a written reason would make up for it."""
    short = notice_is_short(body.notice_days, called_on=called_on, starts_on=starts_on)
    return (
        short
        and body.notice_waivable != ""
        and not notice_is_short(_open_days(motions), called_on=called_on, starts_on=starts_on)
    )


def refuse_closed_plan(motions: Collection[Motion], *, called_on: date, starts_on: date) -> None:
    """Refuse a vote on a plan that has not lain open for its days. Nothing shortens them (CEO 46, docs/law.md)."""
    days = _open_days(motions)
    if notice_is_short(days, called_on=called_on, starts_on=starts_on):
        raise Refused(Reason.PLAN_NOT_OPEN_LONG_ENOUGH, days=days)


def refuse_short_notice(
    body: Body, exceptions: Exceptions, *, called_on: date, starts_on: date, added: bool = False
) -> None:
    """Refuse a vote that begins before the days of notice are over.

    A written reason shortens them where the body's law knows special circumstances (VCL26 25, docs/law.md).
    """
    if not notice_is_short(body.notice_days, called_on=called_on, starts_on=starts_on):
        return
    if added and not (body.notice_waivable and exceptions.short_notice):
        raise Refused(Reason.ADDED_AFTER_NOTICE, days=body.notice_days)
    if not body.notice_waivable:
        raise Refused(Reason.NOTICE_CANNOT_BE_SHORT, days=body.notice_days)
    if not exceptions.short_notice:
        raise Refused(Reason.NOTICE_TOO_SHORT, days=body.notice_days)


def _open_days(motions: Collection[Motion]) -> int:
    return max((motion.open_days for motion in motions), default=0)


def decides(body: Body, motion: Motion) -> bool:
    """Tell whether a vote of a meeting decides.

    Neither the body nor the kind of matter only advises, and it is not for another body to decide.
    """
    return not body.consultative and not motion.only_advises and not _prepares(body, motion)


def _prepares(body: Body, motion: Motion) -> bool:
    """Tell whether the committee or the board talks over what another body decides. The Party members decide their review."""
    return body.code in ("VC", "BOARD") and motion.matter is not None and body.code not in motion.matter.bodies


def refuse_formal(body: Body, motion: Motion, *, title: str) -> None:
    """Refuse a vote that is to decide on what is only talked over, or only prepared for another body."""
    if motion.only_advises:
        raise Refused(Reason.ONLY_TALKED_OVER, title=title)
    if motion.matter is not None and _prepares(body, motion):
        raise Refused(Reason.OTHER_BODY_DECIDES, title=title, bodies=list(motion.matter.bodies))


def why_not_hands(body: Body, *, hands: bool, formal: bool) -> Reason | None:
    """Return why a vote that decides may not be by raised hands; None: it may."""
    return Reason.BALLOT_REQUIRED if body.by_ballot and hands and formal else None
