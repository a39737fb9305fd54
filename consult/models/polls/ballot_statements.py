"""The statements of casting, built once: building them for each ballot would cost more than running them."""

from sqlalchemy import BindParameter, and_, bindparam, exists, insert, or_, select, update

from consult.models.people.sign_ins import HouseholdCard
from consult.models.people.villages import Departure, Person, Village
from consult.models.polls.meeting_links import PollEnding
from consult.models.polls.polls import BallotEvent, Poll, PollTally, RollEntry, Turnout
from consult.models.polls.sealed_ballots import SealedBallot, SealingKey
from consult.models.polls.secret_ballots import SecretBallot

POLL: BindParameter[int] = bindparam("poll_id")
PERSON: BindParameter[int] = bindparam("person_id")

LOCK_POLL = (
    select(Poll.id).where(Poll.id == POLL, Poll.village_id == bindparam("village_id")).with_for_update(read=True)
)
"""FOR SHARE: casters run side by side, closing waits for them and they for closing.

A statement of its own: PostgreSQL reads the rows that are joined to a locked one as they stood before it waited, so
that a caster who waited for the closing would not see the count.
"""
POLL_NOW = (
    select(
        Poll.frozen,
        Poll.announced_at,
        Poll.opens_at,
        Poll.closes_at,
        Poll.cancelled_at,
        Poll.consultation_id,
        PollTally.poll_id.label("tallied"),
        Poll.closing_seen_at,
        Village.clock_trusted_at,
        Village.timezone,
        PollEnding.poll_id.label("ended"),
        SealingKey.public_key,
        SealingKey.mac_key_cipher,
        SealingKey.opened_at,
    )
    .join(Village, Village.id == Poll.village_id)
    .outerjoin(PollTally, PollTally.poll_id == Poll.id)
    .outerjoin(PollEnding, PollEnding.poll_id == Poll.id)
    .outerjoin(SealingKey, SealingKey.poll_id == Poll.id)
    .where(Poll.id == POLL, Poll.village_id == bindparam("village_id"))
)
"""The poll as it stands once it is locked."""

_UNIT = select(
    RollEntry.number,
    RollEntry.person_id,
    RollEntry.household_id,
    RollEntry.voted_by,
    RollEntry.channel,
    RollEntry.rev,
    RollEntry.unit,
    exists().where(Departure.person_id == RollEntry.person_id).label("person_left"),
).where(RollEntry.poll_id == POLL)
"""The fields of domain.polls.units.Unit, by name; who speaks for a household is read beside it."""
UNIT_OF_PERSON = _UNIT.where(RollEntry.person_id == PERSON)
UNIT_OF_HOUSEHOLD = _UNIT.join(Person, and_(Person.household_id == RollEntry.household_id, Person.id == PERSON))
UNIT_OF_NUMBER = _UNIT.where(RollEntry.number == bindparam("number"))

_LOCK = select(RollEntry.number).where(RollEntry.poll_id == POLL).with_for_update(of=RollEntry)
LOCK_PERSON = _LOCK.where(RollEntry.person_id == PERSON)
LOCK_HOUSEHOLD = _LOCK.join(Person, and_(Person.household_id == RollEntry.household_id, Person.id == PERSON))
LOCK_NUMBER = _LOCK.where(RollEntry.number == bindparam("number"))
"""Statements of their own, as LOCK_POLL: who speaks for a household is read once its row is held."""

EARLIER = select(
    BallotEvent.number,
    BallotEvent.actor_id,
    BallotEvent.choice,
    BallotEvent.receipt,
    BallotEvent.rev,
    BallotEvent.cast_at,
).where(BallotEvent.poll_id == POLL, BallotEvent.idem_key == bindparam("idem_key"))

KEY_THERE = select(SecretBallot.key).where(SecretBallot.poll_id == POLL, SecretBallot.key == bindparam("key"))
SLOT_TAKEN = select(SealedBallot.retry).where(SealedBallot.poll_id == POLL, SealedBallot.slot == bindparam("slot"))
ADD_SEALED_BALLOT = insert(SealedBallot.__table__)  # type: ignore[arg-type]
ADD_SECRET_BALLOT = insert(SecretBallot.__table__)  # type: ignore[arg-type]
ADD_BALLOT = insert(BallotEvent.__table__)  # type: ignore[arg-type]

_ANNOUNCED = select(Poll.announced_at).where(Poll.id == bindparam("b_poll_id")).scalar_subquery()
_NEW_NUMBER = exists().where(
    Person.id == bindparam("b_signed_in"), Person.phone_mark.is_not(None), Person.number_since > _ANNOUNCED
)
_NEW_CARD = exists().where(
    HouseholdCard.household_id == Person.household_id,
    HouseholdCard.person_id == Person.id,
    Person.id == bindparam("b_signed_in"),
    HouseholdCard.withdrawn_at.is_(None),
    HouseholdCard.claimed_at > _ANNOUNCED,
)
MARK_UNIT = (
    update(RollEntry.__table__)  # type: ignore[arg-type]
    .where(RollEntry.poll_id == bindparam("b_poll_id"), RollEntry.number == bindparam("b_number"))
    .values(
        rev=bindparam("rev"),
        channel=bindparam("channel"),
        voted_by=bindparam("voted_by"),
        new_way=or_(_NEW_NUMBER, _NEW_CARD),
    )
)
"""`b_signed_in` is who cast it by an own sign-in, 0 for a ballot that a helper filled in."""

ONE_MORE = (
    update(Turnout.__table__).where(Turnout.poll_id == bindparam("b_poll_id")).values(units=Turnout.units + 1)  # type: ignore[arg-type]
)
