"""What lies between call, day and end of a meeting: days that pass, answers to another day, items told later, late additions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consult import clock
from consult.domain.meetings.agendas import ItemKind, ItemPlan, MotionPlan, Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import RemarkNotedFacts
from consult.domain.meetings.meetings import LATE_ADDITIONS, MeetingPlan, RsvpAnswer
from consult.domain.people.waiting import Wait
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason
from consult.models import AgendaItem, Notice, Notification, RoleGrant, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.meetings import (
    agendas,
    check_ins,
    meeting_votes,
    meetings,
    minutes,
    proceedings,
    rsvps,
    sittings,
)
from consult.services.people import villages
from consult.services.site import reminders, verification, waiting
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    everybody,
    meeting,
    open_it,
    refused,
    ripe,
    seat,
    seat_number,
    studied,
)
from tests.village import Cast, Who, a_consultation

both = pytest.mark.both_databases
DAY = timedelta(days=1)


def held_waits_for(cast: Cast, who: Who, *, days: int) -> list[str]:
    """What of it waits for somebody so many days later: "called" or "adjourned"."""
    instant = clock.now() + days * DAY
    held = villages.roles_of(who.row(), on=villages.local_day(cast.row(), instant))
    found = waiting.of_officer(cast.row(), who.row(), held, now=instant)
    return [one.row.detail for one in found if one.kind is Wait.HELD]


def listed(cast: Cast, *, days: int) -> tuple[list[int], list[int]]:
    """The meetings to come and the earlier ones, as a visitor sees them so many days later."""
    since = villages.local_midnight(cast.row(), clock.now() + days * DAY)
    seen: dict[str, Any] = {"since": since, "internal": ["VC"], "officer": False}
    coming, past = meeting_queries.upcoming(cast.id, None, **seen), meeting_queries.past(cast.id, None, **seen)
    return [one.id for one in coming], [one.id for one in past]


def adjourn(cast: Cast, meeting_id: int, *, days: int = 1) -> None:
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    act = cast.old_chan.act(key="break")
    sittings.adjourn(meeting(meeting_id), "祠堂", clock.now() + days * DAY, "天黑了", act)


@both
def test_a_meeting_that_was_never_held_comes_no_more_and_asks_its_caller(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert listed(inside, days=0) == ([meeting_id], []) and held_waits_for(inside, inside.old_chan, days=0) == []
    for days in (1, 19, 400):
        assert listed(inside, days=days) == ([], [meeting_id])
        assert held_waits_for(inside, inside.old_chan, days=days) == ["called"]
    assert held_waits_for(inside, inside.ms_yip, days=1) == [], "she called nothing"


@both
def test_a_day_of_going_on_that_passes_asks_too(inside):
    meeting_id, _ = a_called_meeting(inside)
    adjourn(inside, meeting_id)
    assert held_waits_for(inside, inside.old_chan, days=1) == []
    assert held_waits_for(inside, inside.old_chan, days=2) == ["adjourned"]
    assert listed(inside, days=2) == ([], [meeting_id])


def test_each_answer_ends_the_question(inside):
    later = inside.old_chan.act(key="later", now=clock.now() + 3 * DAY)
    answers = {
        "moved": lambda one: meetings.move(one, one.place, clock.now() + 9 * DAY, "下雨", replace(later, key="m")),
        "dropped": lambda one: meetings.cancel(one, "人不够", replace(later, key="c")),
        "held elsewhere": lambda one: proceedings.open_meeting(
            one, later, chair_id=later.actor_id, recorder_id=later.actor_id, began_at=one.starts_at
        ),
    }
    for name, answer in answers.items():
        meeting_id = a_meeting_draft(inside, key=name)
        an_item(inside, meeting_id, kind=ItemKind.REPORT, title=name)
        meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
        assert held_waits_for(inside, inside.old_chan, days=3) == ["called"], name
        answer(meeting(meeting_id))
        assert held_waits_for(inside, inside.old_chan, days=3) == [], name
        meeting(meeting_id).closed_at = clock.now()
        db.session.commit()


def test_who_is_out_of_office_is_asked_no_more_but_the_others_who_call_meetings_are(inside):
    a_called_meeting(inside)
    assert held_waits_for(inside, inside.sister_chow, days=1) == []
    db.session.query(RoleGrant).filter_by(person_id=inside.old_chan.id).update({"ended_at": clock.now()})
    db.session.commit()
    assert held_waits_for(inside, inside.sister_chow, days=1) == ["called"]


@both
def test_who_cannot_come_on_one_day_is_asked_and_reminded_for_another(inside):
    meeting_id, _ = a_called_meeting(inside)
    rsvps.answer(meeting(meeting_id), RsvpAnswer.NOT_COMING, inside.ah_kwok.act())
    adjourn(inside, meeting_id, days=2)
    assert rsvps.mine(meeting(meeting_id), inside.ah_kwok.row()) == ""
    day_two = meeting(meeting_id).starts_at
    reminders.remind(now=day_two - timedelta(hours=3))
    assert inside.ah_kwok.id in reminded(meeting_id)
    rsvps.answer(meeting(meeting_id), RsvpAnswer.NOT_COMING, inside.ah_kwok.act(now=clock.now() + timedelta(minutes=1)))
    assert rsvps.mine(meeting(meeting_id), inside.ah_kwok.row()) == "not_coming"


def reminded(meeting_id: int) -> set[int]:
    return {row.person_id for row in db.session.query(Notification).filter_by(event="meeting_reminder")}


@both
def test_who_cannot_come_on_the_new_day_either_is_not_reminded(inside):
    meeting_id, _ = a_called_meeting(inside)
    adjourn(inside, meeting_id, days=2)
    since = clock.now() + timedelta(minutes=1)
    rsvps.answer(meeting(meeting_id), RsvpAnswer.NOT_COMING, inside.ah_kwok.act(now=since))
    reminders.remind(now=meeting(meeting_id).starts_at - timedelta(hours=3))
    assert inside.ah_kwok.id not in reminded(meeting_id) and inside.uncle_ho.id in reminded(meeting_id)


@both
def test_a_later_hour_of_the_same_day_leaves_the_answers(inside):
    start = villages.local_midnight(inside.row(), clock.now()) + 3 * DAY
    meeting_id, _ = a_called_meeting(inside, starts_at=start + timedelta(hours=9))
    rsvps.answer(meeting(meeting_id), RsvpAnswer.NOT_COMING, inside.ah_kwok.act())
    row = meeting(meeting_id)
    meetings.move(row, row.place, start + timedelta(hours=15), "让学校先用", inside.old_chan.act(key="m"))
    assert rsvps.mine(meeting(meeting_id), inside.ah_kwok.row()) == "not_coming"
    other = inside.old_chan.act(key="n", now=clock.now() + timedelta(minutes=1))
    meetings.move(row, row.place, start + DAY + timedelta(hours=9), "下雨", other)
    assert rsvps.mine(meeting(meeting_id), inside.ah_kwok.row()) == ""
    assert check_in_queries.answers(meeting_id, since=other.now) == {}


@both
def test_an_item_added_after_the_call_is_posted_and_told_and_counts_as_told_from_then(inside):
    meeting_id, _ = a_called_meeting(inside)
    plan = ItemPlan("修桥", ItemKind.DISCUSSION, None, "", "桥断了")
    for _ in range(2):
        agendas.add(meeting(meeting_id), plan, inside.old_chan.act(language="zh-Hans-CN", key="late"))
    (notice,) = db.session.query(Notice).filter_by(tag="agenda_added")
    assert (notice.facts["item"], notice.facts["title"], notice.facts["reason"]) == (2, "修桥", "桥断了")
    told = [row for row in db.session.query(Notification) if row.subject.startswith("agenda_item:")]
    assert {row.person_id for row in told} == {one.id for one in everybody(inside)} - {inside.old_chan.id}
    item = db.session.query(AgendaItem).filter_by(number=2).one()
    assert item.told_at == notice.posted_at
    assert db.session.query(AgendaItem).filter_by(number=1).one().told_at is None
    assert list(verification.verify(inside.row())) == []


@both
def test_an_item_of_which_nobody_was_told_counts_as_told_on_the_day_of_its_vote(inside):
    cast = inside
    meeting_id, consultation = a_meeting_draft(cast), a_consultation(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="收支账")
    meetings.call(meeting(meeting_id), URGENT, cast.old_chan.act())
    ripe(cast, consultation)
    studied(cast, consultation)
    item = an_item(cast, meeting_id, title="修桥", consultation_id=consultation, reason="桥断了")
    a_vote(cast, item)
    days = timedelta(days=11)
    assert meeting_votes.why_shut(meeting(meeting_id), item, now=clock.now() + days) is None
    item.told_at = None
    db.session.commit()
    shut = meeting_votes.why_shut(meeting(meeting_id), item, now=clock.now() + days)
    assert shut is not None and shut.reason is Reason.ADDED_AFTER_NOTICE


@both
def test_another_text_of_an_added_item_is_told_anew(inside):
    cast = inside
    meeting_id, consultation = a_meeting_draft(cast), a_consultation(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="收支账")
    meetings.call(meeting(meeting_id), URGENT, cast.old_chan.act())
    item = an_item(cast, meeting_id, title="修桥", consultation_id=consultation, reason="桥断了")
    first = item.told_at
    plan = ItemPlan("修桥", ItemKind.MOTION, consultation, "", "桥断了", motion=MotionPlan())
    later = cast.old_chan.act(key="r", now=clock.now() + timedelta(hours=1))
    for _ in range(2):
        agendas.revise(item, replace(plan, resolution=ResolutionText("修石桥。")), later)
    assert first is not None and item.told_at == later.now
    assert db.session.query(Notice).filter_by(tag="agenda_added").count() == 2


def test_minutes_of_a_meeting_that_ended_while_it_waited_do_not_say_that_it_goes_on(inside):
    meeting_id, _ = a_called_meeting(inside)
    adjourn(inside, meeting_id)
    (line,) = minutes.of_meeting(meeting(meeting_id)).general
    assert not line.fell_away
    before = minutes.of_meeting(meeting(meeting_id)).as_facts()["general"]
    proceedings.close_meeting(meeting(meeting_id), inside.old_chan.act(key="end"), ended_at=clock.now())
    written = minutes.of_meeting(meeting(meeting_id))
    assert [one.fell_away for one in written.general] == [True]
    assert written.as_facts()["general"] == before, "what the chair confirmed stays the same"


@both
def test_a_report_that_was_put_off_is_offered_once(inside):
    cast = inside
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="收支账")
    an_item(cast, meeting_id, kind=ItemKind.DISCUSSION, title="垃圾点")
    meetings.call(meeting(meeting_id), URGENT, cast.old_chan.act())
    open_it(cast, meeting_id)
    proceedings.close_item(meeting(meeting_id), 1, Result.POSTPONED, cast.old_chan.act(key="p"))
    proceedings.close_meeting(meeting(meeting_id), cast.old_chan.act(key="end"), ended_at=clock.now())
    left = agendas.put_off(meeting(meeting_id))
    assert [one.title for one in left] == ["收支账", "垃圾点"]
    plan = MeetingPlan("VA_people", None, "再开", "祠堂", clock.now() + 20 * DAY)
    again = agendas.plan_meeting(plan, [], left[:1], cast.old_chan.act(key="again"))
    assert [one.title for one in agendas.put_off(meeting(meeting_id))] == ["垃圾点"]
    meetings.discard(again, cast.old_chan.act())
    assert len(agendas.put_off(meeting(meeting_id))) == 2


@both
def test_words_and_arrivals_are_added_for_some_days_after_the_end_and_marked_as_late(inside):
    cast = inside
    meeting_id, _ = a_held_meeting(cast)
    within, past = clock.now() + LATE_ADDITIONS * DAY, clock.now() + (LATE_ADDITIONS + 1) * DAY

    def add(at: Any, n: int) -> None:
        remark = RemarkNotedFacts(text=f"补记{n}")
        proceedings.note(meeting(meeting_id), remark, 1, cast.ms_yip.act(key=f"n{n}", now=at))

    def tick(at: Any, who: Who) -> None:
        numbers = [seat_number(meeting_id, who)]
        check_ins.tick(meeting(meeting_id), numbers, CheckInWay.PAPER, cast.ms_yip.act(now=at))

    add(within, 1)
    tick(within, everybody(cast)[6])
    assert [line.late for line in minutes.of_meeting(meeting(meeting_id)).items[0].lines][-1]
    assert minutes.of_meeting(meeting(meeting_id)).present.typed_in == 1
    assert refused(lambda: add(past, 2)) is Reason.TOO_LATE_TO_ADD
    assert refused(lambda: tick(past, everybody(cast)[7])) is Reason.TOO_LATE_TO_ADD
    guest = lambda: check_ins.sit_in(meeting(meeting_id), "镇干部", "来访", cast.ms_yip.act(now=past))  # noqa: E731
    assert refused(guest) is Reason.TOO_LATE_TO_ADD
    noted = [n for n, e in proceedings.course_of(meeting_id).standing.items() if "text" in e.facts]
    proceedings.correct(meeting(meeting_id), noted[-1], "更正", cast.ms_yip.act(key="c", now=past))
