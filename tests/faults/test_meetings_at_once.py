"""Two officers at once: what is numbered is numbered once, and votes lock their meeting before themselves."""

import pytest

from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.meetings.agendas import ItemKind, ItemPlan
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import RemarkNotedFacts
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.models import (
    AgendaItem,
    CheckIn,
    Consultation,
    MatterChoice,
    MeetingRollEntry,
    MotionCheck,
    PollChange,
    Proceeding,
    Village,
    db,
)
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, check_ins, proceedings
from consult.services.polls import poll_changes
from consult.services.site.verification import verify
from tests.faults.test_rush import in_threads
from tests.meetings import a_called_meeting, a_meeting_draft, begin_vote, everybody, meeting, open_it, poll, seat
from tests.village import a_consultation

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
ROUNDS = 5


def at_once(app, *acts) -> list[object]:
    """Run acts at the same instant, each in a context of its own; a refusal is a result, any other error fails."""
    return in_threads(app, acts)


def of(consultation_id: int) -> Consultation:
    return db.session.get_one(Consultation, consultation_id)


def answers(note: str) -> Check:
    return Check({question.value: "yes" for question in LawQuestion}, note)


def verified(village) -> list[str]:
    return list(verify(db.session.get_one(Village, village.id)))


def test_two_officers_who_choose_a_matter_and_check_a_motion_at_once_are_both_heard(app, village):
    with app.app_context():
        consultation_id = a_consultation(village)
    choose, check = four_deliberations.choose_matter, four_deliberations.check_motion
    for n in range(ROUNDS):
        at_once(
            app,
            lambda: choose(of(consultation_id), "public_works", village.old_chan.act()),
            lambda: choose(of(consultation_id), "village_rules", village.sister_chow.act()),
            lambda n=n: check(of(consultation_id), answers(f"甲{n}"), village.old_chan.act()),
            lambda n=n: check(of(consultation_id), answers(f"乙{n}"), village.sister_chow.act()),
        )
    with app.app_context():
        numbers = [row.number for row in db.session.query(MatterChoice).order_by(MatterChoice.number)]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 1
        assert db.session.query(MotionCheck).count() == 2 * ROUNDS
        assert verified(village) == []


def test_a_word_noted_while_two_officers_cancel_a_vote_loses_neither(app, village):
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        change = poll_changes.ask(
            poll(poll_id),
            ChangeRequest(ChangeKind.CANCELLATION, "停电"),
            "council_member",
            village.sister_chow.act(key="c"),
        )
        change_id, before, version = change.id, db.session.query(Proceeding).count(), meeting(meeting_id).pulse

    def confirm():
        row = db.session.get_one(PollChange, change_id)
        poll_changes.confirm(row, "committee_member", village.old_chan.act())

    def note(n: int):
        return lambda: proceedings.note(
            meeting(meeting_id), RemarkNotedFacts(text=f"第{n}句"), 1, village.ms_yip.act(key=f"n{n}")
        )

    at_once(app, confirm, *(note(n) for n in range(ROUNDS)))
    with app.app_context():
        assert db.session.query(Proceeding).count() == before + ROUNDS + 1
        assert meeting(meeting_id).pulse == version + ROUNDS + 1
        assert poll(poll_id).cancelled_at is not None
        assert verified(village) == []


def test_two_who_put_items_on_one_agenda_at_once_get_numbers_of_their_own(app, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)

    def add(who, n: int):
        plan = ItemPlan(f"第{n}项", ItemKind.MOTION, None, "修好。", "")
        return lambda: agendas.add(meeting(meeting_id), plan, who.act(language="zh-Hans-CN", key=f"i{n}")).number

    given = at_once(app, add(village.old_chan, 1), add(village.sister_chow, 2), add(village.old_chan, 3))
    assert sorted(given) == [1, 2, 3]
    with app.app_context():
        assert db.session.query(Consultation).count() == db.session.query(AgendaItem).count() == 3
        assert verified(village) == []


def test_two_desks_that_tick_the_same_people_at_once_tick_each_once(app, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
        numbers = [row.number for row in db.session.query(MeetingRollEntry).filter_by(meeting_id=meeting_id)]

    def tick(who):
        return lambda: check_ins.tick(meeting(meeting_id), numbers, CheckInWay.MANUAL, who.act())

    ticked = at_once(app, tick(village.ms_yip), tick(village.ah_keung))
    assert sorted(map(len, ticked)) == [0, len(numbers)]
    with app.app_context():
        assert db.session.query(CheckIn).count() == len(numbers)
        assert verified(village) == []
