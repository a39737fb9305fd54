"""Calling a meeting: what must be there before, what is frozen, who is told; moving it, calling it off."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from consult import clock
from consult.domain.audit import canonical, sha256
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.meetings import MeetingState, RsvpAnswer
from consult.domain.refusals import Reason
from consult.models import Consultation, MeetingRollEntry, Notice, Notification, Objection, db
from consult.models.meetings import meeting_queries
from consult.services.board import notice_objections
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, meeting_states, meetings, rsvps
from consult.services.site import reminders
from consult.services.talk.council import objection_answers
from tests.council import objection_answered
from tests.meetings import (
    ALL_YES,
    URGENT,
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    meeting,
    open_it,
    refused,
    ripe,
    studied,
)
from tests.tasks import representatives
from tests.village import Who, a_consultation

pytestmark = pytest.mark.both_databases


def call(cast, meeting_id: int, exceptions: Exceptions = URGENT) -> None:
    meetings.call(meeting(meeting_id), exceptions, cast.old_chan.act())


def told(who: Who) -> list[str]:
    found = db.session.scalars(select(Notification).where(Notification.person_id == who.id).order_by(Notification.id))
    return [row.facts.get("kind", row.event) for row in found]


def a_ripe_motion(cast, meeting_id: int) -> int:
    consultation = a_consultation(cast)
    an_item(cast, meeting_id, consultation_id=consultation)
    ripe(cast, consultation)
    studied(cast, consultation)
    return consultation


def test_a_call_freezes_the_roll_hangs_one_notice_and_tells_whoever_is_called(inside):
    meeting_id, _ = a_called_meeting(inside)
    frozen = meeting(meeting_id).frozen
    assert frozen["roll"]["units"] == 8 and frozen["agenda"][0][1] == "修好上圳三百米水圳"
    assert meeting(meeting_id).fingerprint == sha256(canonical(frozen))
    assert [n.tag for n in db.session.query(Notice)] == ["meeting_called"]
    assert told(inside.ah_fong) == ["meeting_called"]
    assert told(inside.siu_ming) == [] and told(inside.old_chan) == []


def test_calling_twice_is_calling_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    call(inside, meeting_id)
    assert db.session.query(Notice).count() == 1 and told(inside.ah_fong) == ["meeting_called"]


def test_drafting_twice_with_one_key_drafts_once(inside):
    assert a_meeting_draft(inside) == a_meeting_draft(inside)


def test_without_an_agenda_there_is_no_call(inside):
    meeting_id = a_meeting_draft(inside)
    assert refused(lambda: call(inside, meeting_id)) is Reason.NO_AGENDA


def test_short_notice_needs_a_written_reason_and_full_notice_none(inside):
    meeting_id = a_meeting_draft(inside)
    an_item(inside, meeting_id, kind=ItemKind.REPORT)
    assert refused(lambda: call(inside, meeting_id, Exceptions())) is Reason.NOTICE_TOO_SHORT
    later = a_meeting_draft(inside, key="later", starts_at=clock.now() + timedelta(days=14))
    an_item(inside, later, kind=ItemKind.REPORT)
    call(inside, later, Exceptions())
    assert meeting_states.state_of(meeting(later)) is MeetingState.CALLED


def test_the_notice_of_the_collectives_assembly_is_never_shortened(inside):
    meeting_id = a_meeting_draft(inside, body="CM")
    an_item(inside, meeting_id, kind=ItemKind.REPORT)
    assert refused(lambda: call(inside, meeting_id)) is Reason.NOTICE_CANNOT_BE_SHORT


def test_open_accounts_are_never_decided_early(inside):
    meeting_id = a_meeting_draft(inside, body="CRA")
    consultation = a_consultation(inside)
    an_item(inside, meeting_id, consultation_id=consultation)
    ripe(inside, consultation, "collective_budget")
    assert refused(lambda: call(inside, meeting_id)) is Reason.PLAN_NOT_OPEN_LONG_ENOUGH


def test_a_motion_needs_its_kind_of_matter_the_study_and_the_questions_in_this_order(inside):
    meeting_id = a_meeting_draft(inside)
    consultation_id = a_consultation(inside)
    an_item(inside, meeting_id, consultation_id=consultation_id)
    short = Exceptions(short_notice="汛期")
    assert refused(lambda: call(inside, meeting_id, short)) is Reason.MOTION_WITHOUT_MATTER
    consultation = db.session.get_one(Consultation, consultation_id)
    four_deliberations.choose_matter(consultation, "public_works", inside.old_chan.act())
    assert refused(lambda: call(inside, meeting_id, short)) is Reason.NO_PARTY_STUDY
    studied(inside, consultation_id)
    assert refused(lambda: call(inside, meeting_id, short)) is Reason.MOTION_UNCHECKED
    four_deliberations.check_motion(consultation, ALL_YES, inside.old_chan.act())
    call(inside, meeting_id)
    assert meeting(meeting_id).study_exception == ""  # VCL 28(3) knows no exception


def test_a_matter_of_another_body_is_not_called_here(inside):
    meeting_id = a_meeting_draft(inside)
    consultation = a_consultation(inside)
    an_item(inside, meeting_id, consultation_id=consultation)
    ripe(inside, consultation, "land_and_shares")
    assert refused(lambda: call(inside, meeting_id)) is Reason.OTHER_BODY_DECIDES


def test_the_representatives_decide_only_what_the_assembly_authorised(inside):
    representatives(inside, inside.ah_fong, inside.uncle_ho)
    meeting_id = a_meeting_draft(inside, body="VRA")
    a_ripe_motion(inside, meeting_id)
    assert refused(lambda: call(inside, meeting_id)) is Reason.NEEDS_AUTHORISATION
    call(inside, meeting_id, Exceptions("汛期", "2026年3月1日村民会议授权"))
    assert (
        meeting(meeting_id).frozen["roll"]["units"] == 3
    )  # the committee's member belongs to their assembly: article 29


def test_a_meeting_by_households_calls_one_for_each(inside):
    meeting_id = a_meeting_draft(inside, body="VA_house")
    a_ripe_motion(inside, meeting_id)
    call(inside, meeting_id)
    units = set(db.session.scalars(select(MeetingRollEntry.unit).where(MeetingRollEntry.meeting_id == meeting_id)))
    assert len(units) == 7 and all(unit.startswith("household:") for unit in units)


def test_a_groups_meeting_calls_that_group_alone(inside):
    meeting_id = a_meeting_draft(inside, body="VG_people", group_id=inside.upper_group)
    an_item(inside, meeting_id, kind=ItemKind.REPORT)
    call(inside, meeting_id)
    assert meeting(meeting_id).frozen["roll"]["units"] == 4


def test_a_meeting_of_officers_hangs_on_no_board(inside):
    meeting_id = a_meeting_draft(inside, body="VC")
    an_item(inside, meeting_id, kind=ItemKind.DISCUSSION)
    call(inside, meeting_id)
    assert db.session.query(Notice).count() == 0


def test_nobody_holds_the_office_that_would_be_called(inside):
    meeting_id = a_meeting_draft(inside, body="PARTY")
    an_item(inside, meeting_id, kind=ItemKind.DISCUSSION)
    assert refused(lambda: call(inside, meeting_id)) is Reason.ROLL_IS_EMPTY


def test_a_private_number_in_the_call_is_refused_before_it_hangs_in_the_street(inside):
    meeting_id = a_meeting_draft(inside, place="打电话 13800000001")
    an_item(inside, meeting_id, kind=ItemKind.REPORT)
    assert refused(lambda: call(inside, meeting_id)) is Reason.PRIVATE_NUMBER
    assert meeting_states.state_of(meeting(meeting_id)) is MeetingState.DRAFTED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meeting SET title = '另一个会'",
        "UPDATE meeting SET frozen = '{}'",
        "DELETE FROM meeting_roll_entry WHERE number = 1",
        "UPDATE meeting_roll_entry SET unit = 'person:99' WHERE number = 1",
        "DELETE FROM meeting",
    ],
)
def test_what_was_called_cannot_be_changed_in_the_database(inside, statement):
    a_called_meeting(inside)
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()


def move(cast, meeting_id: int, hours: int, key: str = "move") -> None:
    row = meeting(meeting_id)
    at = row.starts_at + timedelta(hours=hours)
    meetings.move(meeting(meeting_id), "祠堂", at, "台风", cast.old_chan.act(key=key))


def test_a_move_hangs_on_the_board_and_everybody_called_is_told_once(inside):
    meeting_id, _ = a_called_meeting(inside)
    move(inside, meeting_id, 24)
    move(inside, meeting_id, 24)
    assert meeting(meeting_id).place == "祠堂"
    assert [n.tag for n in db.session.query(Notice).order_by(Notice.id)] == ["meeting_called", "meeting_changed"]
    assert told(inside.ah_fong) == ["meeting_called", "meeting_moved"]


def test_a_meeting_is_never_moved_to_an_earlier_hour(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert refused(lambda: move(inside, meeting_id, -1)) is Reason.EARLIER_THAN_CALLED


def test_a_meeting_can_be_called_off_until_it_opens(inside):
    meeting_id, _ = a_called_meeting(inside)
    for _ in range(2):
        meetings.cancel(meeting(meeting_id), "台风", inside.old_chan.act(key="off"))
    assert meeting_states.state_of(meeting(meeting_id)) is MeetingState.CANCELLED
    assert [n.tag for n in db.session.query(Notice).order_by(Notice.id)] == ["meeting_called", "meeting_cancelled"]
    other, _ = a_called_meeting(inside, key="other")
    open_it(inside, other)
    off = lambda: meetings.cancel(meeting(other), "台风", inside.old_chan.act(key="2"))  # noqa: E731
    assert refused(off) is Reason.MEETING_OPENED


def test_the_newest_answer_to_a_call_holds(inside):
    meeting_id, _ = a_called_meeting(inside)
    for wanted in (RsvpAnswer.COMING, RsvpAnswer.COMING, RsvpAnswer.PROXY):
        rsvps.answer(meeting(meeting_id), wanted, inside.ah_fong.act())
    assert rsvps.mine(meeting(meeting_id), inside.ah_fong.row()) == "proxy"


def test_whoever_is_not_called_has_nothing_to_answer(inside):
    meeting_id, _ = a_called_meeting(inside)
    answer = lambda: rsvps.answer(meeting(meeting_id), RsvpAnswer.COMING, inside.siu_ming.act())  # noqa: E731
    assert refused(answer) is Reason.NOT_OF_THE_MEETING


def test_the_day_before_everybody_is_reminded_once_but_who_cannot_come(inside):
    meeting_id, _ = a_called_meeting(inside)
    rsvps.answer(meeting(meeting_id), RsvpAnswer.NOT_COMING, inside.ah_kwok.act())
    for _ in range(2):
        reminders.remind(now=clock.now() + timedelta(minutes=1))
    assert told(inside.ah_fong) == ["meeting_called", "meeting_reminder"]
    assert told(inside.ah_kwok) == ["meeting_called"]


def test_an_item_can_be_taken_off_a_draft_with_its_votes_and_the_rest_moves_up(inside):
    meeting_id = a_meeting_draft(inside)
    consultation = a_consultation(inside)
    item = an_item(inside, meeting_id, consultation_id=consultation)
    a_vote(inside, item)
    item_id = item.id
    an_item(inside, meeting_id, kind=ItemKind.REPORT, title="收支账")
    for _ in range(2):
        agendas.remove(meeting(meeting_id), item_id)
    assert [(i.number, i.title) for i in meeting_queries.agenda(meeting_id)] == [(1, "收支账")]


def test_after_the_call_an_item_stays_and_one_more_cannot_be_voted_on_without_notice(inside):
    meeting_id, _ = a_called_meeting(inside)
    assert refused(lambda: agendas.remove(meeting(meeting_id), 1)) is Reason.MEETING_CALLED
    late = an_item(inside, meeting_id, title="临时修桥", reason="昨晚冲垮")
    assert late.number == 2 and late.reason == "昨晚冲垮"


def test_objections_are_taken_while_the_notice_hangs_and_no_longer(inside):
    a_called_meeting(inside)
    notice = db.session.query(Notice).one()
    act = lambda now, key: notice_objections.object_to(  # noqa: E731
        db.session.get_one(Notice, notice.id),
        "时间不合适",
        inside.ah_fong.act(now=now, language="yue-Hant-HK", key=key),
    )
    for _ in range(2):
        act(clock.now(), "o")
    assert refused(lambda: act(clock.now() + timedelta(days=17), "p")) is Reason.POSTING_ENDED
    assert [o.text for o in notice_objections.objections(notice.id)] == ["时间不合适"]
    assert told(inside.old_chan) == ["objection_made"]


def test_a_clock_that_leapt_ahead_ends_no_time_for_objections(inside):
    a_called_meeting(inside)
    notice, later = db.session.query(Notice).one(), clock.now() + timedelta(days=17)
    inside.row().clock_trusted_at = clock.now()
    db.session.commit()
    notice_objections.object_to(notice, "时间不合适", inside.ah_fong.act(now=later, language="zh-Hans-CN", key="o"))
    assert len(notice_objections.objections(notice.id)) == 1


def test_the_first_answer_to_an_objection_stays_and_who_objected_is_told(inside):
    a_called_meeting(inside)
    notice = db.session.query(Notice).one()
    notice_objections.object_to(notice, "时间不合适", inside.ah_fong.act(key="o"))
    objection_id = notice_objections.objections(notice.id)[0].id
    objection_answered(inside, db.session.get_one(Objection, objection_id), "改到周日")
    again = lambda: objection_answers.propose(  # noqa: E731
        db.session.get_one(Objection, objection_id), "不改", inside.old_chan.act(key="again")
    )
    assert refused(again) is Reason.CHANGED_MEANWHILE
    assert notice_objections.objections(notice.id)[0].answer == "改到周日"
    assert told(inside.ah_fong)[-1] == "objection_answered"
