"""Count what each person sends in a day, in the database, so that all workers count together."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, text

from consult.domain.allowances import COUNTED, FREE_RETRIES, MOST_A_DAY, OF_STRANGERS, Use
from consult.domain.audit import Tag
from consult.domain.instants import local_day
from consult.domain.refusals import Reason, Refused
from consult.models import Allowance, Village, db
from consult.services.core import crypto, sure_time
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

_COUNT = text(
    "INSERT INTO allowance (mark, village_id, used, counted_on) VALUES (:mark, :village_id, :amount, :day) "
    "ON CONFLICT (mark) DO UPDATE SET used = allowance.used + excluded.used RETURNING used"
).bindparams(bindparam("day", type_=Allowance.__table__.c.counted_on.type))


@atomic
def spend(use: Use, act: Act, amount: int = 1) -> None:
    """Count an amount of a person's day. Raises Refused(ENOUGH_TODAY), and then the whole act is undone.

    Within another act call it after its rows are locked, as the last thing before the log.
    """
    if act.actor_id is None:
        return
    day = _today(act)
    row = {"mark": _mark(use, act, day), "village_id": act.village_id, "amount": amount, "day": day}
    used = db.session.execute(_COUNT, row).scalar_one()
    if used > MOST_A_DAY[use]:
        raise Refused(Reason.ENOUGH_TODAY)


@atomic
def spend_upload(size: int, act: Act, *, office: bool, sent: str) -> None:
    """Count a file that has arrived, before it is decoded: one that cannot be decoded costs as much. Raises Refused.

    `sent` is the same for a retry, which costs nothing: after a lost reply, or a collision. Not without end, for each is
    decoded.
    """
    if act.actor_id is not None and _is_retry(sent, act):
        return
    spend(Use.OFFICE_FILES if office else Use.FILES, act)
    spend(Use.OFFICE_BYTES if office else Use.BYTES, act, size)


def spend_by_strangers(use: Use, marks: Mapping[str, str], act: Act) -> None:
    """Count what may be done without a sign-in, by number, browser, address and village. Raises Refused(ENOUGH_APPEALS).

    Within another act, as `spend`. What is kept is a keyed hash that differs each day, never the address.
    """
    day = _today(act)
    for of, mark in sorted(marks.items()):
        key = crypto.mark("allowance", f"{act.village_id}:{of}:{mark}:{day}:{use}")
        row = {"mark": key, "village_id": act.village_id, "amount": 1, "day": day}
        if db.session.execute(_COUNT, row).scalar_one() > OF_STRANGERS[use][of]:
            raise Refused(Reason.ENOUGH_APPEALS)


def _is_retry(sent: str, act: Act) -> bool:
    """Note that something was sent; tell whether it was before, and is one of the few retries that cost nothing."""
    day = _today(act)
    mark = crypto.mark("allowance", f"{act.village_id}:{act.actor_id}:{day}:sent:{sent}")
    row = {"mark": mark, "village_id": act.village_id, "amount": 1, "day": day}
    times: int = db.session.execute(_COUNT, row).scalar_one()
    return times % (FREE_RETRIES + 1) != 1


def spend_for(tag: Tag, act: Act) -> None:
    """Count an act by the entry that it writes into the log, where acts of that kind are counted."""
    if tag in COUNTED:
        spend(COUNTED[tag], act)


@atomic
def forget(*, before: date) -> None:
    """Delete the counts of earlier days."""
    db.session.execute(delete(Allowance).where(Allowance.counted_on < before))


def _today(act: Act) -> date:
    village = db.session.get_one(Village, act.village_id)
    return local_day(ZoneInfo(village.timezone), sure_time.surely_past(act.village_id, act.now))


def _mark(use: Use, act: Act, day: date) -> str:
    """Return the key of a count. It tells nobody who filed a case: the database alone cannot compute it."""
    return crypto.mark("allowance", f"{act.village_id}:{act.actor_id}:{day}:{use}")
