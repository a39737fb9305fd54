"""The gates of a vote that decides: convener, notice, open plan, kind of matter, study, check. Each door asks here.

Doors are the poll by phone, the call of a meeting, and the vote on an item that was added on the spot.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from consult.domain.law.bodies import Body, first_opening_day
from consult.domain.law.motions import Motion
from consult.domain.people.roles import GROUP_SCOPED, ORGANISATION_SCOPED, HeldOffice
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class Exceptions:
    """Reasons an officer writes down where a rule is not kept; empty where it is."""

    short_notice: str = ""
    authorisation: str = ""


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


def refuse_short_notice(body: Body, exceptions: Exceptions, *, called_on: date, starts_on: date) -> None:
    """Refuse a vote that begins before the days of notice are over.

    A written reason shortens them where the body's law knows special circumstances (VCL26 25, docs/law.md).
    """
    if not notice_is_short(body.notice_days, called_on=called_on, starts_on=starts_on):
        return
    if not body.notice_waivable:
        raise Refused(Reason.NOTICE_CANNOT_BE_SHORT, days=body.notice_days)
    if not exceptions.short_notice:
        raise Refused(Reason.NOTICE_TOO_SHORT, days=body.notice_days)


def _open_days(motions: Collection[Motion]) -> int:
    return max((motion.open_days for motion in motions), default=0)


def refuse_unless_ripe(body: Body, group_id: int | None, motion: Motion, exceptions: Exceptions, *, title: str) -> None:
    """Refuse a motion whose kind, owner, study, papers or check do not let it go before the body."""
    motion.refuse_unless_ripe(title, body.code, group_id, authorisation=exceptions.authorisation)


def decides(body: Body, motion: Motion) -> bool:
    """Tell whether a vote of a meeting decides: neither the body nor the kind of matter only advises."""
    return not body.consultative and not motion.only_advises


def refuse_formal(motion: Motion, *, title: str) -> None:
    """Refuse a vote that is to decide on what is only talked over."""
    if motion.only_advises:
        raise Refused(Reason.ONLY_TALKED_OVER, title=title)


def why_not_hands(body: Body, *, hands: bool, formal: bool) -> Reason | None:
    """Return why a vote that decides may not be by raised hands; None: it may."""
    return Reason.BALLOT_REQUIRED if body.by_ballot and hands and formal else None
