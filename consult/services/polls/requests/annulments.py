"""Annulling a counted vote: two officers put on record by which paper a body above did it. The figures stay."""

from datetime import date
from typing import Any, TypedDict

from sqlalchemy import select

from consult.domain.audit import canonical, sha256
from consult.domain.polls.annulments import Ruling, sources
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.polls import COUNTED, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, PollChange, PollChangeConfirmation, Village, db
from consult.services.core.acts import Act
from consult.services.core.uploads import stored_files
from consult.services.people.villages import local_day
from consult.services.polls import poll_states


class BoundRuling(TypedDict):
    """The facts of a ruling that the new fingerprint binds."""

    annulled_by: str
    ruled_on: str
    ruling: str
    """Digest of number and photo."""


def columns(ruling: Ruling | None) -> dict[str, Any]:
    """Return the columns of a change that hold a ruling; none for another kind of change."""
    if ruling is None:
        return {}
    return {"annulled_by": ruling.by, "ruling": ruling.number, "ruled_on": ruling.on, "picture": ruling.picture}


def ruling_of(change: PollChange) -> Ruling | None:
    """Return the ruling of an annulment; None for another kind of change."""
    if change.annulled_by is None:
        return None
    return Ruling(change.annulled_by, change.ruling, change.ruled_on or date.max, change.picture)


def bound(village_id: int, ruling: Ruling) -> BoundRuling:
    """Return the facts of a ruling that the log and the fingerprint keep: no words, the photo by its salted digest."""
    photo = stored_files.logged_digest(village_id, ruling.picture)
    return {
        "annulled_by": ruling.by.value,
        "ruled_on": ruling.on.isoformat(),
        "ruling": sha256(canonical([ruling.number, photo])),
    }


def refuse_unless_possible(poll: Poll, state: PollState, ruling: Ruling | None, act: Act) -> None:
    """Refuse before the count, by a body above that cannot annul this one, or by a paper older than the vote. Raises Refused."""
    if state not in COUNTED:
        raise Refused(Reason.NOT_CLOSED_YET)
    if poll_states.stored_tally(poll) is None:
        raise Refused(Reason.NOT_COUNTED_BEFORE_ANNULLING)
    if ruling is None or not ruling.number or not ruling.picture or ruling.by not in sources(poll.body):
        raise Refused(Reason.CANNOT_ANNUL)
    village = db.session.get_one(Village, poll.village_id)
    if not local_day(village, poll.closes_at) <= ruling.on <= local_day(village, act.now):
        raise Refused(Reason.RULING_OF_ANOTHER_TIME)


def annulment_of(poll_id: int) -> PollChange | None:
    """Return the confirmed change that annulled a vote; None: it is not annulled."""
    query = select(PollChange).join(PollChangeConfirmation, PollChangeConfirmation.change_id == PollChange.id)
    return db.session.scalar(query.where(PollChange.poll_id == poll_id, PollChange.kind == ChangeKind.ANNULMENT))
