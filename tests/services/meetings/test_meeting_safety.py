"""A vote in a meeting cannot be bent: who is not in the room, what is not in the notice, whose matter it is not."""

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.law.matters import MatterPaper
from consult.domain.law.paper_records import PaperRecord
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason
from consult.domain.talk.consultations import Draft
from consult.models import AttendanceMark, Consultation, Notice, Notification, db
from consult.services.law import four_deliberations
from consult.services.meetings import check_ins, meetings
from consult.services.polls import offline_turnout, polls
from consult.services.site import verification
from consult.services.talk import phases, revisions
from tests.hours import today
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    close_it,
    count_hands,
    declare,
    end_vote,
    everybody,
    meeting,
    open_it,
    poll,
    refused,
    ripe,
    seat,
    seat_number,
    studied,
)
from tests.tasks import representatives
from tests.village import SUMMARY, a_consultation, a_photo, formal_by_phone, vote
from tests.ways import ask_late, give_out_paper

pytestmark = pytest.mark.both_databases


def mark(cast, poll_id: int, channel: Channel, *numbers: int) -> None:
    give_out_paper(poll_id, cast.ms_yip.row())
    offline_turnout.mark(poll(poll_id), channel, list(numbers), cast.ms_yip.act())


def test_nobody_who_is_not_in_the_room_is_marked_on_paper(inside, voting):
    meeting_id, poll_id = voting
    away = seat_number(meeting_id, inside.ah_keung)
    assert refused(lambda: mark(inside, poll_id, Channel.PAPER, 1, away)) is Reason.NUMBERS_NOT_HERE
    mark(inside, poll_id, Channel.PAPER, 1)
    end_vote(inside, meeting_id, poll_id)
    assert refused(lambda: mark(inside, poll_id, Channel.PAPER, away)) is Reason.LATE_MARKS_BY_TWO
    assert refused(lambda: ask_late(inside, poll_id, away)) is Reason.NUMBERS_NOT_HERE
    assert db.session.query(AttendanceMark).filter_by(channel="paper").count() == 1


def test_hands_follow_from_the_chairs_ending_alone(inside, voting):
    _, poll_id = voting
    assert refused(lambda: mark(inside, poll_id, Channel.HANDS, 1)) is Reason.VOTE_OF_MEETING


def test_no_box_is_carried_round_for_a_meetings_vote(inside, voting):
    _, poll_id = voting
    visit = offline_turnout.Visit(inside.ms_yip.id, inside.uncle_ho.id, "下围", clock.now())
    act = lambda: offline_turnout.visit(poll(poll_id), visit, [1], inside.ms_yip.act(key="v"))  # noqa: E731
    assert refused(act) is Reason.VOTE_OF_MEETING


def test_a_meetings_vote_is_not_announced_past_the_meeting(inside):
    formal_by_phone(inside, "VA_people")
    _, poll_id = a_called_meeting(inside)
    assert refused(lambda: polls.announce(poll(poll_id), inside.old_chan.act())) is Reason.VOTE_OF_MEETING


def test_an_item_added_after_the_call_passes_the_same_gates(inside):
    """The representatives' assembly needs no days of notice: that is no way around the matter, the study, the check."""
    representatives(inside, inside.ah_fong, inside.uncle_ho)
    meeting_id = a_meeting_draft(inside, body="VRA")
    an_item(inside, meeting_id, kind=ItemKind.REPORT, title="收支账")
    meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
    item = an_item(inside, meeting_id, title="改村规", consultation_id=a_consultation(inside), reason="临时")
    poll_id = a_vote(inside, item)
    seat(inside, meeting_id, inside.ah_fong, inside.uncle_ho, inside.old_chan)
    open_it(inside, meeting_id, item=2)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.MOTION_WITHOUT_MATTER
    ripe(inside, item.consultation_id, "village_rules")
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.OTHER_BODY_DECIDES


def test_an_authorisation_of_the_call_covers_nothing_that_was_added_since(inside):
    representatives(inside, inside.ah_fong, inside.uncle_ho)
    meeting_id = a_meeting_draft(inside, body="VRA")
    an_item(inside, meeting_id, kind=ItemKind.REPORT, title="收支账")
    written = Exceptions(authorisation="2026年3月1日村民会议授权修路")
    meetings.call(meeting(meeting_id), written, inside.old_chan.act())
    item = an_item(inside, meeting_id, title="误工补贴", consultation_id=a_consultation(inside), reason="临时")
    poll_id = a_vote(inside, item)
    ripe(inside, item.consultation_id, "lost_work_allowance")
    studied(inside, item.consultation_id)
    seat(inside, meeting_id, inside.ah_fong, inside.uncle_ho, inside.old_chan)
    open_it(inside, meeting_id, item=2)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.NEEDS_AUTHORISATION
    consultation = db.session.get_one(Consultation, item.consultation_id)
    paper = PaperRecord(paper=MatterPaper.AUTHORISATION, dated=today(), words="村民会议决议第2号")
    four_deliberations.record_paper(consultation, paper, a_photo(inside.old_chan), inside.old_chan.act())
    begin_vote(inside, meeting_id, poll_id)


def revise(cast, consultation_id: int, base: int = 1) -> None:
    consultation = db.session.get_one(Consultation, consultation_id)
    words = Draft("修好上圳三百米水圳", SUMMARY, f"{SUMMARY}改成十万元", 10_000_000, (("村里", 10_000_000),))
    revisions.revise(
        consultation,
        words,
        cast.old_chan.act(key="r"),
        base=base,
        reason="涨价",
        accepted=(),
        in_office=True,
    )


def test_the_words_of_a_motion_stay_as_the_notice_has_them(inside):
    _, poll_id = a_called_meeting(inside)
    consultation = poll(poll_id).consultation_id
    assert refused(lambda: revise(inside, consultation)) is Reason.ON_AN_AGENDA


def test_a_motion_whose_words_differ_from_the_notice_is_not_voted_on(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    proposal = poll(poll_id).consultation.proposal
    proposal.revision = 2  # as somebody with SQL would
    db.session.commit()
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    assert refused(lambda: begin_vote(inside, meeting_id, poll_id)) is Reason.MOTION_REVISED


def test_a_household_that_was_ticked_off_votes_by_phone_only_after_somebody_of_it_has_scanned(inside):
    """The door saw somebody of the household and not whom: the one far away has no vote."""
    meeting_id, poll_id = a_called_meeting(inside, body="VA_house")
    seat(inside, meeting_id, *everybody(inside))
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    assert refused(lambda: vote(inside, poll_id, inside.ah_fong, 1)) is Reason.SCAN_FIRST
    code = check_ins.screen_codes(meeting_id, clock.now())[0]
    check_ins.check_in(meeting(meeting_id), CheckInWay.SCAN, inside.ah_kwok.act(), code=code)
    assert refused(lambda: vote(inside, poll_id, inside.ah_fong, 1)) is Reason.HOUSEHOLD_IS_HERE
    vote(inside, poll_id, inside.ah_kwok, 1)
    assert list(verification.verify(inside.row())) == []


def test_a_vote_of_the_committee_is_no_decision_and_hangs_on_no_board(inside):
    meeting_id = a_meeting_draft(inside, body="TWO_COMMITTEES")
    consultation = a_consultation(inside)
    poll_id = a_vote(inside, an_item(inside, meeting_id, consultation_id=consultation))
    meetings.call(meeting(meeting_id), URGENT, inside.old_chan.act())
    seat(inside, meeting_id, inside.old_chan)
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    end_vote(inside, meeting_id, poll_id)
    count_hands(inside, poll_id, 1, 0, 0)
    phase = db.session.get_one(Consultation, consultation).phase
    declare(inside, poll_id)
    assert db.session.get_one(Consultation, consultation).phase == phase
    row = db.session.get_one(Consultation, consultation)
    assert phases.why_not_carried_out(row, now=clock.now()) is Reason.NOTHING_TO_CARRY_OUT
    assert db.session.query(Notice).count() == 0
    assert not db.session.scalars(select(Notification).where(Notification.event == "decided")).all()
    assert DeliberationStage.COMMITTEES_DISCUSS in four_deliberations.done(consultation)
    close_it(inside, meeting_id)
    revise(inside, consultation)  # what was said there can still be taken up
