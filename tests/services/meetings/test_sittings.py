"""A meeting of several days: the same roll and items, the quorum asked anew, each day in the minutes; items put off."""

from datetime import timedelta
from typing import Any

import pytest

from consult import clock
from consult.domain.meetings import proceedings as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import ChairChangedFacts, ProceedingStep, SpeechAskedFacts
from consult.domain.meetings.meetings import MeetingPlan, MeetingState
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason
from consult.models import AgendaItem, Consultation, Meeting, MeetingChange, Notice, Notification, db
from consult.models.meetings import check_in_queries
from consult.services.meetings import (
    agendas,
    appointments,
    check_ins,
    meeting_states,
    meeting_votes,
    meetings,
    minutes,
    proceedings,
    resolutions,
    sittings,
)
from consult.services.polls import closing
from consult.services.site import verification
from consult.services.talk import withdrawals
from tests.meetings import (
    a_called_meeting,
    a_held_meeting,
    begin_vote,
    count_hands,
    declare,
    end_vote,
    everybody,
    meeting,
    open_it,
    poll,
    refused,
    seat,
    seat_number,
)

both = pytest.mark.both_databases
TOMORROW = timedelta(days=1)


def adjourn(cast, meeting_id: int, *, key: str = "break", **changes: Any) -> None:
    usual = {
        "place": "祠堂",
        "resumes_at": clock.now() + TOMORROW,
        "reason": "天黑了",
        "act": cast.old_chan.act(key=key),
    }
    sittings.adjourn(meeting(meeting_id), **(usual | changes))


def resume(cast, meeting_id: int, *, key: str = "again") -> None:
    """Old Chan opens it again at its new hour."""
    at = meeting(meeting_id).starts_at
    sittings.resume(meeting(meeting_id), cast.old_chan.act(key=key, now=at), began_at=at)


def seat_at(cast, meeting_id: int, at, *who) -> None:
    numbers = [seat_number(meeting_id, one) for one in who]
    check_ins.tick(meeting(meeting_id), numbers, CheckInWay.MANUAL, cast.ms_yip.act(now=at))


@both
def test_a_meeting_that_is_broken_off_goes_on_with_the_same_roll_and_asks_for_its_quorum_anew(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    frozen = meeting(meeting_id).fingerprint
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    adjourn(inside, meeting_id)
    adjourn(inside, meeting_id)  # a double tap
    assert meeting_states.state_of(meeting(meeting_id)) is MeetingState.ADJOURNED
    assert check_in_queries.present_and_roll(meeting_id) == (0, 8)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.MEETING_ADJOURNED
    again = lambda: proceedings.call_item(meeting(meeting_id), 1, inside.old_chan.act())  # noqa: E731
    assert refused(again) is Reason.MEETING_ADJOURNED
    asked = SpeechAskedFacts(name="甲")
    speak = lambda: proceedings.note(meeting(meeting_id), asked, None, inside.old_chan.act(key="s"))  # noqa: E731
    assert refused(speak) is Reason.MEETING_ADJOURNED
    early = lambda: sittings.resume(meeting(meeting_id), inside.old_chan.act(key="x"), began_at=clock.now())  # noqa: E731
    assert refused(early) is Reason.TOO_EARLY_TO_OPEN

    resume(inside, meeting_id)
    assert meeting(meeting_id).fingerprint == frozen
    proceedings.call_item(meeting(meeting_id), 1, inside.old_chan.act())
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.QUORUM_MISSING
    seat_at(inside, meeting_id, meeting(meeting_id).starts_at, *everybody(inside)[3:8])
    begin_vote(inside, meeting_id, poll_id)
    assert poll(poll_id).adult_on == meeting(meeting_id).call.adult_on
    end_vote(inside, meeting_id, poll_id)
    count_hands(inside, poll_id, 5, 0, 0)
    declare(inside, poll_id)
    assert poll(poll_id).declaration.outcome == "carried"
    assert list(verification.verify(inside.row())) == []


@both
def test_each_day_stands_in_the_minutes_and_going_home_for_the_night_is_not_leaving_early(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    adjourn(inside, meeting_id)
    second_day = meeting(meeting_id).starts_at
    resume(inside, meeting_id)
    seat_at(inside, meeting_id, second_day, *everybody(inside)[2:7])
    later = inside.old_chan.act(key="end", now=second_day + timedelta(hours=1))
    proceedings.close_meeting(meeting(meeting_id), later, ended_at=later.now)
    written = minutes.of_meeting(meeting(meeting_id))
    assert [(one.present, one.place) for one in written.sittings] == [(6, ""), (5, "祠堂")]
    assert (written.present.came, written.present.left, written.present.late) == (7, 0, 0)
    steps = [line.step for line in written.general]
    assert steps == [ProceedingStep.ADJOURNED, ProceedingStep.RESUMED]
    minutes.confirm(meeting(meeting_id), inside.old_chan.act(now=later.now + timedelta(minutes=1)))
    assert list(verification.verify(inside.row())) == []


@both
def test_all_who_are_called_are_told_when_it_goes_on(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    adjourn(inside, meeting_id)
    change = db.session.query(MeetingChange).one()
    assert (change.kind, change.place, change.reason) == ("adjourned", "祠堂", "天黑了")
    notice = db.session.query(Notice).order_by(Notice.id.desc()).first()
    assert notice.facts["kind"] == "adjourned"
    told = db.session.query(Notification).filter_by(subject=f"meeting_change:{change.id}")
    assert {row.person_id for row in told} == {one.id for one in everybody(inside)} - {inside.old_chan.id}


@both
def test_it_is_not_broken_off_while_a_vote_is_open_and_not_by_somebody_before_it_began(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    assert refused(lambda: adjourn(inside, meeting_id)) is Reason.MEETING_NOT_OPEN
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    assert refused(lambda: adjourn(inside, meeting_id)) is Reason.VOTE_IS_OPEN


@both
def test_who_went_home_for_the_night_is_not_brought_back_by_undoing_it(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    adjourn(inside, meeting_id)
    assert check_ins.newest_lines(meeting_id) == set()
    last = max(line.number for line in check_ins.standing_lines(meeting_id))
    undo = lambda: check_ins.undo(meeting(meeting_id), last, "", inside.ms_yip.act())  # noqa: E731
    assert refused(undo) is Reason.NOTHING_TO_UNDO


@both
def test_a_meeting_that_never_goes_on_ended_with_its_last_day(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    adjourn(inside, meeting_id)
    ended = proceedings.course_of(meeting_id).sittings[-1].ended_at
    much_later = inside.old_chan.act(key="end", now=clock.now() + timedelta(days=9))
    proceedings.close_meeting(meeting(meeting_id), much_later, ended_at=much_later.now)
    assert proceedings.course_of(meeting_id).ended_at == ended
    assert meeting_states.state_of(meeting(meeting_id)) is MeetingState.CLOSED


@both
def test_the_chair_named_before_the_break_is_the_chair_after_it(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    deputy = ChairChangedFacts(person=inside.uncle_ho.id, name="何树根", reason="")
    proceedings.note(meeting(meeting_id), deputy, None, inside.ms_yip.act(key="d"))
    adjourn(inside, meeting_id)
    resume(inside, meeting_id)
    assert proceedings.course_of(meeting_id).chair_id == inside.uncle_ho.id


@both
def test_a_vote_for_which_too_few_were_here_puts_its_item_off_and_it_comes_again(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:5])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    numbers = [seat_number(meeting_id, one) for one in everybody(inside)[:2]]
    check_ins.leave(meeting(meeting_id), numbers, inside.ms_yip.act())
    end_vote(inside, meeting_id, poll_id)
    count_hands(inside, poll_id, 3, 0, 0)
    declare(inside, poll_id)
    assert poll(poll_id).declaration.outcome == "inquorate"
    proceedings.close_item(meeting(meeting_id), 1, Result.TALKED_OVER, inside.old_chan.act(key="e"))
    assert proceedings.course_of(meeting_id).results == {1: Result.INQUORATE}

    check_ins.tick(meeting(meeting_id), numbers, CheckInWay.MANUAL, inside.ms_yip.act())
    proceedings.call_item(meeting(meeting_id), 1, inside.old_chan.act(key="c"))
    assert 1 not in proceedings.course_of(meeting_id).results
    second = meeting_votes.repeat(meeting(meeting_id), poll_id, inside.old_chan.act(key="r")).id
    assert meeting_votes.repeat(meeting(meeting_id), poll_id, inside.old_chan.act(key="r")).id == second
    begin_vote(inside, meeting_id, second)
    end_vote(inside, meeting_id, second)
    count_hands(inside, second, 5, 0, 0)
    declare(inside, second)
    proceedings.close_item(meeting(meeting_id), 1, Result.TALKED_OVER, inside.old_chan.act(key="f"))
    assert proceedings.course_of(meeting_id).results == {1: Result.CARRIED}
    assert closing.tally_of(poll(second)).present == 5
    assert list(verification.verify(inside.row())) == []


@both
def test_that_too_few_are_here_can_be_said_only_while_it_is_so(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    seat(inside, meeting_id, *everybody(inside)[:5])
    close = lambda: proceedings.close_item(meeting(meeting_id), 1, Result.INQUORATE, inside.old_chan.act(key="e"))  # noqa: E731
    assert refused(close) is Reason.QUORUM_REACHED
    check_ins.leave(meeting(meeting_id), [seat_number(meeting_id, inside.ah_fong)], inside.ms_yip.act())
    close()
    assert proceedings.course_of(meeting_id).results == {1: Result.INQUORATE}
    proceedings.close_meeting(meeting(meeting_id), inside.old_chan.act(key="z"), ended_at=clock.now())
    assert [item.number for item in agendas.put_off(meeting(meeting_id))] == [1]


@both
def test_a_vote_that_was_decided_is_not_repeated(inside):
    meeting_id, poll_id = a_held_meeting(inside)
    again = lambda: meeting_votes.repeat(meeting(meeting_id), poll_id, inside.old_chan.act(key="r"))  # noqa: E731
    assert refused(again) is Reason.ALREADY_DECLARED


@both
def test_going_on_closes_one_item_and_turns_to_the_next_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    open_it(inside, meeting_id)
    for _ in range(2):
        proceedings.go_on(meeting(meeting_id), 1, Result.POSTPONED, inside.old_chan.act(key="g"))
    course = proceedings.course_of(meeting_id)
    assert (course.results, course.current) == ({1: Result.POSTPONED}, None)
    assert rules.next_item(course, [1, 2, 3]) == 2


@both
def test_what_is_put_off_comes_again_with_the_text_and_the_money_that_stood_on_its_item(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    (item,) = db.session.query(AgendaItem)
    item.cost_fen, item.funding = 5_000_000, [["村集体", 5_000_000]]
    db.session.commit()
    resolutions.amend(meeting(meeting_id), item.id, "只修上圳两处。", inside.old_chan.act())
    put_off_all(inside, meeting_id)
    again = like(inside, meeting_id)
    wanted = ResolutionText("只修上圳两处。", 5_000_000, (("村集体", 5_000_000),))
    assert resolutions.of_item(db.session.query(AgendaItem).filter_by(meeting_id=again.id).one()) == wanted


@both
def test_what_stands_on_a_later_agenda_or_was_withdrawn_is_not_offered_again(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    put_off_all(inside, meeting_id)
    again = like(inside, meeting_id)
    assert agendas.put_off(meeting(meeting_id)) == []
    meetings.discard(again, inside.old_chan.act())
    (item,) = agendas.put_off(meeting(meeting_id))
    consultation = db.session.get_one(Consultation, item.consultation_id)
    withdrawals.withdraw(consultation, "不修了", inside.sister_chow.act())
    assert agendas.put_off(meeting(meeting_id)) == []


def put_off_all(inside, meeting_id: int) -> None:
    proceedings.close_item(meeting(meeting_id), 1, Result.POSTPONED, inside.old_chan.act(key="later"))
    proceedings.close_meeting(meeting(meeting_id), inside.old_chan.act(key="end"), ended_at=clock.now())


def like(inside, meeting_id: int) -> Meeting:
    plan = MeetingPlan("VA_people", None, "再开", "祠堂", clock.now() + timedelta(days=20))
    return agendas.plan_meeting(plan, [], agendas.put_off(meeting(meeting_id)), inside.old_chan.act(key="again"))


@both
def test_a_meeting_that_ends_without_its_next_day_was_held_when_and_where_it_was(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    first = appointments.in_force(meeting(meeting_id), clock.now())
    adjourn(inside, meeting_id)
    assert meeting(meeting_id).place == "祠堂"
    proceedings.close_meeting(meeting(meeting_id), inside.old_chan.act(key="end"), ended_at=clock.now())
    assert (meeting(meeting_id).starts_at, meeting(meeting_id).place) == (first.starts_at, first.place)
    assert first.place == "榕树头文化室"
    notice = db.session.query(Notice).order_by(Notice.id.desc()).first()
    assert (notice.tag, notice.facts["kind"], notice.facts["place"]) == ("meeting_cancelled", "ended", "祠堂")
    told = db.session.query(Notification).filter_by(subject=f"meeting_end:{meeting_id}")
    assert {row.person_id for row in told} == {one.id for one in everybody(inside)} - {inside.old_chan.id}
    assert list(verification.verify(inside.row())) == []


@both
def test_each_day_has_the_hour_and_the_place_that_were_told_for_it(inside):
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    first = meeting(meeting_id).starts_at
    adjourn(inside, meeting_id)
    second = meeting(meeting_id).starts_at
    resume(inside, meeting_id)
    days = appointments.held(meeting(meeting_id), proceedings.course_of(meeting_id).sittings)
    assert [(day.starts_at, day.place) for day in days] == [(first, "榕树头文化室"), (second, "祠堂")]
