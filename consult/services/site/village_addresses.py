"""Give a village another slug, and close it or open it again: by the operator, with two officers once it runs.

What the slug was before leads on to what it is: QR codes on cards and notices are on paper. A closed village can be read
and signed in to by everybody who could before; nothing is added, and its log, its bundles and its notices stay.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from consult.domain.audit import Tag
from consult.domain.cases.states import OPEN
from consult.domain.refusals import Reason, Refused
from consult.models import Declaration, FormerSlug, MediationCase, Meeting, Person, Poll, Village, db
from consult.models.site import owed_queries
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons.village_facts import refuse_unless_two


@atomic
def rename(village_id: int, slug: str, officers: Sequence[Person], act: Act) -> str:
    """Give a village another slug and return the one it had; that one leads on to the new one. Raises Refused."""
    village = villages.locked(village_id)
    was = village.slug
    if was == slug:
        return was
    refuse_unless_two(village, officers, act)
    if is_taken(slug, by_other_than=village_id):
        raise Refused(Reason.SLUG_TAKEN)
    if own := db.session.get(FormerSlug, slug):
        db.session.delete(own)
    db.session.add(FormerSlug(slug=was, village_id=village_id, left_at=act.now))
    village.slug = slug
    try:
        db.session.flush()
    except IntegrityError:  # another village took it this moment
        raise Refused(Reason.SLUG_TAKEN) from None
    _record(act, officers, field="slug", was=was, becomes=slug)
    return was


def is_taken(slug: str, *, by_other_than: int = 0) -> bool:
    """Tell whether a village has a slug now, or had it before; `by_other_than`: one that may have it."""
    has = select(Village.id).where(Village.slug == slug, Village.id != by_other_than)
    had = select(FormerSlug.village_id).where(FormerSlug.slug == slug, FormerSlug.village_id != by_other_than)
    return db.session.scalar(has.union_all(had).limit(1)) is not None


def leads_to(slug: str) -> str:
    """Return the slug of the village that had this one before; empty where none had it."""
    query = select(Village.slug).join(FormerSlug, FormerSlug.village_id == Village.id).where(FormerSlug.slug == slug)
    return db.session.scalar(query) or ""


@atomic
def close(village_id: int, officers: Sequence[Person], act: Act) -> bool:
    """Close a village for good or until it is opened again; False: it is closed already.

    Raises Refused while votes, meetings, cases, answers or other duties are open, with how many of each.
    """
    village = villages.locked(village_id)
    if village.closed_at is not None:
        return False
    refuse_unless_two(village, officers, act)
    audit.lock_head(village_id)  # what begins at this moment is written and seen below, or waits and finds it closed
    if left := {what: count for what, count in still_open(village_id).items() if count}:
        raise Refused(Reason.STILL_OPEN, **left)
    village.closed_at = act.now
    _record(act, officers, field="closed", was="", becomes=act.now.isoformat())
    return True


@atomic
def reopen(village_id: int, officers: Sequence[Person], act: Act) -> bool:
    """Open a closed village again; False: it is open. Raises Refused."""
    village = villages.locked(village_id)
    if village.closed_at is None:
        return False
    refuse_unless_two(village, officers, act)
    was, village.closed_at = village.closed_at.isoformat(), None
    _record(act, officers, field="closed", was=was, becomes="")
    return True


def still_open(village_id: int) -> Mapping[str, int]:
    """Return how many votes, meetings, cases and duties of a village are not at their end. A vote ends by its declaration."""
    votes = select(func.count()).select_from(Poll).outerjoin(Declaration, Declaration.poll_id == Poll.id)
    votes = votes.where(Poll.village_id == village_id, Poll.stands, Declaration.poll_id.is_(None))
    meetings = select(func.count()).where(
        Meeting.village_id == village_id,
        Meeting.called_at.is_not(None),
        Meeting.closed_at.is_(None),
        Meeting.cancelled_at.is_(None),
    )
    cases = select(func.count()).where(MediationCase.village_id == village_id, MediationCase.state.in_(OPEN))
    return {
        "votes": db.session.scalar(votes) or 0,
        "meetings": db.session.scalar(meetings) or 0,
        "cases": db.session.scalar(cases) or 0,
        "duties": owed_queries.how_many_open(village_id),
    }


def _record(act: Act, officers: Sequence[Person], *, field: str, was: str, becomes: str) -> None:
    by = [one.id for one in officers]
    audit.record(
        Tag.VILLAGE_CHANGED, f"village:{act.village_id}", act, field=field, was=was, becomes=becomes, officers=by
    )
