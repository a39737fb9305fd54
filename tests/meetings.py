"""Builders of meetings, each in the app context at hand. The cast in them is that of village.py.

The roll of a meeting of all adults has eight numbers; enough are here with five.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from consult import clock
from consult.domain.law.four_deliberations import DeliberationStage, StageRecord
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind, ItemPlan, Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import FACTS, ProceedingStep
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.polls import PollKind, Standing
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Consultation, Meeting, MeetingRollEntry, Poll, db
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, check_ins, meeting_votes, meetings, proceedings
from consult.services.people import villages
from consult.services.polls import closing, count_sheets
from tests.village import Cast, Who, a_consultation, a_draft, a_photo, vote

ALL_YES = Check({question.value: "yes" for question in LawQuestion}, "")
URGENT = Exceptions(short_notice="汛期将至")


def a_meeting_draft(cast: Cast, *, key: str = "meeting-1", petition_id: int | None = None, **changes: Any) -> int:
    """An assembly of all adults in a few minutes, drafted by Old Chan of the committee."""
    usual: dict[str, Any] = {
        "body": "VA_people",
        "group_id": None,
        "title": "今年第三次村民会议",
        "place": "榕树头文化室",
        "starts_at": clock.now() + timedelta(minutes=20),
    }
    plan = MeetingPlan(**(usual | changes))
    act = cast.old_chan.act(language="zh-Hans-CN", key=key)
    return meetings.draft(plan, act, petition_id=petition_id).id


def an_item(
    cast: Cast,
    meeting_id: int,
    *,
    kind: ItemKind = ItemKind.MOTION,
    title: str = "修好上圳三百米水圳",
    consultation_id: int | None = None,
    reason: str = "",
    key: str = "",
    text: str = "",
    cost_fen: int | None = None,
) -> AgendaItem:
    plan = ItemPlan(title, kind, consultation_id, "把上圳三处修好。", reason, resolution=ResolutionText(text, cost_fen))
    act = cast.old_chan.act(language="zh-Hans-CN", key=key or f"item-{meeting_id}-{title}")
    return agendas.add(meeting(meeting_id), plan, act)


def ripe(cast: Cast, consultation_id: int, matter: str = "public_works", *, group_id: int | None = None) -> None:
    """Its kind of matter said and its list of questions ticked."""
    consultation = db.session.get_one(Consultation, consultation_id)
    four_deliberations.choose_matter(consultation, matter, cast.old_chan.act(), group_id=group_id)
    four_deliberations.check_motion(consultation, ALL_YES, cast.old_chan.act())


def studied(cast: Cast, consultation_id: int) -> None:
    """The Party organisation proposed it, nine of nine, with a photo of the page."""
    record = StageRecord(
        step=DeliberationStage.PARTY_PROPOSES,
        held_on=villages.local_day(cast.row(), clock.now()),
        place="党群服务中心",
        expected=9,
        present=9,
        support=9,
        oppose=0,
        abstain=0,
        words="同意提议",
        exception="",
    )
    photo = a_photo(cast.old_chan)
    consultation = db.session.get_one(Consultation, consultation_id)
    four_deliberations.record_step(consultation, record, photo, cast.old_chan.act())


def a_formal_poll(cast: Cast, *, key: str = "formal", matter: str = "public_works", **changes: Any) -> int:
    """A draft of a formal vote by phone, its motion studied and checked; its body has the village's rule for it."""
    plan = {"standing": Standing.FORMAL} | changes
    poll_id = a_draft(cast, key=key, **plan)
    consultation = db.session.get_one(Poll, poll_id).consultation_id
    ripe(cast, consultation, matter, group_id=db.session.get_one(Poll, poll_id).group_id)
    studied(cast, consultation)
    return poll_id


def a_vote(cast: Cast, item: AgendaItem, *, key: str = "vote-1", **changes: object) -> int:
    """A motion by phone and by show of hands, planned with its item."""
    usual: dict[str, Any] = {
        "kind": PollKind.MOTION,
        "question": "您赞成修上圳吗？",
        "options": (),
        "max_choices": 1,
        "secret": False,
        "paper": False,
        "hands": True,
    }
    asked = Asked(**(usual | changes))
    return meeting_votes.plan(item, asked, cast.old_chan.act(key=key)).id


def a_called_meeting(
    cast: Cast,
    *,
    key: str = "meeting-1",
    paper: bool = False,
    hands: bool = True,
    secret: bool = False,
    cost_fen: int | None = None,
    **changes: Any,
) -> tuple[int, int]:
    """Called with a motion and a vote on it, urgent; `cost_fen` None: the proposal's. Returns the ids of meeting and vote."""
    meeting_id = a_meeting_draft(cast, key=key, **changes)
    consultation = a_consultation(cast, key=f"for-{key}")
    item = an_item(cast, meeting_id, consultation_id=consultation, cost_fen=cost_fen)
    ripe(cast, consultation)
    studied(cast, consultation)
    poll_id = a_vote(cast, item, key=f"vote-{key}", paper=paper, hands=hands, secret=secret)
    meetings.call(meeting(meeting_id), URGENT, cast.old_chan.act())
    return meeting_id, poll_id


def open_it(cast: Cast, meeting_id: int, *, item: int = 1) -> None:
    """Old Chan opens it as its chair, with Ms Yip as recorder, and turns to an item."""
    proceedings.open_meeting(
        meeting(meeting_id),
        cast.old_chan.act(),
        chair_id=cast.old_chan.id,
        recorder_id=cast.ms_yip.id,
        began_at=clock.now(),
    )
    proceedings.call_item(meeting(meeting_id), item, cast.old_chan.act())


def seat(cast: Cast, meeting_id: int, *who: Who) -> None:
    """Ticked off at the door by the clerk."""
    numbers = [seat_number(meeting_id, one) for one in who]
    check_ins.tick(meeting(meeting_id), numbers, CheckInWay.MANUAL, cast.ms_yip.act())


def everybody(cast: Cast) -> tuple[Who, ...]:
    """All eight adults of the village."""
    return (
        cast.ah_fong,
        cast.ah_kwok,
        cast.old_chan,
        cast.aunt_leung,
        cast.uncle_ho,
        cast.ms_yip,
        cast.sister_chow,
        cast.ah_keung,
    )


def seat_number(meeting_id: int, who: Who) -> int:
    mine = MeetingRollEntry.unit.in_((f"person:{who.id}", f"household:{who.household_id}"))
    query = select(MeetingRollEntry.number).where(MeetingRollEntry.meeting_id == meeting_id, mine)
    return db.session.scalars(query).one()


def begin_vote(cast: Cast, meeting_id: int, poll_id: int) -> None:
    meeting_votes.open_vote(meeting(meeting_id), poll_id, cast.old_chan.act())


def end_vote(cast: Cast, meeting_id: int, poll_id: int) -> None:
    meeting_votes.end_vote(meeting(meeting_id), poll_id, cast.old_chan.act(), clock=clock.now)


def count_hands(cast: Cast, poll_id: int, *valid: int) -> None:
    """Uncle Ho and Ms Yip enter the same figures."""
    sheet = count_sheets.sheets_of(poll_id)[-1]
    for who in (cast.uncle_ho, cast.ms_yip):
        figures = Figures(sum(valid), sum(valid), tuple(valid))
        count_sheets.enter(sheet, figures, who.act(), picture="")


def meeting(meeting_id: int) -> Meeting:
    return db.session.get_one(Meeting, meeting_id)


def poll(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id)


def refused(act: Callable[[], object]) -> Reason:
    """Why an act is refused; nothing of it is kept."""
    try:
        act()
    except Refused as refusal:
        db.session.rollback()
        return refusal.reason
    raise AssertionError("it was not refused")


def later(**gap: float) -> datetime:
    return clock.now() + timedelta(**gap)


def declare(cast: Cast, poll_id: int) -> None:
    closing.declare(poll(poll_id), cast.old_chan.act())


def note(cast: Cast, meeting_id: int, step: ProceedingStep, **facts: str) -> int:
    """A line of the record by Ms Yip. Returns its number."""
    proceedings.note(meeting(meeting_id), FACTS[step](**facts), 1, cast.ms_yip.act())
    return max(proceedings.course_of(meeting_id).standing)


def close_it(cast: Cast, meeting_id: int) -> None:
    """Item and meeting closed by Old Chan."""
    proceedings.close_item(meeting(meeting_id), 1, Result.TALKED_OVER, cast.old_chan.act())
    proceedings.close_meeting(meeting(meeting_id), cast.old_chan.act(), ended_at=clock.now())


def a_held_meeting(cast: Cast, *, key: str = "meeting-1", **changes: Any) -> tuple[int, int]:
    """Six came; one voted by phone, four by hand, carried; one gist noted; closed. Minutes not confirmed yet."""
    meeting_id, poll_id = a_called_meeting(cast, key=key, **changes)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    begin_vote(cast, meeting_id, poll_id)
    vote(cast, poll_id, cast.ah_fong, 1)
    end_vote(cast, meeting_id, poll_id)
    count_hands(cast, poll_id, 3, 1, 1)
    declare(cast, poll_id)
    note(cast, meeting_id, ProceedingStep.SPEECH_NOTED, name="罗志明", text="莲藕塘断水怎么办？答：分三段做。")
    close_it(cast, meeting_id)
    return meeting_id, poll_id
