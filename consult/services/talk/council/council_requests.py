"""Acts in the council's name that wait for a second person: ask, drop, lapse. council_acts.py confirms them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.instants import last_day_anywhere
from consult.domain.people.roles import ANSWERS_PROPOSALS, CHANGES_POLLS
from consult.domain.people.two_persons import RequestState
from consult.domain.people.waiting import Wait, acting_office
from consult.domain.talk.council_requests import CouncilAct, CouncilEnd
from consult.models import (
    Consultation,
    CouncilRequest,
    CouncilRequestStep,
    Merger,
    Notice,
    Objection,
    Person,
    Proposal,
    Village,
    Withdrawal,
    db,
)
from consult.models.talk import answer_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.requests import RequestKind, asked_of
from consult.services.people.two_persons.second_persons import Wanted


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An act that an officer asks for in the council's name."""

    kind: CouncilAct
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    consultation_id: int | None = None
    objection_id: int | None = None


def ask(wish: Wish, office: str, act: Act) -> CouncilRequest:
    """Write down what an officer asks for, in the unit of work at hand. Raises Refused.

    The caller has locked what it is about. The same wish of the same officer, or the same key, asks once. `office`: by
    which it is asked; empty: one that they hold.
    """
    concerned = concerned_by(wish.consultation_id, wish.objection_id)
    if concerned is not None:
        villages.refuse_own_matter(concerned, act)
    if earlier := _waiting_like(wish, act):
        return earlier
    village = db.session.get_one(Village, act.village_id)
    office = office or acting_office(
        villages.roles_of(act.actor, on=villages.local_day(village, act.now)), ANSWERS_PROPOSALS
    )
    villages.refuse_without_office(office, act, ANSWERS_PROPOSALS)
    request = CouncilRequest(
        village_id=act.village_id,
        language=act.language,
        request_key=act.key or sha256(canonical([act.actor_id, act.now.isoformat(), wish.kind, wish.facts])),
        asked_by=act.actor_id,
        asked_office=office,
        asked_at=act.now,
        **wish.__dict__,
    )
    db.session.add(request)
    db.session.flush()
    second_persons.tell(_wanted(request), act)
    audit.record(Tag.COUNCIL_ASKED, _subject(request), act, **logged(request, office))
    return request


def _waiting_like(wish: Wish, act: Act) -> CouncilRequest | None:
    query = select(CouncilRequest).where(
        CouncilRequest.village_id == act.village_id,
        CouncilRequest.kind == wish.kind,
        CouncilRequest.consultation_id.is_not_distinct_from(wish.consultation_id),
        CouncilRequest.objection_id.is_not_distinct_from(wish.objection_id),
        CouncilRequest.asked_by == act.actor_id,
    )
    mine = db.session.scalars(query.order_by(CouncilRequest.id)).all()
    ended = set(
        db.session.scalars(
            select(CouncilRequestStep.request_id).where(CouncilRequestStep.request_id.in_([one.id for one in mine]))
        )
    )
    alike = (one for one in mine if one.id not in ended and (one.text, one.facts) == (wish.text, wish.facts))
    return next((one for one in mine if one.request_key == act.key), None) or next(alike, None)


def settle(request: CouncilRequest, office: str, act: Act) -> bool:
    """Write that a second person confirms it, in the unit of work at hand. False: it was confirmed before. Raises Refused.

    The caller has locked what it is about, and asks again all that was asked when it was asked for.
    """
    if REQUESTS.was_confirmed(request):
        return False
    REQUESTS.refuse_second(request, office, act)
    concerned = concerned_by(request.consultation_id, request.objection_id)
    if concerned is not None:
        villages.refuse_own_matter(concerned, act)
    _end(request, CouncilEnd.CONFIRMED, act, office)
    return True


def record_confirmed(request: CouncilRequest, office: str, act: Act) -> None:
    """Log that it was confirmed. Call it last."""
    persons = sorted({request.asked_by, act.actor.id})
    audit.record(Tag.COUNCIL_CONFIRMED, _subject(request), act, persons=persons, **logged(request, office))


@atomic
def drop(request: CouncilRequest, office: str, act: Act) -> None:
    """Drop a request that waits, as one of the officers. Twice is the same as once. Raises Refused."""
    transactions.lock(request)
    if not REQUESTS.may_be_dropped(request):
        return
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    _drop(request, CouncilEnd.DROPPED, act, office)


def _of_what_is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    tomorrow = last_day_anywhere(now)  # no village's day is later; _is_over asks with the village's own
    stay = select(Consultation.id).where(or_(*answer_queries.may_not_move(tomorrow)))
    return (
        CouncilRequest.consultation_id.in_(select(Withdrawal.consultation_id)),
        CouncilRequest.consultation_id.in_(select(Merger.consultation_id)),
        and_(CouncilRequest.kind == CouncilAct.EXTENSION, CouncilRequest.consultation_id.in_(stay)),
    )


def _is_over(request: CouncilRequest, past: datetime) -> bool:
    about = request.consultation_id
    if about is None:
        return False
    if any(db.session.get(ending, about) is not None for ending in (Withdrawal, Merger)):
        return True
    today = villages.local_day(db.session.get_one(Village, request.village_id), past)
    return request.kind is CouncilAct.EXTENSION and not answer_queries.can_move(about, today)


def _state(request: CouncilRequest) -> RequestState:
    step = step_of(request)
    return RequestState(step.step.value) if step is not None else RequestState.WAITS


def _drop(request: CouncilRequest, end: CouncilEnd, act: Act, office: str) -> None:
    _end(request, end, act, office)
    second_persons.tell_asker(
        request.asked_by,
        f"council_ended:{request.id}",
        act,
        kind=f"council_{end.value}",
        title=title_of(request),
        **_places(request),
    )
    facts = {"request": request.id, "kind": request.kind.value, "end": end.value}
    audit.record(Tag.COUNCIL_ENDED, _subject(request), act, **facts)


def _end(request: CouncilRequest, end: CouncilEnd, act: Act, office: str) -> None:
    step = CouncilRequestStep(
        request_id=request.id,
        village_id=request.village_id,
        step=end,
        asked_by=request.asked_by,
        asked_office=request.asked_office,
        done_by=act.actor_id,
        done_office=office,
        done_at=act.now,
    )
    db.session.add(step)
    db.session.flush()
    second_persons.over(Wait.COUNCIL, [request.id], act)


def _wanted(request: CouncilRequest) -> Wanted:
    concerned = concerned_by(request.consultation_id, request.objection_id)
    home = db.session.get_one(Person, concerned).household_id if concerned is not None else None
    return Wanted(
        kind=Wait.COUNCIL,
        id=request.id,
        asked=asked_of(request),
        about=concerned,
        homes=frozenset({home} if home is not None else ()),
        facts={"kind": f"second_{request.kind.value}", "title": title_of(request), **_places(request)},
    )


def _places(request: CouncilRequest) -> dict[str, int]:
    """Return where the form to confirm it stands."""
    if request.consultation_id is not None:
        return {"consultation": request.consultation_id}
    if request.objection_id is not None:
        return {"notice": db.session.get_one(Objection, request.objection_id).notice_id}
    return {}


def concerned_by(consultation_id: int | None, objection_id: int | None) -> int | None:
    """Return whose matter it is: the mover's, or of who said it against a notice. None: nobody's in particular."""
    if objection_id is not None:
        return db.session.get_one(Objection, objection_id).made_by
    if consultation_id is None:
        return None
    return db.session.scalar(select(Proposal.proposed_by).where(Proposal.consultation_id == consultation_id))


def is_own(request: CouncilRequest, officer: Person) -> bool:
    """Tell whether a request is about a matter of an officer, or of the officer's house."""
    concerned = concerned_by(request.consultation_id, request.objection_id)
    return concerned is not None and villages.of_one_house(concerned, officer)


def title_of(request: CouncilRequest) -> str:
    """Return what it is about, in the words of the village; empty: the village as a whole."""
    if request.consultation_id is not None:
        return db.session.get_one(Consultation, request.consultation_id).proposal.title
    if request.objection_id is None:
        return ""
    notice = db.session.get_one(Notice, db.session.get_one(Objection, request.objection_id).notice_id)
    if notice.meeting is not None:
        return notice.meeting.title
    about = notice.consultation or (notice.poll.consultation if notice.poll else None)
    return about.proposal.title if about is not None else ""


def logged(request: CouncilRequest, office: str) -> dict[str, Any]:
    """Return what the log keeps of a request: its kind, the office, and a digest of what it says."""
    digest = sha256(canonical([request.facts, request.text]))
    return {"request": request.id, "kind": request.kind.value, "office": office, "digest": digest}


def _subject(request: CouncilRequest) -> str:
    if request.consultation_id is not None:
        return f"consultation:{request.consultation_id}"
    if request.objection_id is not None:
        return f"notice:{db.session.get_one(Objection, request.objection_id).notice_id}"
    return f"village:{request.village_id}"


def step_of(request: CouncilRequest) -> CouncilRequestStep | None:
    """Return what became of a request, by what the database says now; None: it waits."""
    return db.session.get(CouncilRequestStep, request.id, populate_existing=True)


def shown_parts(request: CouncilRequest) -> dict[str, object]:
    """Return what the form to confirm it shows: what it says, and of a proposal the words that it is about."""
    text = None
    if request.consultation_id is not None:
        text = db.session.scalar(select(Proposal.revision).where(Proposal.consultation_id == request.consultation_id))
    return {"request": [request.id, request.facts, request.text], "text": text}


def _open() -> ColumnElement[bool]:
    return CouncilRequest.id.not_in(select(CouncilRequestStep.request_id))


REQUESTS = RequestKind(
    name="act in the council's name",
    model=CouncilRequest,
    confirmed_by=CHANGES_POLLS,
    state=_state,
    waiting=lambda: (_open(),),
    lock=transactions.lock,
    end=lambda request, end, act: _drop(request, CouncilEnd(end.value), act, ""),
    over=_of_what_is_over,
    is_over=_is_over,
)
lapse_due = REQUESTS.lapse_due


def waiting(village_id: int, *which: ColumnElement[bool]) -> Sequence[CouncilRequest]:
    """Return the requests that wait for a second person, oldest first. `which`: those of one matter."""
    query = select(CouncilRequest).where(CouncilRequest.village_id == village_id, _open(), *which)
    return db.session.scalars(query.options(joinedload(CouncilRequest.asker)).order_by(CouncilRequest.id)).all()


def settled_rule(village_id: int) -> CouncilRequest | None:
    """Return the request on which the village's rule of answers stands: the newest that was confirmed."""
    query = select(CouncilRequest).join(CouncilRequestStep, CouncilRequestStep.request_id == CouncilRequest.id)
    mine = query.where(
        CouncilRequest.village_id == village_id,
        CouncilRequest.kind == CouncilAct.ENDORSEMENT_RULE,
        CouncilRequestStep.step == CouncilEnd.CONFIRMED,
    )
    newest = mine.order_by(CouncilRequestStep.done_at.desc(), CouncilRequest.id.desc()).limit(1)
    names = (joinedload(CouncilRequest.asker), joinedload(CouncilRequest.step).joinedload(CouncilRequestStep.person))
    return db.session.scalar(newest.options(*names))


def answers_to_objections(objection_ids: Collection[int]) -> dict[int, CouncilRequest]:
    """Return the confirmed requests on which answers to objections stand, by the objection."""
    if not objection_ids:
        return {}
    confirmed = select(CouncilRequestStep.request_id).where(CouncilRequestStep.step == CouncilEnd.CONFIRMED)
    query = select(CouncilRequest).where(
        CouncilRequest.objection_id.in_(objection_ids), CouncilRequest.id.in_(confirmed)
    )
    names = (joinedload(CouncilRequest.asker), joinedload(CouncilRequest.step).joinedload(CouncilRequestStep.person))
    return {one.objection_id: one for one in db.session.scalars(query.options(*names)) if one.objection_id is not None}


def waiting_for_objections(objection_ids: Collection[int]) -> Sequence[CouncilRequest]:
    """Return the answers to objections that wait for a second person, oldest first."""
    if not objection_ids:
        return []
    query = select(CouncilRequest).where(CouncilRequest.objection_id.in_(objection_ids), _open())
    return db.session.scalars(query.order_by(CouncilRequest.id)).all()
