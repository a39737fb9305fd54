"""At the door: signing in by oneself, being ticked off, letters, leaving, sitting in; each line can be undone by a later one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from consult.config import current_config
from consult.domain.audit import Tag, sha256
from consult.domain.meetings import check_ins as rules
from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.meetings.meetings import MeetingState
from consult.domain.people.people import is_adult
from consult.domain.refusals import Reason, Refused
from consult.models import Arrival, Meeting, MeetingRollEntry, Person, Village, db
from consult.models.meetings import check_in_queries
from consult.services.core import audit, transactions
from consult.services.meetings import meeting_states
from consult.services.people.villages import local_day


def door_codes(meeting_id: int, now: datetime) -> list[str]:
    """The code on the screen now, and the one before it."""
    config = current_config()
    before = now - timedelta(seconds=rules.CODE_SECONDS)
    return [rules.door_code(config.data_key, meeting_id, at) for at in (now, before)]


def sign_in(meeting: Meeting, person: Person, way: CheckInWay, *, code: str = "", now: datetime) -> None:
    """By one's own phone: with the code on the screen in the room, or from away. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    if way is CheckInWay.ONLINE:
        meeting_states.refuse_unless(meeting, MeetingState.OPEN)
        if not (meeting.frozen and meeting.frozen["online"]):
            raise Refused(Reason.ONLINE_NOT_OFFERED)
    else:
        meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN)
        if reason := rules.why_not_code(code, door_codes(meeting.id, now)):
            raise Refused(reason)
    entry = _own_entry(meeting, person)
    ticked = entry.way in (CheckInWay.MANUAL, CheckInWay.PAPER) and meeting_states.by_household(meeting)
    if entry.attending_id == person.id and not ticked:
        return
    if entry.attending_id is not None and entry.way != CheckInWay.PROXY and not ticked:
        raise Refused(Reason.HOUSEHOLD_IS_HERE, name=db.session.get_one(Person, entry.attending_id).name)
    _arrive(meeting, [entry], way, person, now, attending_id=person.id)
    transactions.commit()


def _own_entry(meeting: Meeting, person: Person) -> MeetingRollEntry:
    entry = check_in_queries.unit_of(meeting.id, person, by_household=meeting_states.by_household(meeting))
    if entry is None:
        raise Refused(Reason.NOT_OF_THE_MEETING)
    transactions.lock(entry)
    return entry


def tick(meeting: Meeting, numbers: Sequence[int], way: CheckInWay, actor: Person, *, now: datetime) -> list[int]:
    """An officer ticks roll numbers off, at the door or from the paper sheet afterwards. Those here already are left.

    Returns the newly ticked. Raises Refused, ticking none.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN, MeetingState.CLOSED)
    entries = _entries(meeting.id, numbers)
    fresh = [entry for entry in entries if entry.attending_id is None]
    if state_is_over(meeting):  # typed in afterwards: it stands in the minutes, and changes no vote
        came = arrived_ever(meeting.id)
        fresh = [entry for entry in entries if entry.number not in came]
    if fresh:
        _arrive(meeting, fresh, way, actor, now)
    transactions.commit()
    return [entry.number for entry in fresh]


def state_is_over(meeting: Meeting) -> bool:
    return meeting_states.state_of(meeting) is MeetingState.CLOSED


def bring_letter(meeting: Meeting, number: int, holder: Person, letter: str, actor: Person, *, now: datetime) -> None:
    """Somebody of the same household is here for an absent member, with a letter. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN)
    entry = _entries(meeting.id, [number])[0]
    if meeting_states.by_household(meeting):
        raise Refused(Reason.NO_PROXY_FOR_HOUSEHOLDS)
    if not meeting_states.body_of(meeting).takes_letters:
        raise Refused(Reason.NO_LETTERS_FOR_SEATS)
    if holder.household_id != entry.household_id or holder.id == entry.person_id:
        raise Refused(Reason.PROXY_OF_ANOTHER)
    if not is_adult(holder.born, local_day(db.session.get_one(Village, meeting.village_id), meeting.starts_at)):
        raise Refused(Reason.HOLDER_TOO_YOUNG)
    if any(unit.number != number for unit in check_in_queries.proxied_units(meeting.id, holder.id)):
        raise Refused(Reason.ONE_PROXY_EACH)
    if not letter:
        raise Refused(Reason.LETTER_MISSING)
    if entry.attending_id is None:
        _arrive(meeting, [entry], CheckInWay.PROXY, actor, now, attending_id=holder.id, letter=letter)
    transactions.commit()


def leave(meeting: Meeting, numbers: Sequence[int], actor: Person, *, now: datetime) -> int:
    """These go home. Whoever held a letter takes the absent one's seat along. Twice is the same as once.

    Returns how many seats are empty now that were not before. Raises Refused.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN)
    gone_home = 0
    for entry in _entries(meeting.id, numbers):
        if entry.attending_id is not None:
            held = [unit.number for unit in check_in_queries.proxied_units(meeting.id, entry.attending_id)]
            for gone in _entries(meeting.id, sorted({entry.number, *held})):
                _add(meeting, CheckInKind.LEFT, actor, now, entry=gone)
                gone.attending_id, gone.way = None, None
                gone_home += 1
    transactions.commit()
    return gone_home


def leave_by_oneself(meeting: Meeting, person: Person, *, now: datetime) -> None:
    transactions.lock(meeting)
    entry = _own_entry(meeting, person)
    if entry.attending_id == person.id:
        leave(meeting, [entry.number], person, now=now)


def excuse(meeting: Meeting, numbers: Sequence[int], reason: str, actor: Person, *, now: datetime) -> int:
    """These said beforehand that they cannot come, and why. Returns how many are newly excused. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN, MeetingState.CLOSED)
    known = excused(meeting.id)
    fresh = [e for e in _entries(meeting.id, numbers) if e.attending_id is None and e.number not in known]
    for entry in fresh:
        _add(meeting, CheckInKind.EXCUSED, actor, now, entry=entry, reason=reason)
    transactions.commit()
    return len(fresh)


def sit_in(meeting: Meeting, name: str, why: str, actor: Person, *, now: datetime) -> None:
    """Somebody without a vote: a guest, an officer of the town. The same name and reason twice is once. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN, MeetingState.CLOSED)
    if (name, why) not in sitting_in(meeting.id):
        _add(meeting, CheckInKind.SITTING_IN, actor, now, guest=name, reason=why)
    transactions.commit()


def undo(meeting: Meeting, number: int, reason: str, actor: Person, *, now: datetime) -> None:
    """A line was wrong: the unit stands again as before it. Only the newest line of a unit. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN, MeetingState.CLOSED)
    line = db.session.get(Arrival, (meeting.id, number))
    if line is None or line.kind == CheckInKind.UNDONE or (state_is_over(meeting) and not line.late):
        raise Refused(Reason.NOTHING_TO_UNDO)
    mine = [a for a in _standing(meeting.id) if a.roll_number == line.roll_number and a.guest == line.guest]
    if not mine or mine[-1].number != number:
        raise Refused(Reason.NOTHING_TO_UNDO)
    entry = _entries(meeting.id, [line.roll_number])[0] if line.roll_number is not None else None
    _add(meeting, CheckInKind.UNDONE, actor, now, entry=entry, guest=line.guest, reason=reason, undoes=number)
    if entry is not None and not line.late:
        before = mine[-2] if len(mine) > 1 else None
        here = before is not None and before.kind == CheckInKind.ARRIVED
        entry.attending_id, entry.way = (before.person_id, before.way) if here and before else (None, None)
    transactions.commit()


def _arrive(
    meeting: Meeting,
    entries: Sequence[MeetingRollEntry],
    way: CheckInWay,
    actor: Person,
    now: datetime,
    *,
    attending_id: int | None = None,
    letter: str = "",
) -> None:
    """`attending_id` None: the member, or whoever speaks for the household."""
    for entry in entries:
        there = attending_id or entry.person_id
        _add(meeting, CheckInKind.ARRIVED, actor, now, entry=entry, person_id=there, way=way, letter=letter)
        if not state_is_over(meeting):
            entry.attending_id, entry.way = there, way.value


def _add(
    meeting: Meeting,
    kind: CheckInKind,
    actor: Person,
    now: datetime,
    *,
    entry: MeetingRollEntry | None = None,
    person_id: int | None = None,
    way: CheckInWay | None = None,
    **more: Any,
) -> None:
    last = db.session.scalar(select(func.max(Arrival.number)).where(Arrival.meeting_id == meeting.id)) or 0
    roll_number = entry.number if entry else None
    if person_id is None and entry is not None:
        person_id = entry.attending_id or entry.person_id
    line = {"guest": "", "reason": "", "letter": "", "undoes": None} | more
    db.session.add(
        Arrival(
            meeting_id=meeting.id,
            number=last + 1,
            village_id=meeting.village_id,
            kind=kind.value,
            roll_number=roll_number,
            person_id=person_id,
            way=way.value if way else None,
            late=state_is_over(meeting),
            recorded_by=actor.id,
            recorded_at=now,
            **line,
        )
    )
    meeting.pulse += 1
    db.session.flush()
    words = sha256(f"{line['guest']}:{line['reason']}") if line["guest"] or line["reason"] else ""
    audit.record(
        Tag.ARRIVAL_NOTED,
        f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        actor_id=actor.id,
        now=now,
        line=last + 1,
        kind=kind.value,
        number=roll_number,
        way=way.value if way else None,
        undoes=line["undoes"],
        late=state_is_over(meeting),
        digest=words,
        letter=line["letter"],
    )


def _entries(meeting_id: int, numbers: Sequence[int]) -> list[MeetingRollEntry]:
    query = select(MeetingRollEntry).where(
        MeetingRollEntry.meeting_id == meeting_id, MeetingRollEntry.number.in_(numbers)
    )
    found = list(db.session.scalars(query.order_by(MeetingRollEntry.number).execution_options(populate_existing=True)))
    if missing := sorted(set(numbers) - {entry.number for entry in found}):
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=", ".join(map(str, missing[:20])))
    return found


def _standing(meeting_id: int) -> list[Arrival]:
    """The lines that were not undone, oldest first."""
    lines = db.session.scalars(select(Arrival).where(Arrival.meeting_id == meeting_id).order_by(Arrival.number)).all()
    undone = {line.undoes for line in lines}
    return [line for line in lines if line.kind != CheckInKind.UNDONE and line.number not in undone]


def arrived_ever(meeting_id: int) -> dict[int, datetime]:
    """Roll numbers of the units that came at some time, with the first time."""
    first: dict[int, datetime] = {}
    for line in _standing(meeting_id):
        if line.kind == CheckInKind.ARRIVED and line.roll_number is not None:
            first.setdefault(line.roll_number, line.recorded_at)
    return first


def excused(meeting_id: int) -> set[int]:
    lines = _standing(meeting_id)
    return {a.roll_number for a in lines if a.kind == CheckInKind.EXCUSED and a.roll_number is not None}


def sitting_in(meeting_id: int) -> list[tuple[str, str]]:
    return [(a.guest, a.reason) for a in _standing(meeting_id) if a.kind == CheckInKind.SITTING_IN]


def newest_lines(meeting_id: int) -> set[int]:
    """The newest line of each unit and guest: only these can be taken back."""
    newest = {(line.roll_number, line.guest): line.number for line in _standing(meeting_id)}
    return set(newest.values())


def standing_lines(meeting_id: int) -> list[Arrival]:
    return _standing(meeting_id)
