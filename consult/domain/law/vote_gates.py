"""The gates of a vote that decides: convener, notice, open plan, kind of matter, study, check. Each door asks here.

Doors are the poll by phone, the call of a meeting, and the vote on an item that was added on the spot.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from consult.domain.law.bodies import Body, first_opening_day
from consult.domain.law.motions import Motion
from consult.domain.people.roles import GROUP_SCOPED, Role
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class Exceptions:
    """Reasons an officer writes down where a rule is not kept; empty where it is."""

    short_notice: str = ""
    study: str = ""
    authorisation: str = ""


def why_not_convener(
    body: Body, group_id: int | None, *, held: Collection[Role], headed: Collection[int]
) -> Reason | None:
    """Return why a person with these offices, head of these groups, may not put a vote before a body; None: they may."""
    for role in body.called_by & frozenset(held):
        if role not in GROUP_SCOPED or group_id in headed:
            return None
    return Reason.NOT_CONVENER


def notice_is_short(days: int, *, called_on: date, starts_on: date) -> bool:
    """Tell whether fewer full days of notice are given than the rule asks."""
    return starts_on < first_opening_day(called_on, days)


def may_be_shortened(body: Body, motions: Collection[Motion], *, called_on: date, starts_on: date) -> bool:
    """Tell whether the notice is short and a written reason would make up for it."""
    short = notice_is_short(body.notice_days, called_on=called_on, starts_on=starts_on)
    return (
        short
        and body.notice_waivable
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


def refuse_unless_ripe(body: Body, motion: Motion, exceptions: Exceptions, *, title: str) -> None:
    """Refuse a motion whose kind of matter, study or check does not let it go before the body."""
    motion.refuse_unless_ripe(
        title, body.code, study_exception=exceptions.study, authorisation=exceptions.authorisation
    )
