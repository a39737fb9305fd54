"""Petitions to call a meeting: opening one, signing it; when enough have signed, the committee is told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from consult.domain.audit import Tag, sha256
from consult.domain.law import voting_rolls
from consult.domain.law.bodies import Members
from consult.domain.meetings import petitions as rules
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.people import is_adult
from consult.domain.people.roles import CALLS_MEETINGS, Role
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, Petition, PetitionSignature, Village, db
from consult.models.people.role_queries import holders
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.polls import polls


def signers(village: Village, kind: PetitionKind, *, now: datetime, opened_at: datetime | None = None) -> set[int]:
    """Return the ids of those who may sign: the adults of the roll, or the representatives; nobody without a rule.

    `opened_at`: when the petition was opened; None: it would be today.
    """
    on, rule = local_day(village, now), rules.rule_on(kind, local_day(village, opened_at or now))
    if rule is None:
        return set()
    return {v.id for v in polls.villagers(village, on=on) if _may_sign(v, rule.signers, on)}


def rule_of(petition: Petition) -> rules.PetitionRule | None:
    """Return the rule of a petition, which is that of the day on which it was opened."""
    village = db.session.get_one(Village, petition.village_id)
    return rules.rule_on(petition.kind, local_day(village, petition.opened_at))


def _may_sign(villager: voting_rolls.Villager, members: Members, on: date) -> bool:
    """Tell whether a villager may sign. The law counts 村民代表 themselves, not others with a seat in their assembly."""
    adult = is_adult(villager.born, on)
    return adult if members is Members.ADULTS else adult and Role.REPRESENTATIVE in villager.offices


@atomic
def open_petition(plan: PetitionPlan, act: Act) -> Petition:
    """Open a petition; its opener is the first to sign. The same key opens one. Raises Refused."""
    village = villages.locked(act.village_id)
    earlier = transactions.earlier(Petition, act.key, village_id=act.village_id)
    if earlier is not None:
        return earlier
    able = signers(village, plan.kind, now=act.now)
    rule = rules.rule_on(plan.kind, local_day(village, act.now))
    if rule is None or act.actor_id not in able:
        raise Refused(Reason.NOT_A_SIGNER)
    petition = Petition(
        village_id=village.id,
        kind=plan.kind,
        title=plan.title,
        words=plan.words,
        language=act.language,
        of=len(able),
        needed=rule.share.needed(len(able)),
        request_key=act.key,
        opened_by=act.actor_id,
        opened_at=act.now,
    )
    db.session.add(petition)
    db.session.flush()
    audit.record(
        Tag.PETITION_OPENED,
        f"petition:{petition.id}",
        act,
        kind=plan.kind.value,
        of=petition.of,
        needed=petition.needed,
        digest=sha256(f"{plan.title}\n{plan.words}"),
    )
    _add_signature(petition, act)
    return petition


@atomic
def sign(petition: Petition, act: Act) -> None:
    """Sign once a person. Twice is the same as once. Raises Refused."""
    transactions.lock(petition)
    if db.session.get(PetitionSignature, (petition.id, act.actor_id)) is not None:
        return
    if meeting_for(petition.id) is not None:
        raise Refused(Reason.PETITION_ENDED)
    village = db.session.get_one(Village, petition.village_id)
    if act.actor_id not in signers(village, petition.kind, now=act.now, opened_at=petition.opened_at):
        raise Refused(Reason.NOT_A_SIGNER)
    _add_signature(petition, act)


def _add_signature(petition: Petition, act: Act) -> None:
    """Add the actor's signature; the one that reaches the number tells those who call meetings."""
    db.session.add(
        PetitionSignature(
            petition_id=petition.id, person_id=act.actor_id, village_id=petition.village_id, signed_at=act.now
        )
    )
    db.session.flush()
    audit.record(Tag.PETITION_SIGNED, f"petition:{petition.id}", act)
    if petition.reached_at is None and signed(petition.id) >= petition.needed:
        petition.reached_at = act.now
        village = db.session.get_one(Village, petition.village_id)
        callers = holders(village.id, CALLS_MEETINGS, on=local_day(village, act.now))
        notifications.tell(
            callers,
            NotificationEvent.DUTY,
            f"petition:{petition.id}",
            village_id=village.id,
            consultation_id=None,
            now=act.now,
            kind="petition_reached",
            title=petition.title,
            petition=petition.id,
        )


def called(petition_id: int, *, now: datetime) -> None:
    """Take back what those who call meetings were told of a petition: its meeting is called."""
    notifications.take_back([f"petition:{petition_id}"], now=now)
    if (due := due_of(db.session.get_one(Petition, petition_id))) is not None:
        notifications.take_back_late(owed.subjects(Owed.PETITION, petition_id, due), now=now)


def due_of(petition: Petition) -> date | None:
    """Return the day by which the meeting is to be called; None: not enough have signed."""
    if petition.reached_at is None:
        return None
    return villages.owed_by(Owed.PETITION, petition.village_id, petition.reached_at)


def signed(petition_id: int) -> int:
    """Return how many have signed."""
    query = select(func.count()).where(PetitionSignature.petition_id == petition_id)
    return db.session.scalar(query) or 0


def has_signed(petition_id: int, person_id: int) -> bool:
    """Tell whether a person has signed."""
    return db.session.get(PetitionSignature, (petition_id, person_id)) is not None


def refuse_unless_met(petition_id: int, plan: MeetingPlan, village_id: int) -> None:
    """Refuse a meeting that the petition did not ask for, or for which not enough have signed."""
    petition = db.session.get(Petition, petition_id)
    if petition is None or petition.village_id != village_id or petition.reached_at is None:
        raise Refused(Reason.PETITION_NOT_REACHED)
    rule = rule_of(petition)
    if rule is None or plan.body not in rule.bodies or plan.group_id is not None:
        raise Refused(Reason.PETITION_NOT_REACHED)


def meeting_for(petition_id: int) -> int | None:
    """Return the id of the meeting that was called for it."""
    query = select(Meeting.id).where(Meeting.petition_id == petition_id, Meeting.called_at.is_not(None))
    return db.session.scalar(query.where(Meeting.cancelled_at.is_(None)).limit(1))


def listed(village_id: int, *, most: int = 30) -> Sequence[Row[Any]]:
    """Return petitions with their number of signatures, newest first."""
    count = select(func.count()).where(PetitionSignature.petition_id == Petition.id).scalar_subquery()
    called = (
        select(Meeting.id)
        .where(Meeting.petition_id == Petition.id, Meeting.called_at.is_not(None), Meeting.cancelled_at.is_(None))
        .limit(1)
    )
    query = (
        select(
            Petition.id,
            Petition.title,
            Petition.language,
            Petition.kind,
            Petition.needed,
            Petition.reached_at,
            Petition.opened_at,
            count.label("signed"),
            called.scalar_subquery().label("meeting_id"),
        )
        .where(Petition.village_id == village_id)
        .order_by(Petition.id.desc())
        .limit(most)
    )
    return db.session.execute(query).all()
