"""The day for the council's answer: moved once, by two officers, before it has passed; and what is said of it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.roles import ANSWERS_PROPOSALS, Role
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.council_requests import CouncilAct
from consult.models import (
    AnswerExtension,
    Consultation,
    CouncilRequest,
    CouncilRequestStep,
    Endorsement,
    Village,
    db,
)
from consult.models.people.role_queries import holders
from consult.models.talk import answer_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.villages import local_day, town_days
from consult.services.talk import phases
from consult.services.talk.council import council_requests
from consult.services.talk.council.council_requests import Wish


@atomic
def extend(consultation: Consultation, until: date, reason: str, act: Act, *, office: str = "") -> CouncilRequest:
    """Ask for a later day for the answer, once, before the day has passed; it waits for a second officer. Raises Refused.

    Until then the day stays as it is. The same wish of the same officer, or the same key, asks once.
    """
    transactions.lock(consultation)
    earlier = transactions.earlier(CouncilRequest, act.key, consultation_id=consultation.id)
    if earlier is not None:
        return earlier
    due = refuse_unless_movable(consultation, until, act)
    facts = {"due": due.isoformat(), "until": until.isoformat()}
    wish = Wish(kind=CouncilAct.EXTENSION, text=reason, facts=facts, consultation_id=consultation.id)
    return council_requests.ask(wish, office, act)


def refuse_unless_movable(consultation: Consultation, until: date, act: Act) -> date:
    """Return the day that holds now. Raises Refused where it cannot be moved to another: asked when asked for and confirmed."""
    phases.refuse_ended(consultation)
    if db.session.get(AnswerExtension, consultation.id, populate_existing=True) is not None:
        raise Refused(Reason.ANSWER_EXTENDED)
    due = consultation.answer_due_on
    if due is None or not is_owed(consultation):
        raise Refused(Reason.NO_ANSWER_OWED)
    today = local_day(db.session.get_one(Village, consultation.village_id), act.now)
    if today > due:
        raise Refused(Reason.ANSWER_LATE)
    if not owed.may_extend(due, until, today=today):
        raise Refused(Reason.EXTENSION_TOO_LONG)
    return due


def refuse_unless_confirmable(consultation: Consultation, request: CouncilRequest, act: Act) -> None:
    """Ask again what was asked when a later day was asked for: it can be moved, and is still the day of then."""
    due = refuse_unless_movable(consultation, date.fromisoformat(request.facts["until"]), act)
    if due.isoformat() != request.facts["due"]:
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["due"])


def extend_for_two(consultation: Consultation, request: CouncilRequest, act: Act) -> None:
    """Move the day as a request of two officers says, in the unit of work at hand, and tell those who wait for it."""
    due, until = (date.fromisoformat(request.facts[name]) for name in ("due", "until"))
    over(consultation, now=act.now)
    db.session.add(
        AnswerExtension(
            consultation_id=consultation.id,
            village_id=consultation.village_id,
            due_before=due,
            until=until,
            reason=request.text,
            language=request.language,
            extended_by=request.asked_by,
            extended_at=act.now,
            request_id=request.id,
        )
    )
    consultation.answer_due_on = until
    db.session.flush()
    village = db.session.get_one(Village, consultation.village_id)
    supervisors = holders(village.id, {Role.SUPERVISOR}, on=local_day(village, act.now))
    notifications.tell(
        (those_behind(consultation) | supervisors) - {act.actor_id, request.asked_by},
        NotificationEvent.CHANGED,
        f"answer_extended:{consultation.id}",
        village_id=village.id,
        consultation_id=consultation.id,
        now=act.now,
        kind="answer_extended",
        title=consultation.proposal.title,
        until=until.isoformat(),
    )
    facts = {"due_before": due.isoformat(), "until": until.isoformat(), "digest": sha256(request.text)}
    audit.record(Tag.ANSWER_EXTENDED, f"consultation:{consultation.id}", act, request=request.id, **facts)


def those_behind(consultation: Consultation) -> set[int]:
    """Return the ids of the proposer and of those whose names stand behind it."""
    names = select(Endorsement.person_id).where(Endorsement.consultation_id == consultation.id)
    return {consultation.proposal.proposed_by, *db.session.scalars(names)}


def is_owed(consultation: Consultation) -> bool:
    """Tell whether the council owes an answer to a consultation that goes on."""
    return answer_queries.is_owed(consultation.id)


def extended(consultation_id: int) -> AnswerExtension | None:
    """Return how the day was moved, and by which two officers; None if it was not."""
    asked = joinedload(AnswerExtension.request)
    step = asked.joinedload(CouncilRequest.step).joinedload(CouncilRequestStep.person)
    return db.session.get(AnswerExtension, consultation_id, options=[asked.joinedload(CouncilRequest.asker), step])


def met_by_vote(consultation: Consultation, *, now: datetime) -> None:
    """Take back what was told of the duty where a declared vote has met it, in the unit of work at hand."""
    if answer_queries.is_met_by_vote(consultation.id):
        over(consultation, now=now)


def owed_after_annulment(consultation: Consultation, poll_id: int, act: Act) -> None:
    """Tell the council that an answer is owed again where the vote that met the duty was annulled; its day stays."""
    if consultation.answer_due_on is None or phases.has_ended(consultation) or not is_owed(consultation):
        return
    village = db.session.get_one(Village, consultation.village_id)
    notifications.tell(
        holders(village.id, ANSWERS_PROPOSALS, on=local_day(village, act.now)),
        NotificationEvent.DUTY,
        f"answer_again:poll:{poll_id}",
        village_id=village.id,
        consultation_id=consultation.id,
        now=act.now,
        kind="answer_due",
        title=consultation.proposal.title,
        until=consultation.answer_due_on.isoformat(),
    )


def town_days_by_due(village: Village) -> Callable[[date], int]:
    """Return what tells, by the day on which something is due, after how many days the town is told of it.

    A later rule gives no more days for it. The village's rules are read once, when the first day is asked for.
    """

    @cache
    def rules() -> list[tuple[date, int]]:
        return [(local_day(village, one.set_at), one.days) for one in answer_queries.town_rules_set(village.id)]

    return lambda due: owed.town_days_for(due, rules(), now=town_days(village))


def told_of(consultation: Consultation) -> str:
    """Return the subject of the lines that say that an answer is owed; another day gives new ones."""
    return f"answer:{consultation.id}:{consultation.answer_due_on}"


def soon_of(consultation_id: int, due: date) -> str:
    """Return the subject of the lines that say that the day comes near."""
    return f"answer_soon:{consultation_id}:{due}"


def over(consultation: Consultation, *, now: datetime) -> None:
    """Take back what officers were told of the duty: it is settled, it ended, or it has another day."""
    one, due = consultation, consultation.answer_due_on
    subjects = [f"answer:{one.id}", f"answer_soon:{one.id}"]  # those of older lines
    if due is not None:
        subjects += [told_of(one), soon_of(one.id, due)]
        notifications.take_back_late(owed.subjects(Owed.ANSWER, one.id, due), now=now)
    notifications.take_back(subjects, now=now)
