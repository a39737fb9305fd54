"""Count wrong PINs and wrong second proofs, and refuse further ones: strangers share limits, known browsers have their own.

A try is counted before it is compared, which is slow and holds no lock, and taken off the count when it was right: tries
sent side by side are not more than tries sent one after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, select

from consult.domain.people import pins as rules
from consult.domain.people.codes import DAY
from consult.domain.people.pins import Guessed, WrongOnes
from consult.domain.people.sign_ins import minutes_of
from consult.domain.refusals import Reason, Refused
from consult.models import SignInAttempt, db
from consult.services.core import sure_time, transactions
from consult.services.core.transactions import atomic
from consult.services.people.limits import alarms
from consult.services.people.limits.askers import Asker

Told = Callable[[], object]


@dataclass(frozen=True)
class Guess:
    """A try: at what, by which browser."""

    what: Guessed
    village_id: int
    mark: str
    """The card, or whose second proof it is; also what a known browser knows."""
    asker: Asker
    old_pin: bool = False
    """The PIN may be shorter than PINs are now."""

    @property
    def lane(self) -> str:
        """Return the mark of this browser's own lane; empty for a strange one."""
        return self.asker.lane_of(self.mark)

    @property
    def limits(self) -> rules.PinLimits:
        """Return the limits of the strangers."""
        return rules.limits_of(self.what, old_pin=self.old_pin)


def count(guess: Guess, *, now: datetime, hold: Told, tell: Told) -> None:
    """Note one try. Raises Refused where there were too many wrong ones.

    `hold` locks what is tried, in the same unit of work. `tell` is called where strangers reach a limit: it tells those
    whose card or second proof it is. Not within a unit of work: the refusal would undo what it tells.
    """
    try:
        _count(guess, hold, now=now)
    except Refused as refusal:
        if "cap" in refusal.facts:
            _alarm(guess, str(refusal.facts["cap"]), now=now, tell=tell)
        raise


def was_wrong(guess: Guess, *, now: datetime, tell: Told) -> None:
    """Raise the alarm where this wrong try was the last one that strangers had."""
    if not guess.lane and (cap := rules.cap_reached(_wrong(guess, now), guess.limits)):
        _alarm(guess, cap, now=now, tell=tell)


@atomic
def was_right(guess: Guess) -> None:
    """Take a right try off the count, with this browser's wrong ones at the same before it: they were slips of its owner."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.mark == guess.mark, _by_browser(guess)))


@atomic
def _count(guess: Guess, hold: Told, *, now: datetime) -> None:
    hold()
    transactions.queue_for("pins")
    wrong = _wrong(guess, now)
    if wait := rules.wait_of_browser(wrong, sure_time.surely_past(guess.village_id, now)):
        raise Refused(Reason.WAIT_FOR_PIN, minutes=minutes_of(wait))
    if not guess.lane and (cap := rules.cap_reached(wrong, guess.limits)):
        raise Refused(Reason.PINS_CAPPED, cap=cap)
    attempt = SignInAttempt(
        village_id=guess.village_id,
        mark=guess.mark,
        tried_at=now,
        what=guess.what.value,
        asker_mark=guess.asker.mark,
        lane=guess.lane,
    )
    db.session.add(attempt)


def _wrong(guess: Guess, now: datetime) -> WrongOnes:
    """Return the wrong tries of the last day. Instants ahead of the clock count too: it may have stepped back."""
    since = sure_time.surely_past(guess.village_id, now) - DAY
    recent = (SignInAttempt.what == guess.what.value, SignInAttempt.tried_at > since)
    mine = select(SignInAttempt.tried_at).where(*recent, _by_browser(guess))
    here = SignInAttempt.village_id == guess.village_id
    counted = (here & (SignInAttempt.mark == guess.mark), here)
    columns = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in counted]
    strangers = select(*columns, func.count()).select_from(SignInAttempt).where(*recent, SignInAttempt.lane == "")
    of_one, village, server = db.session.execute(strangers).one()
    return WrongOnes(db.session.scalars(mine).all(), int(of_one), int(village), int(server))


def _by_browser(guess: Guess) -> ColumnElement[bool]:
    """Return the condition of this browser's tries: of its lane, or of its session among the strangers'."""
    if guess.lane:
        return SignInAttempt.lane == guess.lane
    return (SignInAttempt.asker_mark == guess.asker.mark) & (SignInAttempt.lane == "")


def _alarm(guess: Guess, cap: str, *, now: datetime, tell: Told) -> None:
    alarms.reached(guess.village_id, guess.what.value, cap, now=now)
    tell()
