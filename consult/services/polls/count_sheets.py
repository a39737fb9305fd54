"""Count sheets: opened after the close, entered by two people who do not see each other's figures, then confirmed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from consult.domain.audit import Tag, sha256
from consult.domain.polls import count_sheets as rules
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import (
    CountSheet,
    Meeting,
    MeetingPoll,
    Person,
    Poll,
    RollEntry,
    SheetConfirmation,
    SheetEntry,
    Village,
    db,
)
from consult.services.core import audit, transactions
from consult.services.polls import poll_states


def open_sheet(
    poll: Poll,
    channel: Channel,
    place: str,
    actor: Person,
    *,
    key: str,
    now: datetime,
    corrects: CountSheet | None = None,
) -> CountSheet:
    """A sheet to be entered, or one that corrects a confirmed one. The same key opens one. Raises Refused."""
    earlier = db.session.scalar(select(CountSheet).where(CountSheet.request_key == key))
    if earlier is not None:
        return earlier
    _refuse_unless_counting(poll, now)
    if not (poll.paper if channel is Channel.PAPER else poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    if corrects is not None and confirmation_of(corrects.id) is None:
        raise Refused(Reason.SHEETS_OPEN)
    sheet = add_sheet(poll, channel, place, actor, key=key, now=now, corrects=corrects)
    transactions.commit()
    return sheet


def add_sheet(
    poll: Poll,
    channel: Channel,
    place: str,
    actor: Person,
    *,
    key: str,
    now: datetime,
    corrects: CountSheet | None = None,
) -> CountSheet:
    """A sheet in the transaction at hand."""
    sheet = CountSheet(
        village_id=poll.village_id,
        poll_id=poll.id,
        channel=channel.value,
        place=place,
        corrects_id=corrects.id if corrects else None,
        request_key=key,
        opened_by=actor.id,
        opened_at=now,
    )
    db.session.add(sheet)
    db.session.flush()
    audit.record(
        Tag.SHEET_OPENED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        sheet=sheet.id,
        channel=channel.value,
        corrects=sheet.corrects_id,
    )
    return sheet


def enter(sheet: CountSheet, figures: Figures, actor: Person, *, picture: str, now: datetime) -> None:
    """One person's reading. Two that agree confirm the sheet. The same figures again are the same entry. Raises Refused."""
    poll = db.session.get_one(Poll, sheet.poll_id)
    text = figures.text()
    mine = db.session.get(SheetEntry, (sheet.id, actor.id))
    if mine is not None and mine.figures == text:
        return
    _refuse_unless_counting(poll, now)
    if mine is not None:
        raise Refused(Reason.ENTERED_ALREADY)
    if confirmation_of(sheet.id) is not None:
        raise Refused(Reason.SHEET_CONFIRMED)
    if actor.id == poll_states.author_of(poll.consultation_id):
        raise Refused(Reason.COUNTER_IS_AUTHOR)
    _refuse_more_than_marked(poll, sheet, figures)
    db.session.add(
        SheetEntry(
            sheet_id=sheet.id,
            entered_by=actor.id,
            village_id=poll.village_id,
            figures=text,
            picture=picture,
            entered_at=now,
        )
    )
    db.session.flush()
    audit.record(
        Tag.SHEET_ENTERED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        sheet=sheet.id,
        digest=sha256(text),
        picture=picture,
    )
    _confirm_if_agreed(poll, sheet, now)
    _stir(poll.id)
    transactions.commit()


def _stir(poll_id: int) -> None:
    """The screens of the meeting that votes look again."""
    of_vote = select(MeetingPoll.meeting_id).where(MeetingPoll.poll_id == poll_id).scalar_subquery()
    moved = update(Meeting).where(Meeting.id == of_vote).values(pulse=Meeting.pulse + 1)
    db.session.execute(moved.execution_options(synchronize_session=False))


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
    audit.record(
        Tag.SHEET_CONFIRMED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=None,
        now=now,
        sheet=sheet.id,
        channel=sheet.channel,
        corrects=sheet.corrects_id,
        figures=figures,
        persons=list(pair),
    )


def _refuse_unless_counting(poll: Poll, now: datetime) -> None:
    """After the close: a sheet known before would be a running result. Until the count: then it is too late."""
    transactions.lock(poll)
    village = db.session.get_one(Village, poll.village_id)
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if poll_states.state_of(poll, max(now, village.clock_mark)) is not PollState.CLOSED:
        raise Refused(Reason.NOT_CLOSED_YET)


def _refuse_more_than_marked(poll: Poll, sheet: CountSheet, figures: Figures) -> None:
    """Issued to no more than took part that way: hands no more than were present and had not voted otherwise."""
    others = [
        other.issued
        for other_sheet, other in _standing(poll.id)
        if other_sheet.channel == sheet.channel and other_sheet.id != sheet.corrects_id
    ]
    marked = marked_by_channel(poll.id).get(sheet.channel, 0)
    if sum(others) + figures.issued > marked:
        raise Refused(Reason.MORE_THAN_MARKED, counted=sum(others) + figures.issued, marked=marked)


def sheets_of(poll_id: int) -> Sequence[CountSheet]:
    return db.session.scalars(select(CountSheet).where(CountSheet.poll_id == poll_id).order_by(CountSheet.id)).all()


def entries_of(sheet_id: int) -> Sequence[SheetEntry]:
    query = select(SheetEntry).where(SheetEntry.sheet_id == sheet_id)
    return db.session.scalars(query.order_by(SheetEntry.entered_at, SheetEntry.entered_by)).all()


def confirmation_of(sheet_id: int) -> SheetConfirmation | None:
    return db.session.get(SheetConfirmation, sheet_id)


def _standing(poll_id: int) -> list[tuple[CountSheet, Figures]]:
    """Confirmed sheets that no confirmed sheet corrects, with their figures."""
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
    """What goes into the tally: (channel, figures)."""
    return [(sheet.channel, figures) for sheet, figures in _standing(poll_id)]


def marked_by_channel(poll_id: int) -> dict[str, int]:
    """Units by channel, as the roll has them."""
    query = select(RollEntry.channel, func.count()).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None))
    return {str(channel): n for channel, n in db.session.execute(query.group_by(RollEntry.channel)).all()}


def why_not_countable(poll: Poll) -> Reason | None:
    """Every sheet that was opened is confirmed, and no marked paper or hands are without a sheet."""
    opened = set(db.session.scalars(select(CountSheet.id).where(CountSheet.poll_id == poll.id)))
    confirmed = set(
        db.session.scalars(select(SheetConfirmation.sheet_id).where(SheetConfirmation.sheet_id.in_(opened)))
    )
    if opened - confirmed:
        return Reason.SHEETS_OPEN
    there = {channel for channel, _ in counted(poll.id)}
    marked = {c for c in marked_by_channel(poll.id) if c in (Channel.PAPER, Channel.HANDS)}
    return Reason.SHEETS_MISSING if marked - there else None
