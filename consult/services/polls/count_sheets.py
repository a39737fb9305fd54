"""Count sheets: opened after the close, entered by two people who do not see each other's figures, then confirmed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from consult.domain.audit import Tag, sha256
from consult.domain.people.waiting import Wait
from consult.domain.polls import count_sheets as rules
from consult.domain.polls.count_sheets import ChannelCount, Figures
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import (
    CountSheet,
    Person,
    Poll,
    RollEntry,
    SheetConfirmation,
    SheetEntry,
    db,
)
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import meeting_port, poll_states


@atomic
def open_sheet(poll: Poll, channel: Channel, place: str, act: Act, *, corrects: CountSheet | None = None) -> CountSheet:
    """Open a sheet to be entered, or one that corrects a confirmed one. The same key opens one. Raises Refused."""
    transactions.lock(poll)
    if earlier := transactions.earlier(CountSheet, act.key):
        return earlier
    _refuse_unless_counting(poll, act.now)
    if not (poll.paper if channel is Channel.PAPER else poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    if corrects is not None and confirmation_of(corrects.id) is None:
        raise Refused(Reason.SHEETS_OPEN)
    if corrects is not None and _is_corrected(corrects.id):  # two corrections of one sheet would both be counted
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["sheets"])
    return add_sheet(poll, channel, place, act, corrects=corrects)


def _is_corrected(sheet_id: int) -> bool:
    """Tell whether a sheet that corrects this one was opened, confirmed or not."""
    return db.session.scalar(select(CountSheet.id).where(CountSheet.corrects_id == sheet_id).limit(1)) is not None


@atomic
def add_sheet(poll: Poll, channel: Channel, place: str, act: Act, *, corrects: CountSheet | None = None) -> CountSheet:
    """Add a sheet under the act's key, whatever the state of the poll."""
    sheet = CountSheet(
        village_id=poll.village_id,
        poll_id=poll.id,
        channel=channel,
        place=place,
        corrects_id=corrects.id if corrects else None,
        request_key=act.key,
        opened_by=act.actor.id,
        opened_at=act.now,
    )
    db.session.add(sheet)
    db.session.flush()
    audit.record(
        Tag.SHEET_OPENED,
        f"poll:{poll.id}",
        act,
        sheet=sheet.id,
        channel=channel.value,
        corrects=sheet.corrects_id,
    )
    return sheet


def has_entered(sheet: CountSheet, person_id: int | None, figures: Figures, device_of: int) -> bool:
    """Tell whether somebody entered these very figures on this person's phone before."""
    mine = db.session.get(SheetEntry, (sheet.id, person_id)) if person_id is not None else None
    return mine is not None and mine.figures == figures.text() and mine.device_of == device_of


@atomic
def enter(sheet: CountSheet, figures: Figures, act: Act, *, picture: str, device_of: Person | None = None) -> None:
    """Enter what one person read off the sheet. Two entries that agree confirm it; the same again is the same entry.

    `picture`: name of the stored photo of the sheet, or empty. `device_of`: who is signed in where the actor entered it with
    their own PIN; somebody of another house, and no trace of it is lost. Raises Refused.
    """
    if device_of is not None and villages.of_one_house(device_of.id, act.actor):
        raise Refused(Reason.COUNTERS_OF_ONE_HOUSE)
    actor, now = act.actor, act.now
    poll = db.session.get_one(Poll, sheet.poll_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    text = figures.text()
    mine = db.session.get(SheetEntry, (sheet.id, actor.id), populate_existing=True)
    if mine is not None and mine.figures == text:
        return
    _refuse_unless_counting(poll, now)
    if mine is not None:
        raise Refused(Reason.ENTERED_ALREADY)
    if confirmation_of(sheet.id) is not None:
        raise Refused(Reason.SHEET_CONFIRMED)
    if actor.id == poll_states.author_of(poll.consultation_id):
        raise Refused(Reason.COUNTER_IS_AUTHOR)
    if any(villages.of_one_house(entry.entered_by, actor) for entry in entries_of(sheet.id)):
        raise Refused(Reason.SHEET_ENTERED_AT_HOME)
    if fault := rules.fault_of(figures, poll.method.most_marks(poll.max_choices)):
        raise Refused(fault.reason, **fault.facts())
    _refuse_more_than_marked(poll, sheet, figures)
    db.session.add(
        SheetEntry(
            sheet_id=sheet.id,
            entered_by=actor.id,
            village_id=poll.village_id,
            figures=text,
            picture=picture,
            entered_at=now,
            device_of=device_of.id if device_of else None,
        )
    )
    db.session.flush()
    _call_another(poll, sheet, act)
    audit.record(
        Tag.SHEET_ENTERED,
        f"poll:{poll.id}",
        act,
        sheet=sheet.id,
        digest=sha256(text),
        picture=stored_files.fingerprint(poll.village_id, picture),
        **({"device_of": device_of.id} if device_of else {}),
    )
    _confirm_if_agreed(poll, sheet, now)
    if poll.meeting_poll is not None:
        meeting_port.meetings().refresh_screens(poll.meeting_poll.meeting_id)


def _call_another(poll: Poll, sheet: CountSheet, act: Act) -> None:
    """Tell those who may enter the sheet that it was entered once; it waits for the actor no more.

    Counters stand beside each other: no message to the phone.
    """
    entered = {entry.entered_by for entry in entries_of(sheet.id)}
    houses = db.session.scalars(select(Person.household_id).where(Person.id.in_(entered)))
    author = poll_states.author_of(poll.consultation_id)
    wanted = Wanted(
        kind=Wait.SHEET,
        id=sheet.id,
        homes=frozenset(house for house in houses if house is not None),
        kept_out=frozenset(entered if author is None else entered | {author}),
        facts={
            "kind": "second_sheet",
            "title": poll.consultation.proposal.title,
            "poll": str(poll.id),
            "sheet": sheet.id,
        },
    )
    if len(entered) == 1:
        second_persons.tell(wanted, act)
    second_persons.over(Wait.SHEET, [sheet.id], act, only=act.actor_id)


def _confirm_if_agreed(poll: Poll, sheet: CountSheet, now: datetime) -> None:
    entries = entries_of(sheet.id)
    pair = rules.agreed([(entry.entered_by, entry.figures) for entry in entries])
    if pair is None:
        return
    figures = next(entry.figures for entry in entries if entry.entered_by == pair[0])
    db.session.add(
        SheetConfirmation(
            sheet_id=sheet.id,
            village_id=poll.village_id,
            figures=figures,
            first_id=pair[0],
            second_id=pair[1],
            confirmed_at=now,
        )
    )
    db.session.flush()
    act = Act.by_system(poll.village_id, now=now)
    second_persons.over(Wait.SHEET, [sheet.id], act)
    audit.record(
        Tag.SHEET_CONFIRMED,
        f"poll:{poll.id}",
        act,
        sheet=sheet.id,
        channel=sheet.channel.value,
        corrects=sheet.corrects_id,
        figures=figures,
        persons=list(pair),
    )


def _refuse_unless_counting(poll: Poll, now: datetime) -> None:
    """Refuse a sheet before the close, when it would be a running result, and after the count."""
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if poll_states.state_for_act(poll, now) is not PollState.CLOSED:
        raise Refused(Reason.NOT_CLOSED_YET)


def unanimous(poll: Poll) -> Figures:
    """Return the count where everybody who raises a hand agrees: all who are here and have not voted otherwise."""
    hands = marked_by_channel(poll.id).get(Channel.HANDS, 0)
    return Figures(hands, hands, (hands, *(0 for _ in poll.options[1:])))


def _refuse_more_than_marked(poll: Poll, sheet: CountSheet, figures: Figures) -> None:
    """Refuse more papers or hands than units took part that way; for hands: were present and had not voted otherwise.

    Fewer are refused before the count only: another sheet of the same channel may follow.
    """
    others = [
        other.issued
        for other_sheet, other in _in_force(poll.id)
        if other_sheet.channel == sheet.channel and other_sheet.id != sheet.corrects_id
    ]
    marked = marked_by_channel(poll.id).get(sheet.channel, 0)
    counted = sum(others) + figures.issued
    if counted > marked:
        raise Refused(Reason.MORE_THAN_MARKED, counted=counted, marked=marked, difference=counted - marked)


def sheets_of(poll_id: int) -> Sequence[CountSheet]:
    """Return the sheets of a poll, oldest first."""
    return db.session.scalars(select(CountSheet).where(CountSheet.poll_id == poll_id).order_by(CountSheet.id)).all()


def entries_of(sheet_id: int) -> Sequence[SheetEntry]:
    """Return what was read off a sheet, oldest entry first."""
    query = select(SheetEntry).where(SheetEntry.sheet_id == sheet_id)
    return db.session.scalars(query.order_by(SheetEntry.entered_at, SheetEntry.entered_by)).all()


def confirmation_of(sheet_id: int) -> SheetConfirmation | None:
    """Return the confirmation by two agreeing entries, None before."""
    return db.session.get(SheetConfirmation, sheet_id)


def confirmations(poll_id: int) -> dict[int, SheetConfirmation]:
    """Return the confirmations of a poll's sheets, by sheet. One query."""
    query = select(SheetConfirmation).join(CountSheet, CountSheet.id == SheetConfirmation.sheet_id)
    return {one.sheet_id: one for one in db.session.scalars(query.where(CountSheet.poll_id == poll_id))}


def _in_force(poll_id: int) -> list[tuple[CountSheet, Figures]]:
    """Return the confirmed sheets that no confirmed sheet corrects, with their figures."""
    later, confirmed = aliased(CountSheet), aliased(SheetConfirmation)
    corrected = (
        select(later.id)
        .join(confirmed, confirmed.sheet_id == later.id)
        .where(later.corrects_id == CountSheet.id)
        .exists()
    )
    query = (
        select(CountSheet, SheetConfirmation.figures)
        .join(SheetConfirmation, SheetConfirmation.sheet_id == CountSheet.id)
        .where(CountSheet.poll_id == poll_id, ~corrected)
        .order_by(CountSheet.id)
    )
    return [(sheet, Figures.from_text(text)) for sheet, text in db.session.execute(query).all()]


def counted(poll_id: int) -> list[tuple[str, Figures]]:
    """Return what goes into the tally: (channel, figures)."""
    return [(sheet.channel, figures) for sheet, figures in _in_force(poll_id)]


def marked_by_channel(poll_id: int) -> dict[str, int]:
    """Return the number of units by channel, as the roll has them marked."""
    query = select(RollEntry.channel, func.count()).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None))
    return {channel.value: n for channel, n in db.session.execute(query.group_by(RollEntry.channel)).all() if channel}


def channel_counts(poll_id: int) -> list[ChannelCount]:
    """Return for paper and hands how many are marked and what the sheets in force add up to."""
    return rules.channel_counts(marked_by_channel(poll_id), counted(poll_id))


def held_by_sheets(poll_id: int, channel: Channel) -> int:
    """Return how many papers or hands of a channel stand on its sheets, those included that were entered once only."""
    held = 0
    force = {sheet.id: figures.issued for sheet, figures in _in_force(poll_id)}
    for sheet in (one for one in sheets_of(poll_id) if one.channel == channel):
        if sheet.id in force:
            held += force[sheet.id]
        elif confirmation_of(sheet.id) is None:
            entered = max((Figures.from_text(entry.figures).issued for entry in entries_of(sheet.id)), default=0)
            held += max(0, entered - force.get(sheet.corrects_id or 0, 0))
    return held


def why_not_countable(poll: Poll) -> Refused | None:
    """Return why the sheets do not suffice, None where they do.

    One is not confirmed, marked paper or hands have none, or the sheets of a channel do not give as many as are marked.
    """
    sheets, marked = counted(poll.id), marked_by_channel(poll.id)
    counts = rules.channel_counts(marked, sheets)
    if _waits_for_sheet(poll.id, {one.channel for one in counts if one.missing == 0}):
        return Refused(Reason.SHEETS_OPEN)
    there = {channel for channel, _ in sheets}
    for one in counts:
        if one.channel not in there:
            return Refused(Reason.SHEETS_MISSING)
        if reason := rules.why_not_reconciled(one, in_meeting=poll.meeting_poll is not None):
            return Refused(reason, marked=one.marked, counted=one.issued, difference=abs(one.missing))
    return None


def _waits_for_sheet(poll_id: int, complete: Collection[str]) -> bool:
    """Tell whether a sheet is not confirmed that matters. One that nobody has entered holds up nothing where every paper, or
    hand, of its channel stands on another: else whoever opens sheets could keep a result from being declared.

    `complete`: the channels of which none is missing.
    """
    entered = exists().where(SheetEntry.sheet_id == CountSheet.id)
    confirmed = exists().where(SheetConfirmation.sheet_id == CountSheet.id)
    query = select(CountSheet.channel, entered).where(CountSheet.poll_id == poll_id, ~confirmed)
    return any(begun or channel.value not in complete for channel, begun in db.session.execute(query))
