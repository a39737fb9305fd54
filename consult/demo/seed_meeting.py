"""Seed the meetings of the demo village: one that was held, with all its papers, and two that can be run at once."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from consult.demo import meeting as words
from consult.domain.instants import at_local, local_day
from consult.domain.law.four_deliberations import DeliberationStage, StageRecord
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind, ItemPlan, Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import SpeechNotedFacts
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.polls import PollKind
from consult.domain.polls.resolution_texts import ResolutionText
from consult.models import AgendaItem, Consultation, Meeting, MeetingRollEntry, Person, Poll, Village, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, check_ins, meeting_votes, meetings, minutes, proceedings
from consult.services.people import villages
from consult.services.polls import ballots, closing, count_sheets
from consult.services.polls.ballot_requests import BallotRequest

LANGUAGE = "zh-Hans-CN"
NOTHING = Exceptions()
DAY_BEGINS, DAY_ENDS = 8, 21


def hold_meetings(village: Village, chair: Person, clerk: Person, counters: Sequence[Person], *, now: datetime) -> None:
    """Hold a meeting that ended yesterday evening, and call two to come, in which no one has checked in."""
    zone = ZoneInfo(village.timezone)
    evening = at_local(zone, local_day(zone, now - timedelta(days=1)), 19, 30)
    _hold(village, chair, clerk, counters, evening)
    for plan in (words.TONIGHT, words.NEXT):
        meeting = _drafted(plan.body, plan.title, _begins(plan, zone, now), chair, now)
        _item(meeting, ItemPlan(plan.report, ItemKind.REPORT, None, "", ""), chair, now)
        sources = ((plan.source, None),) if plan.source else ()
        said = ResolutionText(cost_fen=plan.cost_fen, funding=sources)
        motion = _item(
            meeting, ItemPlan(plan.item, ItemKind.MOTION, None, plan.summary, "", resolution=said), chair, now
        )
        _prepare(motion.consultation_id or 0, chair, now, plan.studied, plan.discussed)
        _vote_on(motion, plan.question, chair, now)
        meetings.call(meeting, NOTHING, Act.of(chair, now=now))


def _begins(plan: words.ToCome, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when a meeting begins: half past seven of an evening, or within the half hour where it can be held at once."""
    soon = now + timedelta(minutes=24)
    if plan.days == 0 and DAY_BEGINS <= soon.astimezone(zone).hour < DAY_ENDS:
        return soon
    evening = at_local(zone, local_day(zone, now + timedelta(days=plan.days)), 19, 30)
    return evening if evening > now else at_local(zone, local_day(zone, now + timedelta(days=plan.days + 1)), 19, 30)


def _hold(village: Village, chair: Person, clerk: Person, counters: Sequence[Person], evening: datetime) -> None:
    called = evening - timedelta(days=12)
    meeting = _drafted("VA_house", words.TITLE, evening, chair, called)
    _item(meeting, ItemPlan(words.REPORT, ItemKind.REPORT, None, "", ""), chair, called)
    said = ResolutionText(cost_fen=words.COST_OF_LAMPS, funding=((words.FROM_RENT, None),))
    lamps = ItemPlan(words.LAMPS, ItemKind.MOTION, None, words.WHY, "", resolution=said)
    motion = _item(meeting, lamps, chair, called)
    _prepare(motion.consultation_id or 0, chair, called, words.STUDIED, words.DISCUSSED)
    poll = _vote_on(motion, words.QUESTION, chair, called)
    meetings.call(meeting, NOTHING, Act.of(chair, now=called))
    on_phones = _seat(meeting, clerk, at=evening - timedelta(minutes=10))
    opened = Act.of(chair, now=evening)
    proceedings.open_meeting(meeting, opened, chair_id=chair.id, recorder_id=clerk.id, began_at=evening)
    _turn(meeting, 1, chair, evening)
    proceedings.close_item(meeting, 1, Result.HEARD, Act.of(chair, now=evening + timedelta(minutes=12)))
    _turn(meeting, 2, chair, evening + timedelta(minutes=13))
    _talk(meeting, clerk, evening + timedelta(minutes=14))
    at = evening + timedelta(minutes=25)
    _decide(village, meeting, poll, on_phones=on_phones, chair=chair, counters=counters, at=at)
    end = evening + timedelta(minutes=50)
    proceedings.close_item(meeting, 2, Result.TALKED_OVER, Act.of(chair, now=end))
    proceedings.close_meeting(meeting, Act.of(chair, now=end), ended_at=end)
    minutes.confirm(meeting, Act.of(chair, now=end + timedelta(minutes=5)))


def _drafted(body: str, title: str, starts_at: datetime, chair: Person, now: datetime) -> Meeting:
    return meetings.draft(
        MeetingPlan(body, None, title, words.PLACE, starts_at.replace(second=0, microsecond=0)),
        Act.of(chair, now=now, language=LANGUAGE, key=f"demo-{title}"),
    )


def _item(meeting: Meeting, plan: ItemPlan, chair: Person, now: datetime) -> AgendaItem:
    act = Act.of(chair, now=now, language=LANGUAGE, key=f"demo-{meeting.id}-{plan.title}")
    return agendas.add(meeting, plan, act)


def _prepare(consultation_id: int, chair: Person, now: datetime, studied: str, discussed: str) -> None:
    """Record the kind of matter, the questions of law, and the steps of the Party and the committees."""
    consultation = db.session.get_one(Consultation, consultation_id)
    village = db.session.get_one(Village, consultation.village_id)
    four_deliberations.choose_matter(consultation, "public_works", Act.of(chair, now=now))
    all_yes = Check({q.value: "yes" for q in LawQuestion}, "")
    four_deliberations.check_motion(consultation, all_yes, Act.of(chair, now=now))
    steps = (
        (DeliberationStage.PARTY_PROPOSES, studied, 9),
        (DeliberationStage.COMMITTEES_DISCUSS, discussed, 11),
        (DeliberationStage.PARTY_REVIEWS, words.REVIEWED, 35),
    )
    for n, (step, said, people) in enumerate(steps):
        day = villages.local_day(village, now - timedelta(days=9 - 2 * n))
        record = StageRecord(
            step=step,
            held_on=day,
            place=words.OFFICE,
            expected=people,
            present=people - 1,
            support=people - 1,
            oppose=0,
            abstain=0,
            words=said,
            exception="",
        )
        four_deliberations.record_step(consultation, record, "", Act.of(chair, now=now))


def _vote_on(item: AgendaItem, question: str, chair: Person, now: datetime) -> Poll:
    asked = Asked(
        kind=PollKind.MOTION, question=question, options=(), max_choices=1, secret=False, paper=False, hands=True
    )
    return meeting_votes.plan(item, asked, Act.of(chair, now=now, key=f"demo-vote-{item.id}"))


def _seat(meeting: Meeting, clerk: Person, *, at: datetime) -> list[MeetingRollEntry]:
    """Check in three quarters of the roll. Return those who scanned the screen and vote by phone."""
    query = select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting.id).order_by(MeetingRollEntry.number)
    entries = list(db.session.scalars(query))
    random.Random(meeting.id).shuffle(entries)
    by_phone = sum(words.ON_PHONES)
    came = entries[: by_phone + sum(words.BY_HAND)]
    for way, part in ((CheckInWay.SCAN, came[:by_phone]), (CheckInWay.MANUAL, came[by_phone:])):
        numbers = [entry.number for entry in part]
        check_ins.tick(meeting, numbers, way, Act.of(clerk, now=at))
    return came[:by_phone]


def _turn(meeting: Meeting, number: int, chair: Person, now: datetime) -> None:
    proceedings.call_item(meeting, number, Act.of(chair, now=now))


def _talk(meeting: Meeting, clerk: Person, since: datetime) -> None:
    for n, (name, said) in enumerate(words.SAID):
        at = since + timedelta(minutes=3 * n)
        proceedings.note(meeting, SpeechNotedFacts(name=name, text=said), 2, Act.of(clerk, now=at))


def _decide(
    village: Village,
    meeting: Meeting,
    poll: Poll,
    *,
    on_phones: Sequence[MeetingRollEntry],
    chair: Person,
    counters: Sequence[Person],
    at: datetime,
) -> None:
    """Vote by phone and then by hands, counted by two persons; declare the result."""
    meeting_votes.open_vote(meeting, poll.id, Act.of(chair, now=at))
    choices = [n for n, times in enumerate(words.ON_PHONES, 1) for _ in range(times)]
    voters = [(entry.attending_id or entry.person_id, choice) for entry, choice in zip(on_phones, choices, strict=True)]
    with transactions.writing():
        for voter, choice in voters:
            ballot = BallotRequest(village.id, poll.id, voter, (choice,), f"demo-{poll.id}-{voter}")
            ballots.cast(ballot, clock=lambda: at + timedelta(minutes=3))
    ended = at + timedelta(minutes=8)
    meeting_votes.end_vote(meeting, poll.id, Act.of(chair, now=ended), clock=lambda: ended)
    sheet = count_sheets.sheets_of(poll.id)[0]
    figures = Figures(sum(words.BY_HAND), sum(words.BY_HAND), words.BY_HAND)
    for counter in counters:
        count_sheets.enter(sheet, figures, Act.of(counter, now=ended + timedelta(minutes=4)), picture="")
    closing.declare(poll, Act.of(chair, now=ended + timedelta(minutes=6)))
