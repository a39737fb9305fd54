"""Checking in to a meeting: by one's own phone, ticked off at the desk, by letter; leaving, sitting in, undoing.

Every change is a line that stays; a wrong line is undone by a later one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from consult.config import current_config
from consult.domain.audit import Tag, sha256
from consult.domain.meetings import check_ins as rules
from consult.domain.meetings.audit_facts import ArrivalNotedFacts
from consult.domain.meetings.check_ins import CheckInKind, CheckInWay
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingState
from consult.domain.people.people import is_adult
from consult.domain.refusals import Reason, Refused
from consult.models import CheckIn, Meeting, MeetingRollEntry, Person, Proceeding, Village, db
from consult.models.meetings import check_in_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.meetings import meeting_states
from consult.services.people import villages
from consult.services.people.villages import local_day

BEFORE_THE_END = meeting_states.COMING


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line of the check-in list to be written."""

    kind: CheckInKind
    entry: MeetingRollEntry | None = None
    """The unit of the roll; None: a guest."""
    person_id: int | None = None
    """Who is there for the unit; None: the person who was noted before, or the member."""
    way: CheckInWay | None = None
    guest: str = ""
    reason: str = ""
    letter: str = ""
    """The name of the stored photo of a letter of proxy."""
    undoes: int | None = None


def screen_codes(meeting_id: int, now: datetime) -> list[str]:
    """Return the code on the screen now, and the one before it."""
    config = current_config()
    before = now - timedelta(seconds=rules.CODE_SECONDS)
    return [rules.screen_code(config.data_key, meeting_id, at) for at in (now, before)]


@atomic
def check_in(meeting: Meeting, way: CheckInWay, act: Act, *, code: str = "") -> None:
    """Check the actor in by phone: with the code on the screen, or from away. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    if way is CheckInWay.ONLINE:
        meeting_states.refuse_unless(meeting, MeetingState.OPEN)
        if meeting.call is None or not meeting.call.online:
            raise Refused(Reason.ONLINE_NOT_OFFERED)
    else:
        meeting_states.refuse_unless(meeting, *BEFORE_THE_END)
        if reason := rules.why_not_code(code, screen_codes(meeting.id, act.now)):
            raise Refused(reason)
    entry = _own_entry(meeting, act.actor)
    ticked = entry.way in (CheckInWay.MANUAL, CheckInWay.PAPER) and meeting_states.by_household(meeting)
    if entry.attending_id == act.actor_id and not ticked:
        return
    if entry.attending_id is not None and entry.way is not CheckInWay.PROXY and not ticked:
        raise Refused(Reason.HOUSEHOLD_IS_HERE, name=db.session.get_one(Person, entry.attending_id).name)
    _arrive(meeting, [entry], way, act, attending_id=act.actor_id)


def _own_entry(meeting: Meeting, person: Person) -> MeetingRollEntry:
    """Lock and return the unit of a person. Raises Refused(NOT_OF_THE_MEETING)."""
    entry = check_in_queries.unit_of(meeting.id, person, by_household=meeting_states.by_household(meeting))
    if entry is None:
        raise Refused(Reason.NOT_OF_THE_MEETING)
    transactions.lock(entry)
    return entry


@atomic
def tick(meeting: Meeting, numbers: Sequence[int], way: CheckInWay, act: Act) -> list[int]:
    """Tick roll numbers off, at the desk or from the paper sheet afterwards; return those that were not here before.

    Raises Refused, ticking none, where a number is not on the roll.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END, MeetingState.CLOSED)
    meeting_states.refuse_unless_addable(meeting, now=act.now)
    entries = _entries(meeting.id, numbers)
    fresh = [entry for entry in entries if entry.attending_id is None]
    if is_over(meeting):  # typed in afterwards: it stands in the minutes, and changes no vote
        came = arrived_ever(meeting.id)
        fresh = [entry for entry in entries if entry.number not in came]
    _arrive(meeting, fresh, way, act)
    return [entry.number for entry in fresh]


def is_over(meeting: Meeting) -> bool:
    """Tell whether the meeting has been closed."""
    return meeting_states.state_of(meeting) is MeetingState.CLOSED


@atomic
def bring_letter(meeting: Meeting, number: int, holder: Person, letter: str, act: Act) -> None:
    """Note that a member of the same household is here for an absent one, by letter (name of its stored photo).

    Raises Refused.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END)
    entry = _entries(meeting.id, [number])[0]
    _refuse_letter(meeting, entry, holder)
    if villages.of_one_house(holder.id, act.actor):  # who takes it in has looked at it
        raise Refused(Reason.LETTER_OF_OWN_HOUSE)
    if not letter:
        raise Refused(Reason.LETTER_MISSING)
    stored_files.fingerprint(meeting.village_id, letter)
    if entry.attending_id is None:
        _arrive(meeting, [entry], CheckInWay.PROXY, act, attending_id=holder.id, letter=letter)


def refuse_unless_letters(meeting: Meeting) -> None:
    """Raise Refused where nobody may be sent with a letter."""
    if meeting_states.by_household(meeting):
        raise Refused(Reason.NO_PROXY_FOR_HOUSEHOLDS)
    if not meeting_states.body_of(meeting).takes_letters:
        raise Refused(Reason.NO_LETTERS_FOR_SEATS)


def _refuse_letter(meeting: Meeting, entry: MeetingRollEntry, holder: Person) -> None:
    """Raise Refused where the body takes no letters or the holder may not hold this one."""
    refuse_unless_letters(meeting)
    if holder.household_id != entry.household_id or holder.id == entry.person_id:
        raise Refused(Reason.PROXY_OF_ANOTHER)
    if not is_adult(holder.born, local_day(db.session.get_one(Village, meeting.village_id), meeting.starts_at)):
        raise Refused(Reason.HOLDER_TOO_YOUNG)
    if any(unit.number != entry.number for unit in check_in_queries.proxied_units(meeting.id, holder.id)):
        raise Refused(Reason.ONE_PROXY_EACH)


@atomic
def leave(meeting: Meeting, numbers: Sequence[int], act: Act) -> int:
    """Note that these go home, with the seats for which they hold a letter. Twice is the same as once.

    Returns how many seats are empty now that were not before. Raises Refused.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END)
    here = [entry for entry in _entries(meeting.id, numbers) if entry.attending_id is not None]
    held = _held_by(meeting.id, [entry.attending_id for entry in here])
    going: dict[int, MeetingRollEntry] = {}
    for entry in here:
        if entry.number not in going:
            for gone in sorted([entry, *held.get(entry.attending_id, [])], key=lambda one: one.number):
                going.setdefault(gone.number, gone)
    _write(meeting, [NewLine(kind=CheckInKind.LEFT, entry=entry) for entry in going.values()], act)
    for entry in going.values():
        entry.attending_id, entry.way = None, None
    return len(going)


def _held_by(meeting_id: int, holders: Sequence[int | None]) -> dict[int | None, list[MeetingRollEntry]]:
    """Lock and return the units for which these people are here by letter, by holder."""
    query = select(MeetingRollEntry).where(
        MeetingRollEntry.meeting_id == meeting_id,
        MeetingRollEntry.way == CheckInWay.PROXY,
        MeetingRollEntry.attending_id.in_(holders),
    )
    held: dict[int | None, list[MeetingRollEntry]] = {}
    for entry in db.session.scalars(query.with_for_update().execution_options(populate_existing=True)):
        held.setdefault(entry.attending_id, []).append(entry)
    return held


@atomic
def leave_by_oneself(meeting: Meeting, act: Act) -> None:
    """Note that the actor goes home; nothing where somebody else is here for the unit. Raises Refused."""
    transactions.lock(meeting)
    entry = _own_entry(meeting, act.actor)
    if entry.attending_id == act.actor_id:
        leave(meeting, [entry.number], act)


@atomic
def excuse(meeting: Meeting, numbers: Sequence[int], reason: str, act: Act) -> int:
    """Note that these said beforehand that they cannot come, and why; return how many are newly excused.

    Raises Refused.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END, MeetingState.CLOSED)
    meeting_states.refuse_unless_addable(meeting, now=act.now)
    known = excused(standing_lines(meeting.id))
    fresh = [e for e in _entries(meeting.id, numbers) if e.attending_id is None and e.number not in known]
    _write(meeting, [NewLine(kind=CheckInKind.EXCUSED, entry=entry, reason=reason) for entry in fresh], act)
    return len(fresh)


@atomic
def sit_in(meeting: Meeting, name: str, why: str, act: Act) -> None:
    """Note a guest without a vote, and their office or reason. The same twice is once. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END, MeetingState.CLOSED)
    meeting_states.refuse_unless_addable(meeting, now=act.now)
    if (name, why) not in sitting_in(meeting.id):
        _write(meeting, [NewLine(kind=CheckInKind.SITTING_IN, guest=name, reason=why)], act)


@atomic
def undo(meeting: Meeting, number: int, reason: str, act: Act) -> None:
    """Undo a line, the newest of its unit or guest: the unit stands again as before it. Raises Refused."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *BEFORE_THE_END, MeetingState.CLOSED)
    meeting_states.refuse_unless_addable(meeting, now=act.now)
    line = db.session.get(CheckIn, (meeting.id, number))
    if line is None or line.kind is CheckInKind.UNDONE or (is_over(meeting) and not line.late):
        raise Refused(Reason.NOTHING_TO_UNDO)
    mine = [a for a in standing_lines(meeting.id) if a.roll_number == line.roll_number and a.guest == line.guest]
    if not mine or mine[-1].number != number or line.recorded_at <= begun_after(meeting.id):
        raise Refused(Reason.NOTHING_TO_UNDO)
    entry = _entries(meeting.id, [line.roll_number])[0] if line.roll_number is not None else None
    undone = NewLine(kind=CheckInKind.UNDONE, entry=entry, guest=line.guest, reason=reason, undoes=number)
    _write(meeting, [undone], act)
    if entry is not None and not line.late:
        before = mine[-2] if len(mine) > 1 else None
        here = before is not None and before.kind is CheckInKind.ARRIVED
        entry.attending_id, entry.way = (before.person_id, before.way) if here and before else (None, None)


def _arrive(
    meeting: Meeting,
    entries: Sequence[MeetingRollEntry],
    way: CheckInWay,
    act: Act,
    *,
    attending_id: int | None = None,
    letter: str = "",
) -> None:
    """Note arrivals. `attending_id` None: the member, or the person who speaks for the household."""
    kind, over = CheckInKind.ARRIVED, is_over(meeting)
    lines = [
        NewLine(kind=kind, entry=entry, person_id=attending_id or entry.person_id, way=way, letter=letter)
        for entry in entries
    ]
    _write(meeting, lines, act)
    if not over:
        for entry in entries:
            entry.attending_id, entry.way = attending_id or entry.person_id, way


def _write(meeting: Meeting, lines: Sequence[NewLine], act: Act) -> None:
    """Append lines under the meeting's lock: one statement for the rows, a few for the log, however many they are."""
    if not lines:
        return
    last = db.session.scalar(select(func.max(CheckIn.number)).where(CheckIn.meeting_id == meeting.id)) or 0
    rows = [_row(meeting, line, number, act) for number, line in enumerate(lines, last + 1)]
    db.session.add_all(rows)
    meeting.pulse += len(rows)
    db.session.flush()
    audit.record_all(Tag.ARRIVAL_NOTED, f"meeting:{meeting.id}", act, [logged(row) for row in rows])


def _row(meeting: Meeting, line: NewLine, number: int, act: Act) -> CheckIn:
    person_id = line.person_id
    if person_id is None and line.entry is not None:
        person_id = line.entry.attending_id or line.entry.person_id
    return CheckIn(
        meeting_id=meeting.id,
        number=number,
        village_id=meeting.village_id,
        kind=line.kind,
        roll_number=line.entry.number if line.entry else None,
        person_id=person_id,
        way=line.way,
        guest=line.guest,
        reason=line.reason,
        letter=line.letter,
        undoes=line.undoes,
        late=is_over(meeting),
        recorded_by=act.actor_id,
        recorded_at=act.now,
    )


def logged(line: CheckIn) -> ArrivalNotedFacts:
    """Return what the log keeps of a line: free words as a digest alone."""
    return {
        "line": line.number,
        "kind": line.kind.value,
        "number": line.roll_number,
        "way": line.way.value if line.way else None,
        "undoes": line.undoes,
        "late": line.late,
        "digest": sha256(f"{line.guest}:{line.reason}") if line.guest or line.reason else "",
        "letter": stored_files.logged_digest(line.village_id, line.letter),
    }


def _entries(meeting_id: int, numbers: Sequence[int]) -> list[MeetingRollEntry]:
    """Lock and return the units with these numbers, in their order. Raises Refused(NO_SUCH_NUMBER).

    A ballot holds its unit and then takes the log, so they are locked before a line is logged.
    """
    query = select(MeetingRollEntry).where(
        MeetingRollEntry.meeting_id == meeting_id, MeetingRollEntry.number.in_(numbers)
    )
    locked = query.order_by(MeetingRollEntry.number).with_for_update()
    found = list(db.session.scalars(locked.execution_options(populate_existing=True)))
    if missing := sorted(set(numbers) - {entry.number for entry in found}):
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=tuple(missing[:20]))
    return found


def standing_lines(meeting_id: int) -> list[CheckIn]:
    """Return the lines that were not undone, oldest first."""
    lines = db.session.scalars(select(CheckIn).where(CheckIn.meeting_id == meeting_id).order_by(CheckIn.number)).all()
    undone = {line.undoes for line in lines}
    return [line for line in lines if line.kind is not CheckInKind.UNDONE and line.number not in undone]


def arrived_ever(meeting_id: int) -> dict[int, datetime]:
    """Return the roll numbers of the units that came at some time, with the first time."""
    first: dict[int, datetime] = {}
    for line in standing_lines(meeting_id):
        if line.kind is CheckInKind.ARRIVED and line.roll_number is not None:
            first.setdefault(line.roll_number, line.recorded_at)
    return first


def excused(lines: Iterable[CheckIn]) -> set[int]:
    """Return the roll numbers of the units that are excused, by standing lines."""
    return {a.roll_number for a in lines if a.kind is CheckInKind.EXCUSED and a.roll_number is not None}


def sitting_in(meeting_id: int) -> list[tuple[str, str]]:
    """Return (name, office or reason) of the guests without a vote."""
    return [(a.guest, a.reason) for a in standing_lines(meeting_id) if a.kind is CheckInKind.SITTING_IN]


def newest_lines(meeting_id: int) -> set[int]:
    """Return the number of the newest line of each unit and guest: only these can be undone."""
    newest = {(line.roll_number, line.guest): line for line in standing_lines(meeting_id)}
    since = begun_after(meeting_id)
    return {line.number for line in newest.values() if line.recorded_at > since}


def begun_after(meeting_id: int) -> datetime:
    """Return when the last sitting that was adjourned ended: its lines stand. The beginning of time where there is none."""
    query = select(func.max(Proceeding.recorded_at)).where(
        Proceeding.meeting_id == meeting_id, Proceeding.step == ProceedingStep.ADJOURNED
    )
    return db.session.scalar(query) or datetime.min.replace(tzinfo=UTC)
